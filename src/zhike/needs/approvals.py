"""Needs documents that wait for a second person, for the workbench."""

from django.utils.translation import gettext as _

from zhike.kernel.actor import Actor
from zhike.kernel.approvals import Approval, ApprovalSource, register
from zhike.needs.actions.documents import approve_document, reject_document
from zhike.needs.queries.documents import waiting_for


def _waiting(by: Actor, limit: int) -> list[Approval]:
    return [
        Approval(
            row.pk,
            _("客户需求文档：%s") % row,
            _("%(who)s 提交") % {"who": row.submitted_by or ""},
            f"/needs/needsdocument/{row.pk}/",
            row.submitted_at,
            "file-text",
        )
        for row in waiting_for(by, limit)
    ]


def _decide(pk: int, approve: bool, note: str, by: Actor) -> None:
    (approve_document if approve else reject_document)(pk, by=by, note=note)


register(ApprovalSource("needs.documents", _waiting, _decide, quick=False))
