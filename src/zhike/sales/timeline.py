"""Orders and payments on the customer's timeline."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils import timezone

from zhike.kernel.actor import Actor
from zhike.kernel.timeline import Before, Entry, source
from zhike.sales.models import Order, Payment


@source("orders", group="trade")
def orders(customer_id: int, by: Actor, before: Before | None, limit: int) -> list[Entry]:
    """Return the orders that the reader may see."""
    rows = Order.objects.visible_to(by).filter(customer_id=customer_id)
    found = _after(rows, "ordered_on", before)[:limit]
    shown = by.field_access(Order.key(), "amount") != "hidden"
    return [
        Entry(
            _midnight(row.ordered_on), row.pk, "truck-delivery", f"{row.number}",
            str(row.summary), whole_day=True, url=f"/sales/order/{row.pk}/",
            more={"amount": row.amount if shown else None, "state": str(Order.Status(row.status).label)},
        )
        for row in found
    ]  # fmt: skip


@source("payments", group="trade")
def payments(customer_id: int, by: Actor, before: Before | None, limit: int) -> list[Entry]:
    """Return the payments that the reader may see."""
    rows = Payment.objects.visible_to(by).filter(customer_id=customer_id)
    found = _after(rows, "received_on", before)[:limit]
    shown = by.field_access(Payment.key(), "amount") != "hidden"
    return [
        Entry(
            _midnight(row.received_on), row.pk, "coin-yuan", f"{row.number}",
            str(Payment.Method(row.method).label), whole_day=True,
            url=f"/sales/payment/{row.pk}/", more={"amount": row.amount if shown else None},
        )
        for row in found
    ]  # fmt: skip


def _after(rows: Any, field: str, before: Before | None) -> Any:
    if before:
        day = timezone.localtime(before.at).date()
        whole = _midnight(day) == before.at
        tie = Q(**{field: day}) & (Q(id__lt=before.id) if whole else Q())
        rows = rows.filter(Q(**{f"{field}__lt": day}) | tie)
    return rows.order_by(f"-{field}", "-id")


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
