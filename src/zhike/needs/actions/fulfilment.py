"""Promise, delivery, the customer's confirmation, refusal; and always: tell the customer."""

import datetime as dt
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.identity.actions.notices import notify
from zhike.interactions.actions import settle_todos
from zhike.kernel import kinds
from zhike.kernel.actions import action, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.events import emit
from zhike.kernel.policy_store import in_force
from zhike.needs.actions.need import is_open, note_answer
from zhike.needs.actions.todos import leader_of, open_todo
from zhike.needs.events import (
    CustomerTold,
    NeedConfirmed,
    NeedDeclined,
    NeedDelivered,
    NeedPromised,
    NeedReopened,
)
from zhike.needs.models import Need
from zhike.needs.models.need import Status
from zhike.needs.policies import Feedback, FeedbackFacts
from zhike.needs.queries.calendar import after_working_days

DELIVER, CONFIRM, TELL = "needs.deliver", "needs.confirm", "needs.tell"


@action(
    "needs.promise_need",
    on=Need,
    title=lazy("承诺交付"),
    icon="contract",
    available=lambda row, by: row.status in (Status.ANALYSED, Status.PROMISED),  # noqa: ARG005
)
def promise_need(
    row: Need,
    *,
    by: Actor,
    delivering_unit: Annotated[Any, kinds.Unit(lazy("交付部门"))],
    promised_on: Annotated[dt.date, kinds.Date(lazy("交付日期"))],
    promise: Annotated[str, kinds.LongText(lazy("承诺内容"), max_length=2000)],
    reason: Annotated[str, kinds.LongText(lazy("采纳理由"), max_length=2000)],
) -> Need:
    """Promise the customer something by a day; the department gets the to-do (NEED-009).

    Raises:
        Invalid: no department, no words, a day in the past.
    """
    errors: dict[str, list[str]] = {}
    if delivering_unit is None:
        errors["delivering_unit"] = [_("请选择交付部门。")]
    if promised_on < timezone.localdate():
        errors["promised_on"] = [_("交付日期应不早于今天。")]
    if not promise.strip():
        errors["promise"] = [_("请写明承诺的内容。")]
    if not reason.strip():
        errors["reason"] = [_("请写明采纳的理由，它会告知客户。")]
    if errors:
        raise Invalid(fields=errors)
    row.delivering_unit, row.promised_on = delivering_unit, promised_on
    row.promise, row.decision_reason = promise.strip(), reason.strip()
    row.status, row.told_at, row.told = Status.PROMISED, None, ""
    store(
        row, by=by,
        fields=["delivering_unit", "promised_on", "promise", "decision_reason", "status",
                "told_at", "told"],
    )  # fmt: skip
    _ask_for_delivery(row, by)
    ask_to_tell(row, by=by)
    emit(NeedPromised(row.customer_id, row.pk, delivering_unit.pk, promised_on.isoformat()), by=by)
    return row


def _ask_for_delivery(row: Need, by: Actor) -> None:
    unit = row.delivering_unit
    leader = leader_of(unit) or row.owner_id
    title = _("交付客户需求：%s") % row.title
    open_todo(
        f"{DELIVER}:{row.pk}", title, by=by, due=row.promised_on, owner_id=leader,
        unit_id=unit.pk if unit else row.unit_id, customer_id=row.customer_id,
        facts={"need": row.pk},
    )  # fmt: skip
    if leader and leader != by.user_id:
        notify([leader], title, by=by, body=row.promise[:500], icon="contract",
               url=f"/needs/need/{row.pk}/")  # fmt: skip


@action(
    "needs.deliver_need",
    on=Need,
    title=lazy("登记交付"),
    icon="package",
    available=lambda row, by: row.status == Status.PROMISED,  # noqa: ARG005
)
def deliver_need(
    row: Need,
    *,
    by: Actor,
    outcome: Annotated[str, kinds.LongText(lazy("交付结果"), max_length=2000)],
    delivered_on: Annotated[
        dt.date | None, kinds.Date(lazy("交付日期"), null=True, blank=True)
    ] = None,
) -> Need:
    """Say that what was promised is there; the owner asks the customer to confirm.

    Raises:
        Invalid: no words, or a day in the future.
    """
    day = delivered_on or timezone.localdate()
    if not outcome.strip():
        raise Invalid(fields={"outcome": [_("请写明交付了什么。")]})
    if day > timezone.localdate():
        raise Invalid(fields={"delivered_on": [_("交付日期不能晚于今天。")]})
    row.outcome, row.delivered_on, row.status = outcome.strip(), day, Status.DELIVERED
    store(row, by=by, fields=["outcome", "delivered_on", "status"])
    settle_todos([f"{DELIVER}:{row.pk}"], by=by)
    days = in_force(Feedback.id)[1].confirm_days
    open_todo(
        f"{CONFIRM}:{row.pk}", _("请客户确认：%s") % row.title, by=by, owner_id=row.owner_id,
        due=after_working_days(timezone.localdate(), days), unit_id=row.unit_id,
        customer_id=row.customer_id, policy_id=Feedback.id, facts={"need": row.pk},
    )  # fmt: skip
    emit(NeedDelivered(row.customer_id, row.pk), by=by)
    return row


@action(
    "needs.confirm_need",
    on=Need,
    title=lazy("客户已确认"),
    icon="circle-check",
    available=lambda row, by: row.status == Status.DELIVERED,  # noqa: ARG005
)
def confirm_need(
    row: Need,
    *,
    by: Actor,
    confirmed_by: Annotated[
        Any, kinds.Link(lazy("确认的联系人"), "customers.Person", null=True, blank=True)
    ] = None,
    text: Annotated[str, kinds.LongText(lazy("客户的话"), max_length=2000, blank=True)] = "",
) -> Need:
    """Close the need: the customer says it is met, and so knows its result (NEED-009, NEED-010).

    Raises:
        Invalid: the person does not belong to the customer.
    """
    if confirmed_by is not None and confirmed_by.customer_id != row.customer_id:
        raise Invalid(fields={"confirmed_by": [_("确认人应为该客户的联系人，请重新选择。")]})
    row.confirmed_by, row.status, row.closed_at = confirmed_by, Status.CONFIRMED, timezone.now()
    row.told_at = row.told_at or row.closed_at
    row.told = (text or "").strip() or row.told or row.outcome
    store(row, by=by, fields=["confirmed_by", "status", "closed_at", "told_at", "told"])
    for source in (CONFIRM, TELL):
        settle_todos([f"{source}:{row.pk}"], by=by)
    store(row, by=by, fields=note_answer(row, row.told, by=by))
    emit(NeedConfirmed(row.customer_id, row.pk), by=by)
    return row


@action(
    "needs.reopen_need",
    on=Need,
    title=lazy("客户未确认"),
    icon="arrow-back-up",
    danger=True,
    available=lambda row, by: row.status == Status.DELIVERED,  # noqa: ARG005
)
def reopen_need(
    row: Need,
    *,
    by: Actor,
    reason: Annotated[str, kinds.LongText(lazy("客户的意见"), max_length=2000)],
    promised_on: Annotated[dt.date, kinds.Date(lazy("新的交付日期"))],
) -> Need:
    """The customer is not content: back to the department, with a new day.

    Raises:
        Invalid: no words, a day in the past.
    """
    if not reason.strip():
        raise Invalid(fields={"reason": [_("请写明客户的意见。")]})
    if promised_on < timezone.localdate():
        raise Invalid(fields={"promised_on": [_("交付日期应不早于今天。")]})
    row.status, row.promised_on, row.delivered_on = Status.PROMISED, promised_on, None
    row.outcome = _("客户未确认：%s") % reason.strip()
    store(row, by=by, fields=["status", "promised_on", "delivered_on", "outcome"])
    settle_todos([f"{CONFIRM}:{row.pk}"], by=by)
    _ask_for_delivery(row, by)
    emit(NeedReopened(row.customer_id, row.pk), by=by)
    return row


@action(
    "needs.decline_need",
    on=Need,
    title=lazy("不采纳"),
    icon="circle-x",
    danger=True,
    available=lambda row, by: is_open(row, by) and row.status != Status.DELIVERED,
)
def decline_need(
    row: Need,
    *,
    by: Actor,
    reason: Annotated[str, kinds.LongText(lazy("理由（将告知客户）"), max_length=2000)],
    told: Annotated[
        str, kinds.LongText(lazy("已这样告知客户（留空则生成待办）"), max_length=2000, blank=True)
    ] = "",
) -> Need:
    """Close a need without meeting it, with a reason; the customer is told, or a to-do says so.

    Raises:
        Invalid: no proper reason.
    """
    _version, params = in_force(Feedback.id)
    text, words = (reason or "").strip(), (told or "").strip()
    facts = FeedbackFacts(status="declined", told=bool(words), reason=len(text))
    decision = Feedback().decide(facts, params)
    if decision.outcome == "refuse":
        message = _("请写明理由，不少于 %d 个字；它会告知客户。") % params.reason_length
        raise Invalid(fields={"reason": [message]})
    row.status, row.decision_reason, row.closed_at = Status.DECLINED, text, timezone.now()
    row.told_at, row.told = None, ""
    store(row, by=by, fields=["status", "decision_reason", "closed_at", "told_at", "told"])
    settle_todos([f"{DELIVER}:{row.pk}"], by=by)
    emit(NeedDeclined(row.customer_id, row.pk, text[:200]), by=by)
    if decision.outcome == "done":
        return _told(row, words, by)
    ask_to_tell(row, by=by)
    return row


def ask_to_tell(row: Need, *, by: Actor) -> None:
    """Open the to-do that no decided need may be without until its customer knows (NEED-010)."""
    days = in_force(Feedback.id)[1].tell_days
    open_todo(
        f"{TELL}:{row.pk}", _("告知客户决定与理由：%s") % row.title, by=by, owner_id=row.owner_id,
        due=after_working_days(timezone.localdate(), days), unit_id=row.unit_id,
        customer_id=row.customer_id, policy_id=Feedback.id, facts={"need": row.pk},
    )  # fmt: skip


def _to_be_told(row: Need, by: Actor) -> bool:  # noqa: ARG001
    decided = (Status.PROMISED, Status.DELIVERED, Status.DECLINED, Status.CONFIRMED)
    return row.told_at is None and row.status in decided


@action(
    "needs.tell_customer",
    on=Need,
    title=lazy("告知客户"),
    icon="message-2",
    available=_to_be_told,
)
def tell_customer(
    row: Need,
    *,
    by: Actor,
    told: Annotated[str, kinds.LongText(lazy("告知内容"), max_length=2000)],
) -> Need:
    """Say that the customer knows the decision and its reason, and in which words (NEED-010).

    Raises:
        Invalid: no words.
    """
    if not (told or "").strip():
        raise Invalid(fields={"told": [_("请写下怎样告知了客户。")]})
    return _told(row, told.strip(), by)


def _told(row: Need, words: str, by: Actor) -> Need:
    row.told_at, row.told = timezone.now(), words
    store(row, by=by, fields=["told_at", "told", *note_answer(row, words, by=by)])
    settle_todos([f"{TELL}:{row.pk}"], by=by)
    emit(CustomerTold(row.customer_id, row.pk), by=by)
    return row
