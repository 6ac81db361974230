"""Scheduled work: a look every morning whether the working calendar reaches far enough."""

from zhike.identity.actions.calendar import tell_of_missing_years
from zhike.kernel.jobs import every


@every("10 7 * * *", "identity.watch_calendar")
def watch_calendar() -> None:
    """Tell the administrators of a year whose holidays are not known."""
    tell_of_missing_years()
