"""Reads of the working calendar: what is worked, and how far it is known."""

import datetime as dt
from dataclasses import dataclass
from typing import cast

from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone

from zhike.identity.models import CalendarDay, WorkWeek
from zhike.identity.policies import CalendarCoverage, CoverageFacts
from zhike.identity.working_time import Week, WorkingCalendar, read_periods
from zhike.kernel.actor import ANONYMOUS, Actor
from zhike.kernel.policy_store import in_force
from zhike.kernel.prepared import prepared

KEPT_SECONDS = 60


def working_calendar() -> WorkingCalendar:
    """Return the company's calendar; ask once and count often. Two statements."""
    days, years = {}, set()
    for day, kind, year in _days(ANONYMOUS):
        days[day] = kind == CalendarDay.Kind.WORK
        years.update([year] if year else [])
    return WorkingCalendar(days, _read_weeks(), frozenset(years))


def end_of_day(day: dt.date) -> dt.datetime:
    """Return the close of business of a day, the deadline of what is due on it.

    It goes by the weekly hours in force on the day; a change of these is felt within a minute.
    """
    return timezone.make_aware(dt.datetime.combine(day, _hours().closes(day)))


def closing_hours() -> list[tuple[dt.date, int, dt.time]]:
    """Return what ``end_of_day`` goes by, for rules that run over everybody in SQL."""
    return _hours().closing_hours()


def _hours() -> WorkingCalendar:
    """Return a calendar that knows the hours only, as of the last minute."""
    kept = cache.get_or_set(
        "identity:hours", lambda: WorkingCalendar(weeks=_read_weeks()), KEPT_SECONDS
    )
    return cast("WorkingCalendar", kept)


def _read_weeks() -> tuple[Week, ...]:
    rows = _weeks(ANONYMOUS)
    return tuple(Week(row.valid_from, tuple(map(read_periods, row.texts))) for row in rows)


@prepared
def _days(_by: Actor) -> "QuerySet[CalendarDay, tuple[dt.date, str, int | None]]":
    return CalendarDay.unscoped.filter(archived_at=None).values_list("day", "kind", "year")


@prepared
def _weeks(_by: Actor) -> "QuerySet[WorkWeek]":
    return WorkWeek.unscoped.filter(archived_at=None).order_by("valid_from")


def is_working_day(day: dt.date) -> bool:
    """Tell whether the company works on a day."""
    return working_calendar().is_working_day(day)


def add_working_days(day: dt.date, count: int) -> dt.date:
    """Return the ``count``-th working day after a day; see ``WorkingCalendar``."""
    return working_calendar().add_working_days(day, count)


def working_days_between(start: dt.date, end: dt.date) -> int:
    """Return the working days after ``start`` up to and with ``end``; see ``WorkingCalendar``."""
    return working_calendar().working_days_between(start, end)


def add_working_time(moment: dt.datetime, hours: float) -> dt.datetime:
    """Return the moment at which so many working hours have passed, on the company's clock."""
    return working_calendar().add_working_time(timezone.localtime(moment), hours)


def missing_years(on: dt.date | None = None) -> list[int]:
    """Return the years whose official days should be known on a day and are not."""
    day = on or timezone.localdate()
    rows = CalendarDay.unscoped.filter(archived_at=None, year__gte=day.year)
    known = [year for year in rows.values_list("year", flat=True).distinct() if year]
    facts = CoverageFacts(today=day, known_years=known)
    return list(CalendarCoverage().decide(facts, in_force(CalendarCoverage.id, day)[1]).outcome)


@dataclass(frozen=True, slots=True)
class CalendarCell:
    """A day as the year's sheet shows it; ``name`` is empty on ordinary days."""

    day: dt.date
    worked: bool
    kind: str
    name: str


def year_sheet(year: int) -> list[list[list[CalendarCell | None]]]:
    """Return twelve months of weeks of seven cells, Monday first; None outside the month."""
    calendar = working_calendar()
    rows = CalendarDay.unscoped.filter(archived_at=None, day__year=year)
    named = {row.day: row for row in rows}
    months = []
    for month in range(1, 13):
        first = dt.date(year, month, 1)
        cells: list[CalendarCell | None] = [None] * first.weekday()
        day = first
        while day.month == month:
            row = named.get(day)
            kind, name = (row.kind, str(row.name)) if row else ("", "")
            cells.append(CalendarCell(day, calendar.is_working_day(day), str(kind), name))
            day += dt.timedelta(days=1)
        cells += [None] * (-len(cells) % 7)
        months.append([cells[at : at + 7] for at in range(0, len(cells), 7)])
    return months


def calendar_day(day: dt.date) -> CalendarDay | None:
    """Return what is said of a day by name, or None."""
    return CalendarDay.unscoped.filter(day=day, archived_at=None).first()


def work_weeks() -> "QuerySet[WorkWeek]":
    """Return the weekly hours, those from the latest day on first."""
    return WorkWeek.unscoped.filter(archived_at=None).order_by("-valid_from")
