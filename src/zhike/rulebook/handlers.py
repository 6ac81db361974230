"""Reactions: notices to people, and large simulations."""

from django.utils.translation import gettext as _

from zhike.identity.models import Notice, User
from zhike.kernel.actions import recorded, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.errors import Refusal
from zhike.kernel.events import on
from zhike.kernel.models import PolicyVersion
from zhike.rulebook.actions.simulations import keep, simulate
from zhike.rulebook.events import AcknowledgementRequested, PolicyDecided, SimulationRequested
from zhike.rulebook.models import Edition
from zhike.rulebook.queries import documents, versions
from zhike.trust.queries import actor_for

Status = PolicyVersion.Status


def _notify(user_id: int, title: str, url: str, icon: str, *, by: Actor, body: str = "") -> None:
    """Write a notice unless the same one is unread already: reactions may run twice."""
    known = Notice.unscoped.filter(user_id=user_id, url=url, title=title, read_at=None)
    if not known.exists():
        store(Notice(user_id=user_id, title=title[:200], body=body, url=url, icon=icon), by=by)


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
    """Simulate a version in the scope of the person who asked; a changed draft is left alone."""
    row = PolicyVersion.unscoped.get(pk=event.version_id)
    if (row.simulation or {}).get("state") != "running":
        return
    by = actor_for(User.unscoped.get(pk=event.user_id), channel="job")
    try:
        found = simulate(row.policy_id, row.params, by=by)
    except Refusal as error:
        found = None
        message = error.message
    with recorded(by, "rulebook.simulate_version"):
        locked = PolicyVersion.unscoped.select_for_update().get(pk=row.pk)
        if found is not None and locked.params == row.params:
            keep(locked, found, by=by)
        else:
            text = message if found is None else _("草稿在模拟期间被修改，请重新模拟。")
            locked.simulation = {"state": "failed", "message": str(text)}
            store(locked, by=by, fields=["simulation"])
