"""Where a day begins and ends here, as moments."""

import datetime as dt

from django.utils import timezone


def midnight(day: dt.date) -> dt.datetime:
    """Return the moment at which a day begins here."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def day_bounds(first: dt.date, last: dt.date | None = None) -> tuple[dt.datetime, dt.datetime]:
    """Return where a day, or the days from ``first`` to ``last``, begins and where the next one does."""
    return midnight(first), midnight((last or first) + dt.timedelta(days=1))
