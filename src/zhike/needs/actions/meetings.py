"""Needs meetings: planned, prepared, held with conclusions and tasks; missed ones are noticed."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.identity.actions.notices import notify
from zhike.interactions.actions import settle_todos
from zhike.kernel import kinds
from zhike.kernel.actions import action, create_record, edit_record, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Invalid
from zhike.kernel.events import emit
from zhike.needs.actions.todos import open_todo
from zhike.needs.events import MeetingHeld
from zhike.needs.models import Attendee, Meeting, Need, Topic
from zhike.needs.models.need import Status as NeedStatus
from zhike.needs.policies import MeetingCycle

Status = Meeting.Status
MOST_TOPICS = 60
AHEAD = dt.timedelta(minutes=10)


def _planned(row: Meeting, by: Actor) -> bool:  # noqa: ARG001
    return bool(row.status == Status.PLANNED)


def create_meeting(model: type[Meeting], values: Mapping[str, Any], *, by: Actor) -> Meeting:
    """Plan a meeting; its convener is the first on the list, the period's reminder is done."""
    with recorded(by, "needs.meeting.create"):
        row = create_record(model, values, by=by)
        if row.owner_id:
            store(Attendee(meeting=row, user_id=row.owner_id), by=by)
        settle_todos([f"needs.cycle:{_period(row)}"], by=by)
    return row


def _period(row: Meeting) -> str:
    from zhike.needs.queries.cycle import period_of

    return period_of(timezone.localtime(row.starts_at).date()).isoformat()


def edit_meeting(
    model: type[Meeting],
    target: "Meeting | int",
    values: Mapping[str, Any],
    *,
    by: Actor,
    version: int | None = None,
) -> Meeting:
    """Change what is planned.

    Raises:
        Conflict: the meeting was held or cancelled.
    """
    with recorded(by, "needs.meeting.edit"):
        row = edit_record(model, target, values, by=by, version=version)
        if row.status != Status.PLANNED:
            raise Conflict(_("会议已召开或已取消，不能再修改。"))
    return row


@action("needs.invite", on=Meeting, title=lazy("邀请参会"), icon="user-plus", available=_planned)
def invite(
    row: Meeting, *, by: Actor, user: Annotated[Any, kinds.Owner(lazy("参会人"))]
) -> Attendee:
    """Put a colleague on the list and tell him.

    Raises:
        Invalid: nobody chosen, on the list already, or a person who has left.
    """
    if user is None or not user.is_active:
        raise Invalid(fields={"user": [_("请选择在职的同事。")]})
    made = store(Attendee(meeting=row, user=user), by=by)
    if user.pk != by.user_id:
        when = timezone.localtime(row.starts_at).strftime("%m-%d %H:%M")
        title = _("邀请您参加 %(title)s（%(when)s）") % {"title": row.title, "when": when}
        notify([user.pk], title, by=by, body=row.agenda[:500], icon="calendar-event",
               url=f"/needs/meeting/{row.pk}/")  # fmt: skip
    return made


@action(
    "needs.gather_topics",
    on=Meeting,
    title=lazy("收集待议需求"),
    icon="download",
    available=_planned,
)
def gather_topics(row: Meeting, *, by: Actor) -> Meeting:
    """Put every need that waits for analysis, and every late promise, on the agenda.

    Only needs that the convener may see; with a project, only those of the project.
    """
    today = timezone.localdate()
    rows = Need.objects.visible_to(by).select_related("customer")
    waiting = rows.filter(status__in=(NeedStatus.RECORDED, NeedStatus.ANALYSED))
    late = rows.filter(status=NeedStatus.PROMISED, promised_on__lt=today)
    found = waiting | late
    if row.project_id:
        found = found.filter(project_id=row.project_id)
    listed = Topic.unscoped.filter(meeting=row, archived_at__isnull=True, need__isnull=False)
    found = found.exclude(pk__in=listed.values("need_id")).order_by("answer_due_at", "id")
    for need in found[:MOST_TOPICS]:
        store(Topic(meeting=row, need=need, customer=need.customer, heading=need.title), by=by)
    return row


@action("needs.hold_meeting", on=Meeting, title=lazy("登记召开"), icon="circle-check",
        available=_planned)  # fmt: skip
def hold_meeting(
    row: Meeting,
    *,
    by: Actor,
    conclusions: Annotated[str, kinds.LongText(lazy("会议结论"), max_length=10_000)],
) -> Meeting:
    """Say that the meeting took place and what it concluded; the period's alert ends.

    Raises:
        Invalid: no conclusions, nobody came, nothing was discussed, or it lies ahead.
    """
    errors: dict[str, list[str]] = {}
    if not conclusions.strip():
        errors["conclusions"] = [_("请写下会议结论。")]
    problems = []
    if row.starts_at > timezone.now() + AHEAD:
        problems.append(_("会议时间还没有到；提前召开的请先修改会议时间。"))
    if not Attendee.unscoped.filter(meeting=row, came=True, archived_at__isnull=True).exists():
        problems.append(_("还没有参会人，请先登记到会人员。"))
    if not Topic.unscoped.filter(meeting=row, archived_at__isnull=True).exists():
        problems.append(_("还没有议题，请先登记讨论的客户或需求。"))
    if problems:
        errors["__all__"] = problems
    if errors:
        raise Invalid(fields=errors)
    row.status, row.held_at, row.conclusions = Status.HELD, row.starts_at, conclusions.strip()
    store(row, by=by, fields=["status", "held_at", "conclusions"])
    for name in ("cycle", "missed"):
        settle_todos([f"needs.{name}:{_period(row)}"], by=by)
    emit(MeetingHeld(row.pk), by=by)
    return row


@action("needs.cancel_meeting", on=Meeting, title=lazy("取消会议"), icon="calendar-event",
        danger=True, available=_planned)  # fmt: skip
def cancel_meeting(
    row: Meeting, *, by: Actor, reason: Annotated[str, kinds.Text(lazy("原因"), max_length=200)]
) -> Meeting:
    """Call the meeting off, tell those invited; the period is open again.

    Raises:
        Invalid: no reason.
    """
    if not reason.strip():
        raise Invalid(fields={"reason": [_("请写明取消的原因。")]})
    row.status, row.conclusions = Status.CANCELLED, _("取消原因：%s") % reason.strip()
    store(row, by=by, fields=["status", "conclusions"])
    people = Attendee.unscoped.filter(meeting=row, archived_at__isnull=True)
    told = [pk for pk in people.values_list("user_id", flat=True) if pk != by.user_id]
    notify(told, _("会议取消：%s") % row.title, by=by, body=reason, icon="calendar-event",
           url=f"/needs/meeting/{row.pk}/")  # fmt: skip
    return row


@action(
    "needs.assign_task",
    on=Meeting,
    title=lazy("布置任务"),
    icon="list-check",
    available=lambda row, by: row.status != Status.CANCELLED,  # noqa: ARG005
)
def assign_task(
    row: Meeting,
    *,
    by: Actor,
    task: Annotated[str, kinds.Text(lazy("任务"), max_length=200)],
    owner: Annotated[Any, kinds.Owner(lazy("执行人"))],
    due_on: Annotated[dt.date, kinds.Date(lazy("完成日期"))],
) -> Meeting:
    """Make an action of the meeting a colleague's to-do (NEED-003).

    Raises:
        Invalid: no words, nobody, or a day in the past.
    """
    errors: dict[str, list[str]] = {}
    if not task.strip():
        errors["task"] = [_("请写明任务。")]
    if owner is None or not owner.is_active:
        errors["owner"] = [_("请选择在职的同事。")]
    if due_on < timezone.localdate():
        errors["due_on"] = [_("完成日期应不早于今天。")]
    if errors:
        raise Invalid(fields=errors)
    number = int(row.extra.get("tasks", 0)) + 1
    row.extra = {**row.extra, "tasks": number}
    store(row, by=by, fields=["extra"])
    open_todo(
        f"needs.task:{row.pk}:{number}", task.strip(), by=by, due=due_on, owner_id=owner.pk,
        policy_id=MeetingCycle.id, facts={"meeting": row.pk},
    )  # fmt: skip
    if owner.pk != by.user_id:
        title = _("%(who)s 在 %(title)s 给您布置了任务") % {"who": by.name, "title": row.title}
        notify([owner.pk], title, by=by, body=task, icon="checklist", url="/todos/")
    return row
