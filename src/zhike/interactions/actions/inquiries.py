"""A customer's question or opinion: forwarded, acknowledged, answered, told to the customer."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.models import Customer
from zhike.identity.models import User
from zhike.identity.queries import add_working_time, primary_unit
from zhike.interactions.actions.plans import check_channel
from zhike.interactions.actions.raising import raise_todo, settle_todos
from zhike.interactions.events import InquiryAnswered, InquiryClosed, InquiryRaised
from zhike.interactions.models import Channel, Inquiry, Interaction, channel_choices
from zhike.interactions.policies import InquiryTime
from zhike.interactions.queries.inquiries import deadlines
from zhike.kernel import kinds
from zhike.kernel.actions import action, authorise, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden, Invalid
from zhike.kernel.events import emit

Status = Inquiry.Status


@action(
    "interactions.raise_inquiry",
    on=Customer,
    verb="view",
    title=gettext_lazy("登记问题或意见"),
    icon="help-circle",
    available=lambda row, by: by.may(Inquiry.key(), "create"),  # noqa: ARG005
)
def raise_inquiry(
    customer: Customer,
    *,
    by: Actor,
    text: Annotated[str, kinds.Text(gettext_lazy("客户说"), max_length=400)],
    handler: Annotated[Any, kinds.Owner(gettext_lazy("处理人"))],
    kind: Annotated[
        str, kinds.Choice(gettext_lazy("类型"), choices=Inquiry.Kind.choices, max_length=10)
    ] = Inquiry.Kind.QUESTION,
    interaction: Interaction | None = None,
) -> Inquiry:
    """Write down what a customer asks or thinks, and pass it to who can act (COM-008, COM-015).

    Raises:
        Invalid: no text, or the handler is no active colleague.
    """
    authorise(by, Inquiry.key(), "create")
    if interaction is not None and interaction.customer_id != customer.pk:
        raise Invalid(_("沟通记录不是这个客户的。"))
    person = _colleague(handler)
    row = Inquiry(
        customer=customer, interaction=interaction, kind=kind, text=text,
        owner_id=by.user_id, unit_id=by.unit_id or customer.unit_id,
    )  # fmt: skip
    _hand_to(row, person)
    store(row, by=by)
    _ask(row, by)
    emit(InquiryRaised(customer.pk, row.pk, str(row.kind), person.pk), by=by)
    return row


def create_inquiry(
    model: type[Model],  # noqa: ARG001  (the signature of every create)
    values: Mapping[str, Any],
    *,
    by: Actor,
) -> Inquiry:
    """Write one down from a generic door (form, API).

    Raises:
        Invalid: unknown fields, something missing, or no customer that the actor may see.
    """
    from zhike.interactions.actions.doors import split_customer

    customer, kept = split_customer(Inquiry, raise_inquiry, values, by)
    row: Inquiry = raise_inquiry(customer, by=by, **kept)
    return row


def _colleague(handler: Any) -> User:
    pk = getattr(handler, "pk", handler)
    person = User.unscoped.filter(pk=pk or 0, is_active=True, archived_at__isnull=True).first()
    if person is None:
        raise Invalid(fields={"handler": [_("请选择在职的处理人。")]})
    return person


def _hand_to(row: Inquiry, person: User) -> None:
    hours = deadlines(str(row.kind), str(row.customer.grade))
    now = timezone.now()
    row.handler, row.handler_unit_id = person, primary_unit(person.pk)
    row.status, row.accepted_at = Status.FORWARDED, None
    row.accept_by = add_working_time(now, hours["accept_hours"])
    row.due_at = row.due_at or add_working_time(now, hours["answer_hours"])


def _ask(row: Inquiry, by: Actor) -> None:
    raise_todo(
        _key(row), _("答复客户：%s") % str(row.text)[:120], owner_id=row.handler_id,
        due_at=_moment(row.due_at), by=by, customer_id=row.customer_id,
        link=f"/interactions/inquiry/{row.pk}/", policy_id=InquiryTime.id, tell=True,
    )  # fmt: skip


def _moment(due: dt.datetime | None) -> dt.datetime:
    return due or timezone.now()


def _key(row: Inquiry, step: str = "answer") -> str:
    return f"interactions.inquiry.{step}:{row.pk}"


def _handled_by(row: Inquiry, by: Actor) -> None:
    if not by.is_system and by.user_id != row.handler_id:
        raise Forbidden(_("请由处理人签收和答复；需要换人请转办。"))


@action(
    "interactions.forward_inquiry",
    on=Inquiry,
    title=gettext_lazy("转办"),
    icon="arrow-forward",
    leaves_scope=True,
    available=lambda row, by: row.status in {Status.FORWARDED, Status.ACCEPTED},  # noqa: ARG005
)
def forward_inquiry(
    row: Inquiry,
    *,
    by: Actor,
    handler: Annotated[Any, kinds.Owner(gettext_lazy("处理人"))],
    reason: Annotated[str, kinds.Text(gettext_lazy("原因"), max_length=200, blank=True)] = "",
) -> Inquiry:
    """Pass an inquiry on to another colleague; the customer's deadline stays."""
    _hand_to(row, _colleague(handler))
    row.extra = {**row.extra, "forwarded": reason}
    store(row, by=by, fields=["handler", "handler_unit", "status", "accepted_at", "accept_by"])
    Inquiry.unscoped.filter(pk=row.pk).update(extra=row.extra)
    _ask(row, by)
    return row


@action(
    "interactions.accept_inquiry",
    on=Inquiry,
    verb="view",
    title=gettext_lazy("签收"),
    icon="check",
    available=lambda row, by: row.status == Status.FORWARDED and by.user_id == row.handler_id,
)
def accept_inquiry(row: Inquiry, *, by: Actor) -> Inquiry:
    """Acknowledge: the handler has it and works on it."""
    _handled_by(row, by)
    row.status, row.accepted_at = Status.ACCEPTED, timezone.now()
    return store(row, by=by, fields=["status", "accepted_at"])


@action(
    "interactions.answer_inquiry",
    on=Inquiry,
    verb="view",
    title=gettext_lazy("答复"),
    icon="message-circle",
    available=lambda row, by: (
        row.status in {Status.FORWARDED, Status.ACCEPTED} and by.user_id == row.handler_id
    ),
)
def answer_inquiry(
    row: Inquiry,
    *,
    by: Actor,
    answer: Annotated[str, kinds.LongText(gettext_lazy("答复"), max_length=2000)],
) -> Inquiry:
    """Answer; whoever wrote it down gets a to-do to tell the customer."""
    _handled_by(row, by)
    now = timezone.now()
    row.status, row.answer, row.answered_at = Status.ANSWERED, answer, now
    row.accepted_at = row.accepted_at or now
    store(row, by=by, fields=["status", "answer", "answered_at", "accepted_at"])
    settle_todos([_key(row)], by=by, result=_("已答复"))
    hours = deadlines(str(row.kind), str(row.customer.grade))["tell_hours"]
    raise_todo(
        _key(row, "tell"), _("把答复告诉客户：%s") % str(row.text)[:120], owner_id=row.owner_id,
        due_at=add_working_time(now, hours), by=by, customer_id=row.customer_id,
        link=f"/interactions/inquiry/{row.pk}/", policy_id=InquiryTime.id, tell=True,
    )  # fmt: skip
    emit(InquiryAnswered(row.customer_id, row.pk), by=by)
    return row


@action(
    "interactions.close_inquiry",
    on=Inquiry,
    title=gettext_lazy("已告知客户，关闭"),
    icon="circle-check",
    available=lambda row, by: row.status == Status.ANSWERED,  # noqa: ARG005
)
def close_inquiry(
    row: Inquiry,
    *,
    by: Actor,
    told_channel: Annotated[
        str, kinds.Choice(gettext_lazy("告知方式"), choices=channel_choices, max_length=10)
    ] = Channel.CALL,
) -> Inquiry:
    """Close: the customer has heard the answer. Nothing is closed without one."""
    check_channel(told_channel)
    row.status, row.told_channel, row.closed_at = Status.CLOSED, told_channel, timezone.now()
    store(row, by=by, fields=["status", "told_channel", "closed_at"])
    settle_todos([_key(row, "tell")], by=by, result=_("已告知客户"))
    emit(InquiryClosed(row.customer_id, row.pk), by=by)
    return row
