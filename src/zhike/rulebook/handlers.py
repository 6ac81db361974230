"""Reactions: notices to people, and large simulations."""

from django.utils.translation import gettext as _

from zhike.identity.actions.notices import notify
from zhike.identity.models import Notice
from zhike.kernel.actions import recorded
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.events import on
from zhike.kernel.jobs import defer
from zhike.kernel.models import PolicyVersion
from zhike.rulebook.events import AcknowledgementRequested, PolicyDecided, SimulationRequested
from zhike.rulebook.models import Edition
from zhike.rulebook.queries import documents, versions

Status = PolicyVersion.Status


def _notify(user_id: int, title: str, url: str, icon: str, *, by: Actor, body: str = "") -> None:
    """Write a notice unless the same one is unread already: reactions may run twice."""
    known = Notice.unscoped.filter(user_id=user_id, url=url, title=title, read_at=None)
    if not known.exists():
        notify([user_id], title, by=by, body=body, url=url, icon=icon)


@on(AcknowledgementRequested)
def ask_to_sign(event: AcknowledgementRequested) -> None:
    """Give everybody who still has to sign a notice."""
    by = SYSTEM(reason="提醒签收制度")
    edition = Edition.unscoped.get(pk=event.edition_id)
    missing = set(documents.unsigned(edition)) & set(event.user_ids)
    url = f"/rulebook/documents/{event.document_id}/"
    with recorded(by, "rulebook.ask_to_sign"):
        for user_id in sorted(missing):
            _notify(user_id, _("请阅读并签收：%s") % event.document, url, "signature", by=by)


@on(PolicyDecided)
def tell_author(event: PolicyDecided) -> None:
    """Tell the person who submitted a version how it was decided."""
    row = PolicyVersion.unscoped.get(pk=event.version_id)
    if row.submitted_by_id is None or row.submitted_by_id == row.decided_by_id:
        return
    by = SYSTEM(reason="通知规则审批结论")
    title = (
        f"{_(str(versions.policy(row.policy_id).title))} v{row.number}：{row.get_status_display()}"
    )
    url = f"/rulebook/policies/{row.policy_id}/?version={row.pk}"
    with recorded(by, "rulebook.tell_author"):
        _notify(row.submitted_by_id, title, url, "gavel", by=by, body=row.decision_note)


@on(SimulationRequested)
def run_simulation(event: SimulationRequested) -> None:
    """Queue the job: it commits how far it is, which a reaction cannot."""
    defer("rulebook.simulate", version_id=event.version_id, user_id=event.user_id)
