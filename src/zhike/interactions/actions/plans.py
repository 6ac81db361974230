"""Planned contacts: planned within the ceiling, moved, cancelled, and kept by logging (COM-014)."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.models import Customer
from zhike.interactions.models import Channel, ContactPlan, Interaction, channel_choices
from zhike.interactions.policies import ContactCeiling, EffectWindow
from zhike.interactions.queries.ceiling import check_contact
from zhike.kernel import kinds
from zhike.kernel.actions import action, authorise, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid, PolicyRefused
from zhike.kernel.policy_store import in_force
from zhike.kernel.prepared import Id, Moment, prepared

FURTHEST = dt.timedelta(days=400)


@action(
    "interactions.plan_contact",
    on=Customer,
    verb="view",
    title=gettext_lazy("计划沟通"),
    icon="calendar-plus",
    available=lambda row, by: by.may(ContactPlan.key(), "create"),  # noqa: ARG005
)
def plan_contact(
    customer: Customer,
    *,
    by: Actor,
    planned_at: Annotated[dt.datetime, kinds.DateTime(gettext_lazy("计划时间"))],
    topic: Annotated[str, kinds.Text(gettext_lazy("主题"), max_length=120)],
    channel: Annotated[
        str, kinds.Choice(gettext_lazy("方式"), choices=channel_choices, max_length=10)
    ] = Channel.CALL,
) -> ContactPlan:
    """Plan a contact with a customer, if the ceiling leaves room (COM-006).

    The plan's ``warnings`` are what the rule objects to where it only warns.

    Raises:
        PolicyRefused: the ceiling, quiet hours or a day off; says which departments used it.
        Invalid: a moment in the past or too far ahead, or a channel that is not in use.
    """
    authorise(by, ContactPlan.key(), "create")
    _check_moment(planned_at)
    check_channel(channel)
    warnings = _within_ceiling(customer, channel, planned_at)
    row = ContactPlan(
        customer=customer, channel=channel, planned_at=planned_at, topic=topic,
        owner_id=by.user_id, unit_id=by.unit_id or customer.unit_id,
    )  # fmt: skip
    store(row, by=by)
    row.warnings = warnings  # type: ignore[attr-defined]
    return row


def _check_moment(moment: dt.datetime) -> None:
    now = timezone.now()
    if not now - dt.timedelta(minutes=10) <= moment <= now + FURTHEST:
        raise Invalid(fields={"planned_at": [_("计划时间应在现在之后的 400 天以内。")]})


def check_channel(code: str) -> None:
    """Refuse a channel that is disabled; old records keep it.

    Raises:
        Invalid: naming the field.
    """
    from zhike.interactions.models import usable_channels

    if code not in {one for one, _title, _icon in usable_channels()}:
        raise Invalid(fields={"channel": [_("该方式已停用，请选择其他方式。")]})


def _within_ceiling(
    customer: Customer, channel: str, at: dt.datetime, *, but_plan: int = 0
) -> list[str]:
    found = check_contact(customer, channel, at=at, purpose="plan", but_plan=but_plan)
    if found.outcome == "refuse":
        text = _("按客户沟通上限不能安排：%s") % "；".join(found.reasons)
        raise PolicyRefused(text, policy=ContactCeiling.id, reasons=found.reasons)
    return found.reasons


def create_plan(
    model: type[Model],  # noqa: ARG001  (the signature of every create)
    values: Mapping[str, Any],
    *,
    by: Actor,
) -> ContactPlan:
    """Plan from a generic door (form, API): the same step with the customer among the values.

    Raises:
        Invalid: unknown fields, something missing, or no customer that the actor may see.
    """
    from zhike.interactions.actions.doors import split_customer

    customer, kept = split_customer(ContactPlan, plan_contact, values, by)
    row: ContactPlan = plan_contact(customer, by=by, **kept)
    return row


def _open(row: ContactPlan, by: Actor) -> bool:  # noqa: ARG001  (the signature of ``available``)
    return bool(row.status == ContactPlan.Status.OPEN)


@action(
    "interactions.move_plan",
    on=ContactPlan,
    verb="change",
    title=gettext_lazy("改期"),
    icon="calendar",
    available=_open,
)
def move_plan(
    row: ContactPlan,
    *,
    by: Actor,
    planned_at: Annotated[dt.datetime, kinds.DateTime(gettext_lazy("计划时间"))],
) -> ContactPlan:
    """Move a plan; the ceiling is asked again.

    Raises:
        PolicyRefused, Invalid: as for planning.
    """
    _check_moment(planned_at)
    _within_ceiling(row.customer, str(row.channel), planned_at, but_plan=row.pk)
    row.planned_at = planned_at
    return store(row, by=by, fields=["planned_at"])


@action(
    "interactions.cancel_plan",
    on=ContactPlan,
    verb="change",
    title=gettext_lazy("取消计划"),
    icon="x",
    available=_open,
)
def cancel_plan(
    row: ContactPlan,
    *,
    by: Actor,
    result: Annotated[str, kinds.Text(gettext_lazy("原因"), max_length=200)],
) -> ContactPlan:
    """Give a plan up; it stays in the plan-versus-done figures as cancelled."""
    row.status, row.result = ContactPlan.Status.CANCELLED, result
    return store(row, by=by, fields=["status", "result"])


def keep_plans(row: Interaction, by: Actor) -> int:
    """Close the earliest open plan that a communication keeps: same customer, channel and days."""
    days = dt.timedelta(days=in_force(EffectWindow.id)[1].plan_days)
    at = row.occurred_at
    found = _planned(by, row.customer_id, str(row.channel), at - days, at + days)
    if not found:
        return 0
    plan = found[0]
    plan.status, plan.interaction, plan.done_at = ContactPlan.Status.DONE, row, row.occurred_at
    store(plan, by=by, fields=["status", "interaction", "done_at"])
    return 1


@prepared
def _planned(
    by: Actor,  # noqa: ARG001
    customer_id: Id,
    channel: str,
    since: Moment,
    until: Moment,
) -> "QuerySet[ContactPlan]":
    rows = ContactPlan.unscoped.select_for_update(of=("self",)).filter(
        customer_id=customer_id, channel=channel, status=ContactPlan.Status.OPEN,
        planned_at__gte=since, planned_at__lte=until, archived_at__isnull=True,
    )  # fmt: skip
    return rows.order_by("planned_at", "id")[:1]
