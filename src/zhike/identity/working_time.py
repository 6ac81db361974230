"""Counting in working days and working hours, pure: the calendar's days and weeks in, days out.

The same counting stands in SQL (``zhike_working_days`` and its sisters); a test holds the two to
each other. Days count as dates; hours count within the periods of a day, on Shanghai's clock.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Period = tuple[dt.time, dt.time]

MOST_DAYS = 5_000
MOST_HOURS = 5_000
SATURDAY = 6  # ISO: Monday is 1
ORDINARY = ((dt.time(8, 30), dt.time(12)), (dt.time(13, 30), dt.time(17, 30)))
CLOSING = dt.time(18)  # of a company that has not said its hours
_PERIOD = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~\u81f3\u5230]\s*(\d{1,2}):(\d{2})")
_BETWEEN = re.compile(r"[\s,;，；、]*")


def read_periods(text: str) -> tuple[Period, ...]:
    """Return the periods of ``08:30-12:00 13:30-17:30`` in order; nothing for an empty text.

    Raises:
        ValueError: not readable, an end before its start, or periods that overlap.
    """
    found: list[Period] = []
    text, at = text.replace("：", ":").strip(), 0
    while at < len(text):
        one = _PERIOD.match(text, at)
        if one is None:
            raise ValueError(text[at:])
        hours = [int(part) for part in one.groups()]
        starts, ends = dt.time(hours[0], hours[1]), dt.time(hours[2], hours[3])
        if ends <= starts or (found and starts < max(end for _start, end in found)):
            raise ValueError(one[0])
        found.append((starts, ends))
        between = _BETWEEN.match(text, one.end())
        at = between.end() if between else one.end()
    return tuple(found)


def write_periods(periods: Sequence[Period]) -> str:
    """Return the periods as they are kept: ``08:30-12:00 13:30-17:30``."""
    return " ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in periods)


@dataclass(frozen=True, slots=True)
class Week:
    """The hours of a week from a day on; ``hours`` has seven entries, Monday first."""

    valid_from: dt.date
    hours: tuple[tuple[Period, ...], ...]

    @property
    def ordinary(self) -> tuple[Period, ...]:
        """Return the hours of the first day that is worked: those of an adjusted working day."""
        return next((periods for periods in self.hours if periods), ORDINARY)


PLAIN_WEEK = Week(dt.date.min, (*[ORDINARY] * 5, (), ()))


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days and hours are worked.

    Attributes:
        days: the days that are named, day -> worked; weeks: by ``valid_from``, oldest first; years:
            those of which the official days are known. In an unknown year the week alone decides.
    """

    days: Mapping[dt.date, bool] = field(default_factory=dict)
    weeks: tuple[Week, ...] = ()
    years: frozenset[int] = frozenset()

    def week(self, day: dt.date) -> Week:
        """Return the week in force on a day."""
        known = [week for week in self.weeks if week.valid_from <= day]
        return known[-1] if known else PLAIN_WEEK

    def is_working_day(self, day: dt.date) -> bool:
        """Tell whether a day is worked."""
        named = self.days.get(day)
        return bool(self.week(day).hours[day.weekday()]) if named is None else named

    def periods(self, day: dt.date) -> tuple[Period, ...]:
        """Return the hours of a day; none on a day off."""
        if not self.is_working_day(day):
            return ()
        week = self.week(day)
        return week.hours[day.weekday()] or week.ordinary

    def closes(self, day: dt.date) -> dt.time:
        """Return when the business of a day closes; on a day off, as on an ordinary one."""
        return next(
            closes for since, weekday, closes in reversed(self.closing_hours())
            if since <= day and weekday == day.isoweekday()
        )  # fmt: skip

    def closing_hours(self) -> list[tuple[dt.date, int, dt.time]]:
        """Return (from day, ISO weekday, close of business) of all weeks, for ``closes`` in SQL."""
        unknown = [(dt.date.min, weekday, CLOSING) for weekday in range(1, 8)]
        return unknown + [
            (week.valid_from, weekday, (hours or week.ordinary)[-1][1])
            for week in self.weeks
            for weekday, hours in enumerate(week.hours, start=1)
        ]

    def add_working_days(self, day: dt.date, count: int) -> dt.date:
        """Return the ``count``-th working day after a day, before it if negative.

        With 0 it is the day itself if it is worked, else the next one that is.

        Raises:
            ValueError: more than 5,000 days either way.
        """
        _within(count, MOST_DAYS)
        if count == 0 and not self.is_working_day(day):
            count = 1
        step, left = dt.timedelta(days=1 if count > 0 else -1), abs(count)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def working_days_between(self, start: dt.date, end: dt.date) -> int:
        """Return n such that ``add_working_days(start, n)`` reaches ``end`` if that is worked.

        The first day is left out and the last one counted; negative where ``end`` lies before.
        """
        step = dt.timedelta(days=1 if end > start else -1)
        count = 0
        while start != end:
            start += step
            count += self.is_working_day(start)
        return count if step.days > 0 else -count

    def add_working_time(self, moment: dt.datetime, hours: float) -> dt.datetime:
        """Return the moment at which so many working hours have passed.

        Raises:
            ValueError: negative, or more than 5,000 hours.
        """
        if hours < 0:
            raise ValueError(hours)
        _within(hours, MOST_HOURS)
        left = dt.timedelta(hours=float(hours))
        day = moment.date()
        while left:
            for starts, ends in self.periods(day):
                start = max(moment, dt.datetime.combine(day, starts, moment.tzinfo))
                end = dt.datetime.combine(day, ends, moment.tzinfo)
                if end <= start:
                    continue
                if left <= end - start:
                    return start + left
                left -= end - start
            day += dt.timedelta(days=1)
        return moment

    def unlike_the_plain_week(self, first: dt.date, last: dt.date) -> dict[dt.date, bool]:
        """Return the days from first to last that are worked on a weekend or free on a weekday.

        Pure rules take these as facts: with them "Monday to Friday" becomes the calendar.
        """
        found = {}
        for ahead in range((last - first).days + 1):
            day = first + dt.timedelta(days=ahead)
            worked = self.is_working_day(day)
            if worked != (day.isoweekday() < SATURDAY):
                found[day] = worked
        return found


def _within(count: float, most: int) -> None:
    if abs(count) > most:
        raise ValueError(count)
