"""Logging a communication: one form, one transaction, and no end without a next step (COM-013)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.actions.contact import note_contact
from zhike.customers.models import Customer, Person
from zhike.identity.queries import end_of_day
from zhike.interactions.actions.attending import attend, colleagues_of, ids_of, keep_position
from zhike.interactions.actions.mentions import tell_mentioned
from zhike.interactions.actions.plans import check_channel, keep_plans
from zhike.interactions.actions.steps import close, next_step_day
from zhike.interactions.events import InteractionLogged
from zhike.interactions.models import (
    Channel,
    Interaction,
    Participant,
    Sentiment,
    ToDo,
    channel_choices,
)
from zhike.interactions.policies import ContactCeiling
from zhike.interactions.queries.ceiling import Ceiling
from zhike.interactions.queries.guides import prepared_text
from zhike.kernel import kinds
from zhike.kernel.actions import action, archive_record, authorise, edit_record, linked, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden, Invalid, NotFound, PolicyRefused
from zhike.kernel.events import emit

AHEAD = dt.timedelta(minutes=10)
OPENING = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
STEP_LINKED = ("next_step", "next_step_on", "no_next_step", "customer")


@action(
    "interactions.log_interaction",
    on=Customer,
    verb="view",
    title=gettext_lazy("写跟进"),
    icon="pencil",
)
def log_interaction(
    customer: Customer,
    *,
    by: Actor,
    summary: Annotated[str, kinds.LongText(gettext_lazy("内容"))],
    channel: Annotated[
        str, kinds.Choice(gettext_lazy("方式"), choices=channel_choices, max_length=10)
    ] = Channel.NOTE,
    direction: Annotated[
        str,
        kinds.Choice(gettext_lazy("方向"), choices=Interaction.Direction.choices, max_length=4),
    ] = Interaction.Direction.OUT,
    occurred_at: Annotated[
        dt.datetime | None, kinds.DateTime(gettext_lazy("时间"), null=True, blank=True)
    ] = None,
    minutes: Annotated[
        int | None,
        kinds.Integer(gettext_lazy("时长（分钟）"), null=True, blank=True, minimum=0, maximum=1440),
    ] = None,
    place: Annotated[str, kinds.Text(gettext_lazy("地点"), max_length=120, blank=True)] = "",
    purpose: Annotated[str, kinds.Text(gettext_lazy("目的"), max_length=120, blank=True)] = "",
    participants: Annotated[
        str | Sequence[Any],
        kinds.Text(gettext_lazy("参与联系人（编号，逗号分隔）"), max_length=400, blank=True),
    ] = "",
    colleagues: Annotated[
        str | Sequence[Any],
        kinds.Text(gettext_lazy("我方参与人（编号，逗号分隔）"), max_length=400, blank=True),
    ] = "",
    findings: Annotated[
        str, kinds.LongText(gettext_lazy("发现"), max_length=4000, blank=True)
    ] = "",
    next_step: Annotated[str, kinds.Text(gettext_lazy("下一步"), max_length=200, blank=True)] = "",
    next_step_on: Annotated[
        dt.date | None, kinds.Date(gettext_lazy("下次跟进"), null=True, blank=True)
    ] = None,
    no_next_step: Annotated[bool, kinds.Bool(gettext_lazy("无需下一步"), default=False)] = False,
    sentiment: Annotated[
        str,
        kinds.Choice(gettext_lazy("客户情绪"), choices=Sentiment.choices, max_length=8, blank=True),
    ] = "",
    template: Annotated[
        int | None, kinds.Integer(gettext_lazy("所用模板"), null=True, blank=True, minimum=1)
    ] = None,
    attachment: Annotated[
        Any, kinds.Attachment(gettext_lazy("附件"), null=True, blank=True)
    ] = None,
    position: Annotated[
        str,
        kinds.Text(gettext_lazy("位置（纬度,经度,精度,时间）"), max_length=100, blank=True),
    ] = "",
) -> Interaction:
    """Write down a communication with a customer and what comes next (COM-002, COM-013).

    Closes the contact to-do of the rule and the appointments that were due, moves the customer's
    last contact, and puts the next step on the list.

    Raises:
        Forbidden: the actor may not log communications.
        Invalid: neither a day for the next step nor "none needed", both, a day in the past, a
            moment in the future, unknown participants, a position that the rule does not allow.
    """
    authorise(by, Interaction.key(), "create")
    moment = occurred_at or timezone.now()
    row = Interaction(
        customer=customer, channel=channel or Channel.NOTE, direction=direction or "out",
        occurred_at=moment, minutes=minutes, place=place or "", purpose=purpose or "",
        summary=summary, findings=findings or "", next_step=next_step or "", next_step_on=next_step_on,
        no_next_step=bool(no_next_step), sentiment=sentiment or "", attachment=attachment,
        template_id=_template(template, customer, by), owner_id=by.user_id,
        unit_id=by.unit_id or customer.unit_id,
    )  # fmt: skip
    _check(row)
    check_channel(str(row.channel))
    people, ours = _people(customer, participants, by), colleagues_of(colleagues, by)
    keep_position(row, position or "", by)
    row.extra = {"ceiling": warnings} if (warnings := _warnings(row)) else {}
    store(row, by=by)
    for person in people:
        store(Participant(interaction=row, person=person), by=by)
    attend(row, ours, by=by)
    fulfilled = _fulfil(row, by) + keep_plans(row, by)
    if row.next_step_on:
        _promise(row, by)
    note_contact(customer.pk, at=row.occurred_at, next_step_on=next_step_day(customer.pk))
    tell_mentioned(row.summary, row, customer=customer, by=by)
    emit(InteractionLogged(customer.pk, row.pk, str(row.channel), fulfilled), by=by)
    row.fulfilled = fulfilled  # type: ignore[attr-defined]
    row.warnings = row.extra.get("ceiling", [])  # type: ignore[attr-defined]
    return row


def _template(template_id: int | None, customer: Customer, by: Actor) -> int | None:
    """Return the approved version that the text was prepared with."""
    if template_id is None:
        return None
    try:
        return prepared_text(template_id, customer, by).id
    except NotFound:
        message = _("没有这个模板，或它已停用，请重新选择。")
        raise Invalid(fields={"template": [message]}) from None


def _warnings(row: Interaction) -> list[str]:
    """Return what the ceiling objects to; what happened is recorded all the same (COM-006)."""
    found, ceiling = [], Ceiling(row.customer)
    if row.direction == Interaction.Direction.OUT:
        found += ceiling.check(str(row.channel), at=row.occurred_at, purpose="log").reasons
    if row.next_step_on:
        late = end_of_day(row.next_step_on)
        step = ceiling.check("", at=late, purpose="step", day_only=True)
        if step.outcome == "refuse":
            text = _("按客户沟通上限不能安排：%s") % "；".join(step.reasons)
            raise PolicyRefused(text, policy=ContactCeiling.id, reasons=step.reasons)
        found += [_("下一步：%s") % reason for reason in step.reasons]
    return found


def record_talk(
    customer: Customer,
    *,
    by: Actor,
    channel: str,
    direction: str,
    occurred_at: dt.datetime,
    summary: str,
    purpose: str = "",
) -> Interaction:
    """Put a communication that another step brought onto the timeline; it asks no next step."""
    row: Interaction = log_interaction(
        customer, by=by, channel=channel, direction=direction, occurred_at=occurred_at,
        summary=summary, purpose=purpose, no_next_step=True,
    )  # fmt: skip
    return row


def _check(row: Interaction) -> None:
    errors: dict[str, list[str]] = {}
    if not OPENING <= row.occurred_at <= timezone.now() + AHEAD:
        errors["occurred_at"] = [_("时间应不晚于现在；将来的安排请写在下一步。")]
    if row.no_next_step and (row.next_step_on or row.next_step):
        errors["no_next_step"] = [_("已填写下一步，请取消勾选“无需下一步”。")]
    elif not row.no_next_step and not row.next_step_on:
        errors["next_step_on"] = [_("请选择下次跟进的日期，或勾选“无需下一步”。")]
    elif row.next_step_on and row.next_step_on < timezone.localdate():
        errors["next_step_on"] = [_("下次跟进的日期应不早于今天。")]
    if not str(row.summary or "").strip():
        errors["summary"] = [_("请写下沟通内容。")]
    if errors:
        raise Invalid(fields=errors)


def _people(customer: Customer, raw: Any, by: Actor) -> list[Person]:
    ids = ids_of(raw)
    if not ids:
        return []
    rows = Person.objects.visible_to(by).filter(pk__in=ids)
    found = list(rows.filter(affiliations__customer=customer) | rows.filter(customer=customer))
    unique = {person.pk: person for person in found}
    if len(unique) != len(ids):
        raise Invalid(fields={"participants": [_("参与人应为该客户的联系人，请重新选择。")]})
    return list(unique.values())


def _fulfil(row: Interaction, by: Actor) -> int:
    """Close what this communication fulfils: the rule's contact, and appointments that were due."""
    now = timezone.now()
    open_rows = ToDo.unscoped.filter(customer_id=row.customer_id, status=ToDo.Status.OPEN)
    contact = open_rows.filter(family=ToDo.Family.CONTACT)
    promised = open_rows.filter(
        family=ToDo.Family.NEXT_STEP, due_at__lte=end_of_day(timezone.localdate())
    )
    return close(contact | promised, by=by, at=now, interaction=row)


def _promise(row: Interaction, by: Actor) -> ToDo:
    return store(
        ToDo(
            title=row.next_step or _("下次跟进"),
            customer=row.customer,
            family=ToDo.Family.NEXT_STEP,
            due_at=end_of_day(row.next_step_on or timezone.localdate()),
            owner_id=row.owner_id,
            unit_id=row.unit_id,
            interaction=row,
        ),
        by=by,
    )


def create_interaction(
    model: type[Model],  # noqa: ARG001  (the signature of every create)
    values: Mapping[str, Any],
    *,
    by: Actor,
) -> Interaction:
    """Log from a generic door (form, API): the same step with the customer among the values.

    Raises:
        Invalid: unknown fields, or no customer that the actor may see.
    """
    given = dict(values)
    field: Any = Interaction._meta.get_field("customer")
    customer = _linked_or_invalid(field, given.pop("customer", given.pop("customer_id", None)), by)
    given.pop("owner", None)
    given.pop("unit", None)
    kept, errors = {}, {}
    for name, raw in given.items():
        kind = log_interaction.fields.get(name)
        if kind is None:
            errors[name] = [_("没有这个字段，或它由系统维护。")]
            continue
        kept[name] = _cleaned(kind, name, raw, errors)
    if "summary" not in kept:
        errors.setdefault("summary", [_("请写下沟通内容。")])
    if errors:
        raise Invalid(fields=errors)
    logged: Interaction = log_interaction(customer, by=by, **kept)
    return logged


def _cleaned(kind: Any, name: str, raw: Any, errors: dict[str, list[str]]) -> Any:
    from django.core.exceptions import ValidationError

    if name in {"participants", "colleagues"} and isinstance(raw, list | tuple):
        return raw
    try:
        return kind.clean_value(raw)
    except ValidationError as error:
        errors[name] = list(error.messages)
        return None


def _linked_or_invalid(field: Any, raw: Any, by: Actor) -> Customer:
    from django.core.exceptions import ValidationError

    try:
        customer = linked(field, raw, by=by)
    except ValidationError as error:
        raise Invalid(fields={"customer": list(error.messages)}) from error
    if customer is None:
        raise Invalid(fields={"customer": [_("请选择客户。")]})
    return customer  # type: ignore[no-any-return]


def edit_interaction(
    model: type[Interaction],
    target: Interaction | int,
    values: Mapping[str, Any],
    *,
    by: Actor,
    version: int | None = None,
) -> Interaction:
    """Correct one's own words. The next step lives on as a to-do and is changed there.

    Raises:
        Forbidden: written by somebody else. Invalid: the customer or the next step was given anew.
    """
    row = _own(target, by, "change")
    given = {k: v for k, v in values.items() if k not in {"owner", "unit"}}
    for name in STEP_LINKED:
        if name in given and _same(getattr(row, name), given[name]):
            del given[name]
    refused = [name for name in STEP_LINKED if name in given]
    if refused:
        message = _("保存后不能改这一项；下一步请在待办中延期或取消。")
        raise Invalid(fields={name: [message] for name in refused})
    return edit_record(model, row.pk, given, by=by, version=version)


def _same(stored: Any, given: Any) -> bool:
    if isinstance(stored, Model):
        return str(stored.pk) == str(getattr(given, "pk", given))
    if isinstance(stored, bool):
        return stored == (given in (True, "1", "true", "on", "True"))
    return str(stored if stored is not None else "") == str(given if given is not None else "")


def archive_interaction(
    model: type[Interaction],
    target: Interaction | int,
    *,
    by: Actor,
    version: int | None = None,
    undo: bool = False,
) -> Interaction:
    """Put one's own record away, or bring it back.

    Raises:
        Forbidden: written by somebody else.
    """
    row = _own(target, by, "archive")
    return archive_record(model, row.pk, by=by, version=version, undo=undo)


def _own(target: Interaction | int, by: Actor, verb: str) -> Interaction:
    authorise(by, Interaction.key(), verb)
    pk = target.pk if isinstance(target, Interaction) else target
    rows = Interaction.objects.visible_to(by, "view", archived=True)
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound
    if not by.is_system and row.owner_id != by.user_id:
        raise Forbidden(_("只有记录人可以修改或归档自己的沟通记录；您可以在下面评论。"))
    return row  # type: ignore[no-any-return]
