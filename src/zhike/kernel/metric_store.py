"""The stored values of metrics: computed every night from their one definition, read by pages."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from zhike.kernel.metrics import Metric
from zhike.kernel.models import MetricValue
from zhike.kernel.registry import registry


@dataclass(frozen=True, slots=True)
class Reading:
    """What a metric said on a day: dimension ("" = the whole company) -> value."""

    metric: Metric
    as_of: dt.date
    values: dict[str, Decimal]

    @property
    def value(self) -> Decimal | None:
        """The company's value, or None for a metric that exists by dimension only."""
        return self.values.get("")


def compute(on: dt.date | None = None) -> int:
    """Compute every metric over the whole company and keep the values of the day.

    Returns:
        How many values were written; a second run on the same day replaces the first.
    """
    day, now = on or timezone.localdate(), timezone.now()
    rows = [
        MetricValue(metric=metric.id, dimension=dimension, as_of=day, value=value, computed_at=now)
        for metric in registry.metrics.values()
        for dimension, value in _values(metric)
    ]
    with transaction.atomic():
        MetricValue.objects.filter(as_of=day).delete()
        MetricValue.objects.bulk_create(rows)
    return len(rows)


def _values(metric: Metric) -> list[tuple[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(metric.sql("postgres"))
        rows = cursor.fetchall()
    if rows and len(rows[0]) == 2:
        return [(str(dimension), value or 0) for dimension, value in rows]
    return [("", rows[0][0] or 0)] if rows else []


def readings(ids: "list[str] | tuple[str, ...]") -> list[Reading]:
    """Return the newest reading of each metric, in the order asked; those never computed are out."""
    found: dict[str, Reading] = {}
    rows = MetricValue.objects.filter(metric__in=ids).order_by("metric", "-as_of", "-value")
    for row in rows:
        reading = found.setdefault(row.metric, Reading(registry.metrics[row.metric], row.as_of, {}))
        if row.as_of == reading.as_of:
            reading.values[row.dimension] = row.value
    return [found[name] for name in ids if name in found]
