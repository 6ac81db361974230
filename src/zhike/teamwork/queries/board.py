"""The improvement board, the live queue, what is late, and the matrix of a process."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from zhike.identity.models import Role
from zhike.kernel.actor import Actor
from zhike.kernel.errors import NotFound
from zhike.teamwork.models import (
    AlignmentMeeting,
    Feedback,
    ImprovementItem,
    Process,
    ProcessRole,
    ProcessStep,
    Team,
)

SHOWN = 30


@dataclass(frozen=True, slots=True)
class Column:
    """One state of the board with its items, the most pressing first."""

    status: str
    title: str
    items: list[ImprovementItem]
    count: int


@dataclass(frozen=True, slots=True)
class Board:
    """The improvement board as one reader sees it."""

    columns: list[Column]
    overdue: int


def board(by: Actor, *, team: int | None = None) -> Board:
    """Return the items of each state; of the closed ones the latest."""
    rows = ImprovementItem.objects.visible_to(by).select_related("owner", "customer")
    if team is not None:
        rows = rows.filter(team_id=team)
    columns = []
    for status, title in ImprovementItem.Status.choices:
        closed = status == ImprovementItem.Status.CLOSED
        ordered = rows.filter(status=status).order_by("-closed_on" if closed else "due_on", "pk")
        items = list(ordered[: SHOWN + 1])
        count = len(items) if len(items) <= SHOWN else ordered.order_by().count()
        columns.append(Column(status, str(title), items[:SHOWN], count))
    open_rows = rows.exclude(status=ImprovementItem.Status.CLOSED)
    return Board(columns, open_rows.filter(due_on__lt=timezone.localdate()).count())


def feedback_queue(by: Actor) -> "QuerySet[Feedback]":
    """Return what waits for the experience group, the longest waiting first."""
    rows = Feedback.objects.visible_to(by).filter(status=Feedback.Status.NEW)
    return rows.select_related("customer", "owner").order_by("pk")[:SHOWN]


def incomplete_teams(by: Actor) -> "QuerySet[Team]":
    """Return the reader's teams that lack a required function."""
    return Team.objects.visible_to(by).exclude(missing="").order_by("pk")


def overdue_meetings(by: Actor, on: dt.date | None = None) -> "QuerySet[AlignmentMeeting]":
    """Return the planned meetings whose day has passed."""
    rows = AlignmentMeeting.objects.visible_to(by).filter(status=AlignmentMeeting.Status.PLANNED)
    late = rows.filter(planned_on__lt=on or timezone.localdate())
    return late.select_related("customer", "owner").order_by("planned_on")


@dataclass(frozen=True, slots=True)
class Matrix:
    """A process as a table: steps down, roles across, letters in the cells."""

    process: Process
    roles: list[Role]
    rows: list[tuple[ProcessStep, list[str]]]
    lacking: list[ProcessStep]


def process_matrix(pk: int, by: Actor) -> Matrix:
    """Return the responsibility matrix of a process.

    Raises:
        NotFound: no such process for this reader.
    """
    process = Process.objects.visible_to(by).filter(pk=pk).first()
    if process is None:
        raise NotFound
    steps = list(ProcessStep.unscoped.filter(process=process, archived_at=None).order_by("number"))
    held: Any = ProcessRole.unscoped.filter(step__in=steps, archived_at=None)
    held = held.select_related("role").order_by("role__code")
    letters = {(one.step_id, one.role_id): str(one.part).upper() for one in held}
    roles = list({one.role_id: one.role for one in held}.values())
    rows = [(step, [letters.get((step.pk, role.pk), "") for role in roles]) for step in steps]
    lacking = [step for step, found in rows if "A" not in found]
    return Matrix(process, roles, rows, lacking)
