"""Alignment meetings: planned by the rule, held with minutes and actions, flagged when late."""

import datetime as dt
from typing import Annotated, Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.models import Customer
from zhike.identity.models import User
from zhike.identity.queries import end_of_day, supervisors, working_calendar
from zhike.interactions.actions import announce, raise_todo, settle_todos
from zhike.interactions.automation import automated_flow
from zhike.interactions.models import ToDo
from zhike.kernel import kinds
from zhike.kernel.actions import action, recorded, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.events import emit
from zhike.kernel.policies import N_
from zhike.kernel.policy_store import in_force
from zhike.teamwork.events import AlignmentHeld
from zhike.teamwork.models import AlignmentMeeting
from zhike.teamwork.policies import AlignmentFacts, AlignmentSchedule

Status = AlignmentMeeting.Status
URL = "/teamwork/alignmentmeeting/"
OVERDUE = automated_flow("teamwork.alignment_overdue", N_("对齐会议逾期提醒"))


def plan_meetings(on: dt.date | None = None) -> int:
    """Plan the next meeting of every key account that has none; returns how many.

    Key accounts are few (those of the grades named in the rule), so each is decided on its own.
    """
    day = on or timezone.localdate()
    version_params = in_force(AlignmentSchedule.id, day)[1]
    grades = [grade for grade, days in version_params.days.items() if days is not None]
    planned = AlignmentMeeting.unscoped.filter(status=Status.PLANNED, archived_at=None)
    rows = Customer.unscoped.filter(archived_at=None, grade__in=grades, owner__is_active=True)
    waiting = rows.exclude(lifecycle="lost").exclude(pk__in=planned.values("customer_id"))
    held = dict(
        AlignmentMeeting.unscoped.filter(status=Status.HELD, archived_at=None)
        .values_list("customer_id")
        .annotate(last=Max("held_on"))
    )
    calendar, by = working_calendar(), SYSTEM(reason=AlignmentSchedule.id)
    count = 0
    with recorded(by, "teamwork.plan_meetings"):
        for customer in waiting.order_by("pk"):
            since = held.get(customer.pk) or day
            facts = AlignmentFacts(grade=str(customer.grade), since=since, today=day)
            due = AlignmentSchedule().decide(facts, version_params).outcome
            if due is None:
                continue
            when = max(dt.date.fromisoformat(due), day)
            _plan(customer, calendar.add_working_days(when, 0), by)
            count += 1
    return count


def _plan(customer: Customer, day: dt.date, by: Actor) -> None:
    row = AlignmentMeeting(
        customer=customer, planned_on=day, owner_id=customer.owner_id, unit_id=customer.unit_id
    )
    store(row, by=by)
    raise_todo(
        _key(row), _("召开对齐会议：%s") % customer, owner_id=row.owner_id, due_at=end_of_day(day),
        by=by, customer_id=customer.pk, link=f"{URL}{row.pk}/", policy_id=AlignmentSchedule.id,
    )  # fmt: skip


@action(
    "teamwork.hold_meeting",
    on=AlignmentMeeting,
    title=gettext_lazy("写纪要"),
    icon="notes",
    available=lambda row, _by: row.status == Status.PLANNED,
)
def hold_meeting(
    row: AlignmentMeeting,
    *,
    by: Actor,
    held_on: Annotated[dt.date, kinds.Date(gettext_lazy("召开日期"))],
    minutes: Annotated[str, kinds.LongText(gettext_lazy("会议纪要"), max_length=20_000)],
) -> AlignmentMeeting:
    """Record that the meeting took place and what was said.

    Raises:
        Invalid: a day in the future, or no minutes.
    """
    errors = {}
    if held_on is None or held_on > timezone.localdate():
        errors["held_on"] = [_("召开日期应不晚于今天。")]
    if not (minutes or "").strip():
        errors["minutes"] = [_("必填。")]
    if errors:
        raise Invalid(fields=errors)
    row.status, row.held_on, row.minutes = Status.HELD, held_on, minutes
    store(row, by=by, fields=["status", "held_on", "minutes"])
    settle_todos([_key(row)], by=by, result=str(Status.HELD.label))
    emit(AlignmentHeld(row.customer_id, row.pk), by=by)
    return row


@action(
    "teamwork.add_meeting_action",
    on=AlignmentMeeting,
    title=gettext_lazy("添加行动项"),
    icon="checklist",
    available=lambda row, _by: row.status == Status.HELD,
)
def add_meeting_action(
    row: AlignmentMeeting,
    *,
    by: Actor,
    title: Annotated[str, kinds.Text(gettext_lazy("行动"), max_length=160)],
    owner: Annotated[Any, kinds.Owner(gettext_lazy("执行人"))],
    due_on: Annotated[dt.date, kinds.Date(gettext_lazy("完成期限"))],
) -> ToDo:
    """Put what was agreed on somebody's list; late ones stand among the overdue to-dos.

    Raises:
        Invalid: nobody who works here, or a day in the past.
    """
    pk = owner.pk if isinstance(owner, User) else owner
    if not User.unscoped.filter(pk=pk or 0, is_active=True).exists():
        raise Invalid(fields={"owner": [_("请选择在职的同事。")]})
    if due_on is None or due_on < timezone.localdate():
        raise Invalid(fields={"due_on": [_("完成期限应不早于今天。")]})
    number = int(row.extra.get("actions", 0)) + 1
    todo = raise_todo(
        f"{_key(row)}:{number}", title, owner_id=pk, due_at=end_of_day(due_on), by=by,
        customer_id=row.customer_id, link=f"{URL}{row.pk}/", policy_id=AlignmentSchedule.id,
        tell=True,
    )  # fmt: skip
    row.extra = {**row.extra, "actions": number}
    store(row, by=by, fields=["extra"])
    return todo


def flag_overdue(on: dt.date | None = None) -> int:
    """Tell the host and his superior once of a meeting that is past its days of grace."""
    day = on or timezone.localdate()
    grace = in_force(AlignmentSchedule.id, day)[1].grace_days
    latest = working_calendar().add_working_days(day, -grace) if grace else day
    rows = AlignmentMeeting.unscoped.filter(
        status=Status.PLANNED, archived_at=None, flagged_on=None, planned_on__lt=latest
    )
    by, count = SYSTEM(reason=AlignmentSchedule.id), 0
    with recorded(by, "teamwork.flag_overdue"):
        for row in rows.select_related("customer").select_for_update(of=("self",)):
            row.flagged_on = day
            store(row, by=by, fields=["flagged_on"])
            people = [row.owner_id, *supervisors(row.owner_id or 0)]
            words = {"customer": row.customer, "day": row.planned_on}
            title = _("%(customer)s 的对齐会议已逾期（应于 %(day)s 召开）") % words
            told = [pk for pk in people if pk]
            announce(
                OVERDUE, told, title, key=row.pk, by=by, icon="alert-triangle",
                url=f"{URL}{row.pk}/",
            )  # fmt: skip
            count += 1
    return count


def _key(row: AlignmentMeeting) -> str:
    return f"teamwork.alignment:{row.pk}"
