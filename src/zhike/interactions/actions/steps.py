"""Small steps that the to-do actions share: closing, deadlines, the next appointment."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from zhike.interactions.models import ToDo
from zhike.kernel.actions import authored
from zhike.kernel.actor import ANONYMOUS, Actor
from zhike.kernel.prepared import Id, prepared


def next_step_day(customer_id: int) -> dt.date | None:
    """Return the earliest day agreed with the customer that is still open."""
    for (due,) in _agreed(ANONYMOUS, customer_id):
        return timezone.localtime(due).date()
    return None


@prepared
def _agreed(by: Actor, customer_id: Id) -> "QuerySet[ToDo, Any]":  # noqa: ARG001
    rows = ToDo.unscoped.filter(
        customer_id=customer_id, status=ToDo.Status.OPEN, archived_at__isnull=True,
        family__in=(ToDo.Family.NEXT_STEP, ToDo.Family.MANUAL),
    )  # fmt: skip
    return rows.order_by("due_at").values_list("due_at")[:1]


def close(
    rows: "QuerySet[ToDo]", *, by: Actor, at: dt.datetime, done: bool = True, **values: Any
) -> int:
    """Close to-dos in one statement, as done or as dropped, and return their number."""
    status = ToDo.Status.DONE if done else ToDo.Status.DROPPED
    return rows.update(
        status=status, done_at=at, done_by_id=by.user_id, **values, **authored(by, at)
    )
