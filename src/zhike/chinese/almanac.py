"""The lunar calendar, its festivals, and on which day a yearly date is kept in a given year."""

import datetime as dt
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Turn = Literal["before", "after"]
LUNAR_FESTIVALS = {
    "spring": (1, 1, "春节"), "lantern": (1, 15, "元宵节"), "dragon_boat": (5, 5, "端午节"),
    "qixi": (7, 7, "七夕"), "mid_autumn": (8, 15, "中秋节"), "double_ninth": (9, 9, "重阳节"),
    "laba": (12, 8, "腊八节"),
}  # fmt: skip
SOLAR_FESTIVALS = {
    "new_year": (1, 1, "元旦"), "labour": (5, 1, "劳动节"), "national": (10, 1, "国庆节"),
}  # fmt: skip
FESTIVALS = {code: name for code, (_m, _d, name) in (LUNAR_FESTIVALS | SOLAR_FESTIVALS).items()}
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the lunar calendar: its first day and its length of 29 or 30 days."""

    number: int
    leap: bool
    first: dt.date
    days: int


@dataclass(frozen=True, slots=True)
class Keeping:
    """How a yearly date is kept in a year that lacks it.

    Attributes:
        leap_day: 29 February in a common year: 28 February, or 1 March;
        short_month: a 30th in a lunar month of 29 days: its last day, or the first of the next;
        leap_month: a day of a leap month that the year lacks: in the ordinary month of that number
        (which stands before the leap month), or in the one after it.
    """

    leap_day: Turn = "before"
    short_month: Turn = "before"
    leap_month: Turn = "before"


USUAL = Keeping()


@functools.lru_cache(maxsize=64)
def lunar_months(year: int) -> tuple[Month, ...]:
    """Return the twelve or thirteen months of a lunar year in their order."""
    from lunar_python import LunarYear, Solar

    found = []
    for one in LunarYear.fromYear(year).getMonths():
        if one.getYear() == year:
            first = Solar.fromJulianDay(one.getFirstJulianDay())
            day = dt.date(first.getYear(), first.getMonth(), first.getDay())
            found.append(Month(abs(one.getMonth()), one.isLeap(), day, one.getDayCount()))
    return tuple(found)


def lunar_day(
    year: int, month: int, day: int, *, leap: bool = False, keeping: Keeping = USUAL
) -> dt.date:
    """Return the day on which a lunar date is kept in one lunar year: exactly once in each."""
    months = lunar_months(year)
    found = next((m for m in months if m.number == month and m.leap == leap), None)
    if found is None:
        ordinary = next(n for n, m in enumerate(months) if m.number == month and not m.leap)
        found = months[ordinary]
        if keeping.leap_month == "after":
            following = months[ordinary + 1 :] or lunar_months(year + 1)[:1]
            found = following[0]
    if day > found.days:
        extra = 1 if keeping.short_month == "after" else 0
        return found.first + dt.timedelta(days=found.days - 1 + extra)
    return found.first + dt.timedelta(days=day - 1)


def solar_day(year: int, month: int, day: int, keeping: Keeping = USUAL) -> dt.date:
    """Return the day on which a date of the Gregorian calendar is kept in one year."""
    if (month, day) == (2, 29) and not _has_leap_day(year):
        return dt.date(year, 2, 28) if keeping.leap_day == "before" else dt.date(year, 3, 1)
    return dt.date(year, month, day)


def _has_leap_day(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def kept_between(
    start: dt.date, end: dt.date, keeping: Keeping = USUAL
) -> Iterator[tuple[dt.date, str]]:
    """Yield (day, key) for each yearly date kept from ``start`` to ``end``, both inclusive.

    Keys are ``02-29`` for the Gregorian and ``L06-15``, in a leap month ``L06r-15``, for the lunar
    calendar.
    """
    for day in (start + dt.timedelta(days=n) for n in range((end - start).days + 1)):
        for month, number in {(day.month, day.day), (2, 29)}:
            if solar_day(day.year, month, number, keeping) == day:
                yield day, f"{month:02d}-{number:02d}"
    for year in range(start.year - 1, end.year + 1):
        for month in range(1, 13):
            for leap in (False, True):
                for number in range(1, 31):
                    day = lunar_day(year, month, number, leap=leap, keeping=keeping)
                    if start <= day <= end:
                        yield day, f"L{month:02d}{'r' if leap else ''}-{number:02d}"


def festivals(year: int) -> list[tuple[dt.date, str]]:
    """Return (day, code) of the festivals that begin in a Gregorian year's calendars."""
    found = [(lunar_day(year, m, d), code) for code, (m, d, _name) in LUNAR_FESTIVALS.items()]
    return found + [(dt.date(year, m, d), code) for code, (m, d, _n) in SOLAR_FESTIVALS.items()]


def festivals_between(start: dt.date, end: dt.date) -> list[tuple[dt.date, str]]:
    """Return (day, code) of the festivals from ``start`` to ``end``, both inclusive, in order."""
    years = range(start.year - 1, end.year + 1)
    return sorted(one for year in years for one in festivals(year) if start <= one[0] <= end)


def solar_terms(year: int) -> list[tuple[dt.date, str]]:
    """Return (day, name) of the solar terms around a year."""
    from lunar_python import Solar

    table = Solar.fromYmd(year, 6, 1).getLunar().getJieQiTable()
    return [
        (dt.date(at.getYear(), at.getMonth(), at.getDay()), name)
        for name, at in table.items()
        if not name.isascii()
    ]
