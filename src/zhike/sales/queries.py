"""Purchase facts as SQL for gradings, and what an order still owes."""

from decimal import Decimal

from django.db.models import Sum

from zhike.customers.queries import Among, provide_purchases
from zhike.sales.models import Order, Payment

COUNTS = "archived_at IS NULL AND NOT (status = 'cancelled')"


class OrderFacts:
    """``customers.queries.PurchaseFacts`` from orders and payments."""

    def spend_sql(self, among: Among) -> str:
        """Return spend and orders of the twelve months that end on the day.

        Returns are negative and no orders of their own.
        """
        return f"""
            SELECT customer_id, sum(amount) AS spend, count(*) FILTER (WHERE amount > 0) AS orders
              FROM sales_order
             WHERE {COUNTS} AND ordered_on > (%(on)s::date - interval '1 year')::date
               AND ordered_on <= %(on)s::date AND {among.on("customer_id")}
             GROUP BY customer_id"""  # noqa: S608

    def overdue_sql(self, among: Among) -> str:
        """Return the days that the oldest open order is past its due day."""
        return f"""
            SELECT customer_id, max(%(on)s::date - due_on) AS overdue_days
              FROM sales_order
             WHERE {COUNTS} AND due_on IS NOT NULL AND paid < amount AND due_on < %(on)s::date
                   AND {among.on("customer_id")}
             GROUP BY customer_id"""  # noqa: S608

    def totals_sql(self, among: Among) -> str:
        """Return receivable (orders less payments), number of orders and the last order's day."""
        only = f"AND {among.on('customer_id')}"
        return f"""
            SELECT customer_id, sum(due) AS receivable, sum(orders)::int AS order_count,
                   max(last_on) AS last_order_on
              FROM (SELECT customer_id, sum(amount) AS due,
                           count(*) FILTER (WHERE amount > 0) AS orders,
                           max(ordered_on) FILTER (WHERE amount > 0) AS last_on
                      FROM sales_order WHERE {COUNTS} {only} GROUP BY customer_id
                     UNION ALL
                    SELECT customer_id, -sum(amount), 0, NULL
                      FROM sales_payment WHERE archived_at IS NULL {only} GROUP BY customer_id) t
             GROUP BY customer_id"""  # noqa: S608

    def orders_sql(self) -> str:
        """Return the day of each order that is not a return."""
        return f"SELECT customer_id, ordered_on FROM sales_order WHERE {COUNTS} AND amount > 0"  # noqa: S608


provide_purchases(OrderFacts())


def paid_of(order_id: int, but: int | None = None) -> Decimal:
    """Return what was received for an order, leaving out one payment."""
    rows = Payment.unscoped.filter(order_id=order_id, archived_at__isnull=True).exclude(pk=but or 0)
    return rows.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def open_amount(order: Order, but: int | None = None) -> Decimal:
    """Return what the order still owes; nothing once it is cancelled."""
    if order.status == Order.Status.CANCELLED:
        return Decimal(0)
    return Decimal(order.amount) - paid_of(order.pk, but)
