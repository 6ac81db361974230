"""What waits for approval in the rule book, for the workbench."""

import datetime as dt

from django.utils.translation import gettext as _

from zhike.kernel.actor import Actor
from zhike.kernel.approvals import Approval, ApprovalSource, register
from zhike.rulebook.actions.editions import approve_edition, reject_edition
from zhike.rulebook.actions.versions import approve_version, reject_version
from zhike.rulebook.queries import documents, versions


def _versions(by: Actor, limit: int) -> list[Approval]:
    return [
        Approval(
            row.pk,
            f"{_(str(versions.policy(row.policy_id).title))} v{row.number}",
            _("%(who)s 提交，%(day)s 起生效：%(why)s")
            % {"who": row.submitted_by, "day": _day(row.effective_on), "why": row.reason},
            f"/rulebook/policies/{row.policy_id}/?version={row.pk}",
            row.submitted_at,
            "gavel",
        )
        for row in versions.pending(by)[:limit]
    ]


def _decide_version(pk: int, approve: bool, note: str, by: Actor) -> None:
    (approve_version if approve else reject_version)(pk, by=by, note=note)


def _editions(by: Actor, limit: int) -> list[Approval]:
    return [
        Approval(
            row.pk,
            _("%(title)s 第 %(number)d 版") % {"title": row.document.title, "number": row.number},
            _("%(who)s 提交，%(day)s 起生效：%(why)s")
            % {"who": row.submitted_by, "day": _day(row.effective_on), "why": row.reason or "—"},
            f"/rulebook/documents/{row.document_id}/?edition={row.pk}",
            row.updated_at,
            "gavel",
        )
        for row in documents.pending(by)[:limit]
    ]


def _decide_edition(pk: int, approve: bool, note: str, by: Actor) -> None:
    (approve_edition if approve else reject_edition)(pk, by=by, note=note)


def _day(day: dt.date) -> str:
    return day.isoformat()


register(ApprovalSource("rulebook.versions", _versions, _decide_version, quick=False))
register(ApprovalSource("rulebook.editions", _editions, _decide_edition, quick=False))
