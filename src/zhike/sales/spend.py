"""What customers bought and paid, in the reader's scope, for figures on pages."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum, Value
from django.db.models.functions import TruncMonth
from django.utils import timezone

from zhike.kernel.actor import Actor
from zhike.sales.models import Order, Payment

MONTHS = 12


def monthly(
    customer_ids: Sequence[int], by: Actor, *, on: dt.date | None = None
) -> dict[int, list[Decimal]]:
    """Return the spend of each customer in the last twelve months, oldest first: one query."""
    day = on or timezone.localdate()
    first = day.replace(day=1)
    months = [_month_before(first, back) for back in range(MONTHS - 1, -1, -1)]
    rows = Order.objects.visible_to(by).filter(
        customer_id__in=customer_ids, ordered_on__gte=months[0], ordered_on__lte=day
    )
    sums = rows.exclude(status=Order.Status.CANCELLED).annotate(month=TruncMonth("ordered_on"))
    found = {pk: dict.fromkeys(months, Decimal(0)) for pk in customer_ids}
    for row in sums.order_by().values("customer_id", "month").annotate(total=Sum("amount")):
        found[row["customer_id"]][row["month"]] = row["total"]
    return {pk: list(values.values()) for pk, values in found.items()}


def two_years(customer_id: int, by: Actor, on: dt.date) -> "list[QuerySet[Order, Any]]":
    """Return two query sets of one row ("spend" and "spend_before", sum) for a union.

    The spend of the twelve months up to a day, and of the twelve before them.
    """
    middle, start = _year_before(on), _year_before(_year_before(on))
    mine = Order.objects.visible_to(by).filter(customer_id=customer_id)
    counted = mine.exclude(status=Order.Status.CANCELLED).order_by()
    return [
        counted.filter(ordered_on__gt=first, ordered_on__lte=last)
        .annotate(tab=Value(name)).values("tab")
        .annotate(n=Sum("amount")).values_list("tab", "n")
        for name, first, last in (("spend", middle, on), ("spend_before", start, middle))
    ]  # fmt: skip


def received(by: Actor, start: dt.date, end: dt.date) -> Decimal:
    """Return what came in on the reader's own payments from a day to another, inclusive."""
    rows = Payment.objects.visible_to(by).filter(
        owner_id=by.user_id, received_on__gte=start, received_on__lte=end
    )
    return rows.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def _month_before(first: dt.date, back: int) -> dt.date:
    number = first.year * 12 + first.month - 1 - back
    return dt.date(number // 12, number % 12 + 1, 1)


def _year_before(day: dt.date) -> dt.date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap_day else day.day)
