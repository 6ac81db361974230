"""Numbers on needs, one definition for every engine."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhike.kernel.metrics import metric

NEEDS = {"needs": "needs.Need"}
MINUTES = 60.0


def _recent(needs: Any) -> Any:
    """Return the needs recorded in the last ninety days and not put away."""
    import ibis

    start = ibis.literal(timezone.now()) - ibis.interval(days=90)
    return needs.filter(needs.archived_at.isnull(), needs.recorded_at >= start)


@metric(
    id="needs.open",
    title=_("未关闭的客户需求"),
    unit="count",
    good="down",
    definition=_("未归档，既未确认也未以不采纳关闭的客户需求数。"),
    tables=NEEDS,
    drill="/needs/need/?status=recorded,analysed,promised,delivered",
)
def needs_open(needs: Any) -> Any:
    """Return the number of needs that are neither confirmed nor declined."""
    rows = needs.filter(needs.archived_at.isnull(), needs.status.notin(["confirmed", "declined"]))
    return rows.count().name("value")


@metric(
    id="needs.answered_on_time",
    title=_("需求首次答复及时率"),
    unit="percent",
    definition=_("近 90 天登记、已答复或已到期的客户需求中，在时限内首次答复的百分比。"),
    tables=NEEDS,
    drill="/needs/need/?view=late",
)
def answered_on_time(needs: Any) -> Any:
    """Return the share of first answers within the deadline, in percent; 0 without needs.

    Still open ones whose deadline lies ahead are not counted (NEED-015).
    """
    import ibis

    now = ibis.literal(timezone.now())
    rows = _recent(needs)
    due = rows.filter(rows.answered_at.notnull() | (rows.answer_due_at < now))
    met = (due.answered_at <= due.answer_due_at).fill_null(False)
    return met.ifelse(100.0, 0.0).mean().coalesce(0.0).round(2).name("value")


@metric(
    id="needs.first_answer_hours",
    title=_("需求首次答复平均用时"),
    unit="hours",
    good="down",
    definition=_("近 90 天登记的客户需求，从登记到首次答复的平均工作小时数。"),
    tables=NEEDS,
)
def first_answer_hours(needs: Any) -> Any:
    """Return the mean working hours until the first answer; 0 without answers."""
    rows = _recent(needs).filter(lambda t: t.answer_minutes.notnull())
    return (rows.answer_minutes.mean() / MINUTES).coalesce(0.0).round(2).name("value")


@metric(
    id="needs.told_share",
    title=_("需求结果告知率"),
    unit="percent",
    definition=_("已关闭的客户需求中，已把决定与理由告知客户的百分比。"),
    tables=NEEDS,
    drill="/needs/need/?view=untold",
)
def told_share(needs: Any) -> Any:
    """Return the share of closed needs whose customer was told, in percent; 100 without any."""
    rows = needs.filter(needs.archived_at.isnull(), needs.status.isin(["confirmed", "declined"]))
    told = rows.told_at.notnull().ifelse(100.0, 0.0)
    return told.mean().coalesce(100.0).round(2).name("value")
