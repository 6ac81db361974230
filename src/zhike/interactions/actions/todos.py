"""What becomes of a to-do: made, done, put off, handed on, given up."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.actions.contact import note_contact
from zhike.identity.actions.notices import notify
from zhike.identity.models import User
from zhike.identity.queries import end_of_day
from zhike.interactions.actions.steps import next_step_day
from zhike.interactions.events import ToDoCompleted, ToDosReassigned
from zhike.interactions.models import ToDo
from zhike.kernel import kinds
from zhike.kernel.actions import action, authored, create_record, linked, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Invalid
from zhike.kernel.events import emit

FURTHEST = dt.timedelta(days=366)
UNDO_WINDOW = dt.timedelta(days=1)


def _is_open(row: ToDo, by: Actor) -> bool:  # noqa: ARG001
    return bool(row.status == ToDo.Status.OPEN)


def _is_closed(row: ToDo, by: Actor) -> bool:  # noqa: ARG001
    return bool(row.status != ToDo.Status.OPEN)


def create_todo(model: type[ToDo], values: Mapping[str, Any], *, by: Actor) -> ToDo:
    """Make a to-do, for oneself or for a colleague, who is told (the create of the resource).

    Raises:
        Invalid: as of every form; the state belongs to the actions.
    """
    refused = {"status", "family", "done_at"} & set(values)
    if refused:
        message = _("没有这个字段，或它由系统维护。")
        raise Invalid(fields={name: [message] for name in refused})
    with recorded(by, "interactions.todo.create"):
        row = create_record(model, values, by=by)
        if row.owner_id != by.user_id:
            _tell_owner(row.owner_id, _("%s 给您安排了待办") % by.name, str(row.title), by)
        _refresh(row)
    return row


@action(
    "interactions.complete_todo",
    on=ToDo,
    verb="change",
    title=gettext_lazy("完成"),
    icon="check",
    available=_is_open,
)
def complete_todo(
    row: ToDo,
    *,
    by: Actor,
    result: Annotated[str, kinds.Text(gettext_lazy("结果"), max_length=200, blank=True)] = "",
) -> ToDo:
    """Tick a to-do off, with a word on the result."""
    now = timezone.now()
    row.status, row.done_at, row.done_by_id = ToDo.Status.DONE, now, by.user_id
    row.result = result or ""
    store(row, by=by, fields=["status", "done_at", "done_by", "result"])
    _refresh(row)
    on_time = now <= row.due_at
    emit(ToDoCompleted(row.pk, row.customer_id, str(row.family), on_time), by=by)
    return row


@action(
    "interactions.reopen_todo",
    on=ToDo,
    verb="change",
    title=gettext_lazy("撤销完成"),
    icon="arrow-forward",
    available=_is_closed,
)
def reopen_todo(row: ToDo, *, by: Actor) -> ToDo:
    """Take back a tick or a giving-up within a day.

    Raises:
        Conflict: too late, or the rule has put a new to-do in its place.
    """
    if row.done_at is None or timezone.now() - row.done_at > UNDO_WINDOW:
        raise Conflict(_("超过一天的完成记录不能撤销，请新建待办。"))
    twin = ToDo.unscoped.filter(source_key=row.source_key, status=ToDo.Status.OPEN)
    if row.source_key and twin.exists():
        raise Conflict(_("规则已经生成了新的待办，请在新的待办上继续。"))
    row.status, row.done_at, row.done_by_id, row.result = ToDo.Status.OPEN, None, None, ""
    store(row, by=by, fields=["status", "done_at", "done_by", "result"])
    _refresh(row)
    return row


@action(
    "interactions.postpone_todo",
    on=ToDo,
    verb="change",
    title=gettext_lazy("延期"),
    icon="calendar-plus",
    available=_is_open,
)
def postpone_todo(
    row: ToDo,
    *,
    by: Actor,
    until: Annotated[dt.date, kinds.Date(gettext_lazy("延至"))],
    reason: Annotated[str, kinds.Text(gettext_lazy("原因"), max_length=200, blank=True)] = "",
) -> ToDo:
    """Put a to-do off to another day. What comes from a rule needs a reason.

    Raises:
        Invalid: a day in the past or more than a year ahead, or no reason.
    """
    today = timezone.localdate()
    errors: dict[str, list[str]] = {}
    if until is None or not today <= until <= today + FURTHEST:
        errors["until"] = [_("日期应在今天起一年以内。")]
    if row.policy_id and not (reason or "").strip():
        errors["reason"] = [_("这项待办来自管理制度，延期需要写明原因。")]
    if errors:
        raise Invalid(fields=errors)
    row.due_at = end_of_day(until)
    row.extra = {**row.extra, "postponed": {"by": by.user_id, "reason": reason}}
    store(row, by=by, fields=["due_at", "extra"])
    _refresh(row)
    return row


@action(
    "interactions.drop_todo",
    on=ToDo,
    verb="change",
    title=gettext_lazy("取消待办"),
    icon="x",
    available=_is_open,
)
def drop_todo(
    row: ToDo,
    *,
    by: Actor,
    reason: Annotated[str, kinds.Text(gettext_lazy("原因"), max_length=200)],
) -> ToDo:
    """Give a to-do up, saying why; the rule counts its interval anew from today.

    Raises:
        Invalid: no reason.
    """
    if not (reason or "").strip():
        raise Invalid(fields={"reason": [_("请写明取消的原因。")]})
    row.status, row.done_at = ToDo.Status.DROPPED, timezone.now()
    row.done_by_id, row.result = by.user_id, reason.strip()
    store(row, by=by, fields=["status", "done_at", "done_by", "result"])
    _refresh(row)
    return row


@action(
    "interactions.reassign_todos",
    on=ToDo,
    verb="change",
    title=gettext_lazy("转交"),
    icon="user-share",
    many=True,
    leaves_scope=True,
)
def reassign_todos(
    rows: "QuerySet[ToDo]",
    *,
    by: Actor,
    owner: Annotated[Any, kinds.Owner(gettext_lazy("转交给"))],
    reason: Annotated[str, kinds.Text(gettext_lazy("原因"), max_length=200, blank=True)] = "",
) -> int:
    """Hand open to-dos to a colleague and tell him once; returns how many.

    Raises:
        Invalid: nobody chosen, or a person who has left.
    """
    person = _person(owner, by)
    others = rows.filter(status=ToDo.Status.OPEN).exclude(owner=person)
    count = others.update(owner=person, **authored(by))
    if count:
        title = _("%(who)s 转交给您 %(count)d 项待办") % {"who": by.name, "count": count}
        _tell_owner(person.pk, title, reason or "", by)
        emit(ToDosReassigned(person.pk, count), by=by)
    return int(count)


def _person(raw: Any, by: Actor) -> User:
    try:
        person = linked(ToDo._meta.get_field("owner"), raw, by=by)
    except ValidationError as error:
        raise Invalid(fields={"owner": list(error.messages)}) from error
    if person is None or not person.is_active:
        raise Invalid(fields={"owner": [_("请选择在职的同事。")]})
    return person  # type: ignore[no-any-return]


def _tell_owner(user_id: int | None, title: str, body: str, by: Actor) -> None:
    if user_id is None or user_id == by.user_id:
        return
    notify([user_id], title, by=by, body=body, icon="checklist", url="/todos/")


def _refresh(row: ToDo) -> None:
    """Keep the customer's next appointment true."""
    steps = {ToDo.Family.NEXT_STEP, ToDo.Family.MANUAL}
    if row.customer_id and row.family in steps:
        note_contact(row.customer_id, at=None, next_step_on=next_step_day(row.customer_id))
