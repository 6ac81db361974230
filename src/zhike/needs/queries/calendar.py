"""The working calendar as the rules of needs ask for it, in one place."""

import datetime as dt

from django.utils import timezone

from zhike.identity.queries.calendar import working_calendar


def after_working_days(day: dt.date, days: int) -> dt.date:
    """Return the working day so many later; with 0 the day itself or the next that is worked."""
    calendar, found = working_calendar(), day
    while not calendar.is_working_day(found):
        found += dt.timedelta(days=1)
    return calendar.add_working_days(found, days) if days else found


def naive(moment: dt.datetime) -> dt.datetime:
    """Return a moment as local time without zone, as the rules see it."""
    return timezone.localtime(moment).replace(tzinfo=None)
