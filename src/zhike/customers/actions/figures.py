"""The purchase figures that stand on each customer: spend, receivable, orders, last order."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from zhike.customers.models import Customer
from zhike.customers.queries.facts import Among, purchases
from zhike.kernel.actions import recorded
from zhike.kernel.actor import Actor
from zhike.kernel.quiet import quietly


def refresh_figures(
    customer_ids: Sequence[int] | None, *, by: Actor, on: dt.date | None = None
) -> int:
    """Bring the figures of some customers, or of all (None), in line with orders and payments.

    Set-based, and only rows whose figures differ are written. The figures repeat what orders and
    payments say, so neither ``version`` nor the row history moves.

    Returns:
        The number of customers whose figures changed.
    """
    port, among = purchases(), Among.ALL if customer_ids is None else Among.IDS
    new = (
        "COALESCE(s.spend, 0), COALESCE(t.receivable, 0), COALESCE(t.order_count, 0)::int,"
        " t.last_order_on"
    )
    sql = f"""
        UPDATE customers_customer SET (annual_spend, receivable, order_count, last_order_on)
             = (n.spend, n.receivable, n.order_count, n.last_order_on)
          FROM (SELECT c.id, COALESCE(s.spend, 0) spend, COALESCE(t.receivable, 0) receivable,
                       COALESCE(t.order_count, 0)::int order_count, t.last_order_on
                  FROM customers_customer c
                  LEFT JOIN ({port.spend_sql(among)}) s ON s.customer_id = c.id
                  LEFT JOIN ({port.totals_sql(among)}) t ON t.customer_id = c.id
                 WHERE (c.annual_spend, c.receivable, c.order_count, c.last_order_on)
                       IS DISTINCT FROM ({new})
                       AND {among.on("c.id")}) n
         WHERE customers_customer.id = n.id"""  # noqa: S608
    values: dict[str, Any] = {"on": on or timezone.localdate(), "ids": list(customer_ids or ())}
    with (
        recorded(by, "customers.refresh_figures"),
        quietly(Customer),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)
        return int(cursor.rowcount)
