"""Needs documents and what customers wrote on the board, waiting for a decision."""

from django.utils.translation import gettext as _

from zhike.kernel.actor import Actor
from zhike.kernel.approvals import Approval, ApprovalSource, register
from zhike.kernel.errors import NotFound
from zhike.needs.actions.documents import approve_document, reject_document
from zhike.needs.actions.moderation import (
    publish_idea,
    publish_remark,
    refuse_idea,
    refuse_remark,
)
from zhike.needs.models import Idea
from zhike.needs.queries.board import waiting_ideas, waiting_remarks
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


def _ideas(by: Actor, limit: int) -> list[Approval]:
    return [
        Approval(
            row.pk, _("客户提案待审核：%s") % row.title, str(row.text)[:80],
            f"/needs/idea/{row.pk}/", row.created_at, "bulb",
        )
        for row in waiting_ideas(by, limit)
    ]  # fmt: skip


def _decide_idea(pk: int, approve: bool, note: str, by: Actor) -> None:
    if approve:
        row = Idea.objects.visible_to(by, "approve").filter(pk=pk).first()
        if row is None:
            raise NotFound
        publish_idea(pk, by=by, title=row.title, text=row.text)
    else:
        refuse_idea(pk, by=by, reason=note)


def _remarks(by: Actor, limit: int) -> list[Approval]:
    return [
        Approval(
            row.pk, _("客户评论待审核：%s") % row.idea, str(row.text)[:80],
            f"/needs/remark/{row.pk}/", row.created_at, "message-circle",
        )
        for row in waiting_remarks(by, limit)
    ]  # fmt: skip


def _decide_remark(pk: int, approve: bool, note: str, by: Actor) -> None:  # noqa: ARG001
    (publish_remark if approve else refuse_remark)(pk, by=by)


register(ApprovalSource("needs.ideas", _ideas, _decide_idea, quick=False))
register(ApprovalSource("needs.remarks", _remarks, _decide_remark))
