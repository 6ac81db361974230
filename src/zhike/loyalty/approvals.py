"""Gifts and budgets as they wait on the workbench."""

from django.utils.translation import gettext as _

from zhike.kernel.actor import Actor
from zhike.kernel.approvals import Approval, ApprovalSource, register
from zhike.loyalty.actions import approve_activity, approve_gift, reject_activity, reject_gift
from zhike.loyalty.queries.activities import waiting_activities
from zhike.loyalty.queries.gifts import waiting_gifts


def _gifts(by: Actor, limit: int) -> list[Approval]:
    return [
        Approval(
            row.pk, _("礼品与招待：%s") % row,
            f"{row.customer} · {row.person} · {row.value} · {row.occasion}"[:120],
            f"/loyalty/gift/{row.pk}/", row.updated_at, "gift",
        )
        for row in waiting_gifts(by, limit)
    ]  # fmt: skip


def _activities(by: Actor, limit: int) -> list[Approval]:
    return [
        Approval(
            row.pk, _("活动预算：%s") % row, f"{row.get_kind_display()} · {row.budget}",
            f"/loyalty/activity/{row.pk}/", row.updated_at, "calendar-event",
        )
        for row in waiting_activities(by, limit)
    ]  # fmt: skip


def _decide_gift(pk: int, approve: bool, note: str, by: Actor) -> None:
    (approve_gift if approve else reject_gift)(pk, by=by, note=note)


def _decide_activity(pk: int, approve: bool, note: str, by: Actor) -> None:
    (approve_activity if approve else reject_activity)(pk, by=by, note=note)


register(ApprovalSource("loyalty.gifts", _gifts, _decide_gift))
register(ApprovalSource("loyalty.activities", _activities, _decide_activity))
