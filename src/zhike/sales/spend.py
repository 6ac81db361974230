"""What customers bought and paid, in the reader's scope, for figures on pages."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from zhike.kernel.actor import Actor
from zhike.kernel.prepared import Id, prepared
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


def two_years(customer_id: int, by: Actor, *, on: dt.date | None = None) -> tuple[Decimal, Decimal]:
    """Return the spend of the last twelve months and of the twelve before."""
    for now, before in _two_years(by, customer_id, on or timezone.localdate()):
        return now or Decimal(0), before or Decimal(0)
    return Decimal(0), Decimal(0)


@prepared
def _two_years(by: Actor, customer_id: Id, day: dt.date) -> "QuerySet[Order, Any]":
    middle, start = _year_before(day), _year_before(_year_before(day))
    rows = Order.objects.visible_to(by).filter(
        customer_id=customer_id, ordered_on__gt=start, ordered_on__lte=day
    )
    counted = rows.exclude(status=Order.Status.CANCELLED).order_by().values("customer_id")
    return counted.annotate(
        now=Sum("amount", filter=Q(ordered_on__gt=middle)),
        before=Sum("amount", filter=Q(ordered_on__lte=middle)),
    ).values_list("now", "before")


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
