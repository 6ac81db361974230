"""Small steps that the to-do actions share: closing, deadlines, the next appointment."""

import datetime as dt

from django.db.models import F, Min, QuerySet
from django.utils import timezone

from zhike.interactions.models import Interaction, ToDo
from zhike.kernel.actor import Actor

CLOSE_OF_BUSINESS = dt.time(18, 0)


def end_of_day(day: dt.date) -> dt.datetime:
    """Return the close of business of a day: the deadline of what is due on it."""
    return timezone.make_aware(dt.datetime.combine(day, CLOSE_OF_BUSINESS))


def next_step_day(customer_id: int) -> dt.date | None:
    """Return the earliest day agreed with the customer that is still open."""
    rows = ToDo.unscoped.filter(
        customer_id=customer_id, status=ToDo.Status.OPEN, archived_at__isnull=True,
        family__in=(ToDo.Family.NEXT_STEP, ToDo.Family.MANUAL),
    )  # fmt: skip
    due = rows.aggregate(first=Min("due_at"))["first"]
    return timezone.localtime(due).date() if due else None


def close(
    rows: "QuerySet[ToDo]", *, by: Actor, at: dt.datetime, interaction: Interaction | None = None
) -> int:
    """Close to-dos as done in one statement and return their number."""
    return rows.update(
        status=ToDo.Status.DONE, done_at=at, done_by_id=by.user_id, interaction=interaction,
        version=F("version") + 1, updated_at=at, updated_by_id=by.user_id,
    )  # fmt: skip
