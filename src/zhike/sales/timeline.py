"""Orders and payments on the customer's timeline."""

from django.db.models import QuerySet

from zhike.kernel.actor import Actor
from zhike.kernel.moments import midnight
from zhike.kernel.prepared import Id, prepared
from zhike.kernel.timeline import Before, Entry, earlier_day, read, source
from zhike.sales.models import Order, Payment


@source("orders", group="trade")
def orders(customer_id: int, by: Actor, before: Before | None, limit: int) -> list[Entry]:
    """Return the orders that the reader may see."""
    found = read(_orders, customer_id, by, before, limit, earlier_day("ordered_on"))
    shown = by.field_access(Order.key(), "amount") != "hidden"
    return [
        Entry(
            midnight(row.ordered_on), row.pk, "truck-delivery", f"{row.number}",
            str(row.summary), whole_day=True, url=f"/sales/order/{row.pk}/",
            more={"amount": row.amount if shown else None, "state": str(Order.Status(row.status).label)},
        )
        for row in found
    ]  # fmt: skip


@source("payments", group="trade")
def payments(customer_id: int, by: Actor, before: Before | None, limit: int) -> list[Entry]:
    """Return the payments that the reader may see."""
    found = read(_payments, customer_id, by, before, limit, earlier_day("received_on"))
    shown = by.field_access(Payment.key(), "amount") != "hidden"
    return [
        Entry(
            midnight(row.received_on), row.pk, "coin-yuan", f"{row.number}",
            str(Payment.Method(row.method).label), whole_day=True,
            url=f"/sales/payment/{row.pk}/", more={"amount": row.amount if shown else None},
        )
        for row in found
    ]  # fmt: skip


@prepared
def _orders(by: Actor, customer_id: Id, limit: int | None) -> "QuerySet[Order]":
    rows = Order.objects.visible_to(by).filter(customer_id=customer_id)
    shown = rows.only("number", "ordered_on", "summary", "amount", "status")
    return shown.order_by("-ordered_on", "-id")[:limit]


@prepared
def _payments(by: Actor, customer_id: Id, limit: int | None) -> "QuerySet[Payment]":
    rows = Payment.objects.visible_to(by).filter(customer_id=customer_id)
    shown = rows.only("number", "received_on", "method", "amount")
    return shown.order_by("-received_on", "-id")[:limit]
