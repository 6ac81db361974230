"""Satisfaction and improvement by department: for the review, and for the report upward."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from zhike.identity.models import OrgUnit
from zhike.identity.queries import subtree
from zhike.interactions.models import ToDo
from zhike.kernel.actor import SYSTEM, Actor
from zhike.surveys.models import Satisfaction
from zhike.surveys.queries import Level, level_of, levels, scores
from zhike.teamwork.models import ImprovementItem

TENTH = Decimal("0.1")
Source = ImprovementItem.Source
HEARD = (Source.SURVEY, Source.COMPLAINT, Source.FEEDBACK)  # what customers themselves raised


@dataclass(frozen=True, slots=True)
class Improvement:
    """Improvement items that a period asked for: due in it, closed in time, closed at all, late.

    ``heard`` of those closed came from a survey, a complaint or feedback; ``again`` needed more
    than one round.
    """

    due: int
    met: int
    closed: int
    late: int
    heard: int
    again: int

    @property
    def rate(self) -> Decimal | None:
        """Percent of those due that were closed in time; None where nothing was due."""
        return (Decimal(100 * self.met) / self.due).quantize(TENTH) if self.due else None


@dataclass(frozen=True, slots=True)
class DepartmentFigures:
    """What one department, with all below it, did in a period."""

    satisfaction: Level
    improvement: Improvement
    todos: int
    in_time: int

    @property
    def timeliness(self) -> Decimal | None:
        """Percent of the to-dos due that were done in time; None without any."""
        return (Decimal(100 * self.in_time) / self.todos).quantize(TENTH) if self.todos else None


def reviewed_units() -> "QuerySet[OrgUnit]":
    """Return the departments that are reviewed: those for which somebody answers."""
    rows = OrgUnit.unscoped.filter(archived_at=None, leader__isnull=False, leader__is_active=True)
    return rows.order_by("pk")


def department_figures(unit: int, first: dt.date, last: dt.date) -> DepartmentFigures:
    """Return the figures of a department in a period; the rule needs all rows, whoever asks."""
    by, units = SYSTEM(reason="teamwork.department_review"), subtree([unit], last)
    answers = scores(by, first, last).filter(customer__unit__in=units)
    items = ImprovementItem.objects.visible_to(by).filter(unit__in=units)
    span = {"due_at__date__gte": first, "due_at__date__lte": last, "unit__in": units}
    due = ToDo.unscoped.filter(**span, archived_at=None).exclude(status=ToDo.Status.DROPPED)
    done = due.filter(status=ToDo.Status.DONE, done_at__lte=F("due_at"))
    return DepartmentFigures(
        level_of(answers, last), improvement(items, first, last), due.count(), done.count()
    )


def improvement(rows: "QuerySet[ImprovementItem]", first: dt.date, last: dt.date) -> Improvement:
    """Return the results of improvement in a period, of the rows given."""
    due = Q(due_on__gte=first, due_on__lte=last)
    closed = Q(closed_on__gte=first, closed_on__lte=last)
    found: dict[str, int] = rows.order_by().aggregate(
        due=Count("pk", filter=due),
        met=Count("pk", filter=due & Q(closed_on__lte=F("due_on"))),
        closed=Count("pk", filter=closed),
        late=Count("pk", filter=Q(due_on__lte=last) & (Q(closed_on=None) | Q(closed_on__gt=last))),
        heard=Count("pk", filter=closed & Q(source__in=HEARD)),
        again=Count("pk", filter=closed & Q(rounds__gt=1)),
    )
    return Improvement(**found)


def lines_of(found: DepartmentFigures) -> list[tuple[str, str]]:
    """Return (name, value) of the figures behind a review."""
    level = found.satisfaction
    return [
        (_("客户满意度（分）"), _text(level.score)),
        (_("满意评价占比（%）"), _text(level.share)),
        (_("评价数（条）"), str(level.answers)),
        (_("参评客户（家）"), str(level.customers)),
        *improvement_lines(found.improvement),
        (_("到期待办（项）"), str(found.todos)),
        (_("按时完成（项）"), str(found.in_time)),
    ]


def improvement_lines(found: Improvement) -> list[tuple[str, str]]:
    """Return (name, value) of the results of improvement."""
    return [
        (_("到期改进项（项）"), str(found.due)),
        (_("按期关闭（项）"), str(found.met)),
        (_("改进按期关闭率（%）"), _text(found.rate)),
        (_("关闭改进项（项）"), str(found.closed)),
        (_("其中源自客户评价、投诉与反馈（项）"), str(found.heard)),
        (_("其中经多轮整改（项）"), str(found.again)),
        (_("逾期改进项（项）"), str(found.late)),
    ]


def satisfaction_lines(by: Actor, first: dt.date, last: dt.date) -> list[tuple[str, str]]:
    """Return satisfaction as the reader may see it: overall, then each department's."""
    if not by.may(Satisfaction.key(), "view"):
        return []
    rows = scores(by, first, last)
    whole, parts = level_of(rows, last), levels(rows, "customer__unit__name", last)
    named = [
        (_("%s 满意度（分 / 评价数）") % (name or _("未分部门")), _pair(one))
        for name, one in sorted(parts.items(), key=lambda item: str(item[0] or "~"))
    ]
    return [
        (_("客户满意度（分 / 评价数）"), _pair(whole)),
        (_("满意评价占比（%）"), _text(whole.share)),
        *named,
    ]


def _pair(one: Level) -> str:
    return f"{_text(one.score)} / {one.answers}"


def _text(value: Any) -> str:
    return _("暂无数据") if value is None else str(value)
