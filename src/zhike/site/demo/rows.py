"""Writing many rows of the past at once: what an import of a company's old records would do."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, TypeVar

from django.utils import timezone

from zhike.kernel.records import Record, Searchable
from zhike.kernel.search import vector_of

R = TypeVar("R", bound=Record)
BATCH = 1_000


def insert(model: type[R], rows: Sequence[R]) -> list[R]:
    """Insert rows with derived fields and search terms; history comes by the triggers.

    ``created_at``, where given, is kept: the company did not begin today.
    """
    now = timezone.now()
    for row in rows:
        row.created_at = row.created_at or now
        row.updated_at = row.updated_at or row.created_at
        if hasattr(row, "derive"):
            row.derive()
        if isinstance(row, Searchable):
            row.search_tsv = vector_of(row)
    return model.unscoped.bulk_create(rows, batch_size=BATCH)


def at(day: dt.date, hour: int = 9, minute: int = 30) -> dt.datetime:
    """Return a moment of a day in the company's time."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


def aware(moment: dt.datetime) -> dt.datetime:
    """Return a drawn moment with the company's time zone."""
    return timezone.make_aware(moment)


def dated(rows: Any, **moments: Any) -> None:
    """Set dates of rows that an action wrote just now to the day on which they would have been."""
    rows.update(**moments)
