"""The working calendar as the rules of needs ask for it, in one place."""

import datetime as dt
from collections.abc import Callable

from django.utils import timezone

from zhike.identity import queries as identity

SATURDAY = 5


def is_working_day(day: dt.date) -> bool:
    """Tell whether people work on a day: the company's calendar, weekdays until there is one."""
    known: Callable[[dt.date], bool] | None = getattr(identity, "is_working_day", None)
    return known(day) if known else day.weekday() < SATURDAY


def exceptions(start: dt.date, days: int) -> tuple[list[dt.date], list[dt.date]]:
    """Return weekdays that are off and weekends that are worked, from a day on."""
    off, on = [], []
    for number in range(days):
        day = start + dt.timedelta(days=number)
        weekday, worked = day.weekday() < SATURDAY, is_working_day(day)
        if weekday and not worked:
            off.append(day)
        elif worked and not weekday:
            on.append(day)
    return off, on


def after_working_days(day: dt.date, days: int) -> dt.date:
    """Return the day that is so many working days later; with 0 the day itself or the next one."""
    found = day
    while not is_working_day(found):
        found += dt.timedelta(days=1)
    for _n in range(days):
        found += dt.timedelta(days=1)
        while not is_working_day(found):
            found += dt.timedelta(days=1)
    return found


def naive(moment: dt.datetime) -> dt.datetime:
    """Return a moment as local time without zone, as the rules see it."""
    return timezone.localtime(moment).replace(tzinfo=None)
