"""The facts of grading, one row for each customer, from one query for one customer or for all."""

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Protocol

from django.db import connection

from zhike.kernel.registry import registry

FACTS = (
    "annual_spend",
    "orders",
    "repeat_orders",
    "cooperation_years",
    "purchase_volume",
    "purchase_share",
    "receivable",
    "overdue_days",
    "days_since_order",
    "size",
    "position",
    "lifecycle",
)


class Among(StrEnum):
    """The customers that a query reads, as a condition on the column that holds their id.

    The caller binds ``%(ids)s`` (an array), or ``%(low)s`` and ``%(high)s`` (both inclusive).
    """

    ALL = "TRUE"
    IDS = "{column} = ANY(%(ids)s)"
    RANGE = "{column} BETWEEN %(low)s AND %(high)s"

    def on(self, column: str) -> str:
        """Return the condition on a column."""
        return self.value.format(column=column)


class PurchaseFacts(Protocol):
    """What the package that keeps orders tells about purchases, as SQL with one row per customer.

    The parameters ``%(on)s`` (a day) and those of ``Among`` are bound by the caller. A customer
    without purchases has no row.
    """

    def spend_sql(self, among: Among) -> str:
        """Return ``customer_id, spend, orders`` of the twelve months that end on the day."""

    def overdue_sql(self, among: Among) -> str:
        """Return ``customer_id, overdue_days`` of the oldest open order past its due day."""

    def totals_sql(self, among: Among) -> str:
        """Return ``customer_id, receivable, order_count, last_order_on`` over all time."""

    def orders_sql(self) -> str:
        """Return ``customer_id, ordered_on`` of each order that counts; no parameters."""


class _NoPurchases:
    def spend_sql(self, among: Among) -> str:  # noqa: ARG002
        return "SELECT NULL::bigint customer_id, 0::numeric spend, 0 orders WHERE FALSE"

    def overdue_sql(self, among: Among) -> str:  # noqa: ARG002
        return "SELECT NULL::bigint customer_id, 0 overdue_days WHERE FALSE"

    def totals_sql(self, among: Among) -> str:  # noqa: ARG002
        return (
            "SELECT NULL::bigint customer_id, 0::numeric receivable, 0 order_count,"
            " NULL::date last_order_on WHERE FALSE"
        )

    def orders_sql(self) -> str:
        return "SELECT NULL::bigint customer_id, NULL::date ordered_on WHERE FALSE"


_provided: list[PurchaseFacts] = [_NoPurchases()]


def provide_purchases(port: PurchaseFacts) -> None:
    """Register the one source of purchase facts; called by the package that keeps orders."""
    _provided[0] = port


def purchases() -> PurchaseFacts:
    """Return the registered source."""
    return _provided[0]


def facts_sql(among: Among = Among.ALL) -> str:
    """Return the query of all facts: ``customer_id``, ``FACTS`` and what a grading writes back.

    Parameters are ``%(on)s`` and those of ``Among``. PostgreSQL leaves out the joins whose columns
    the outer query does not name, so who names few facts pays for few.
    """
    port = purchases()
    years = "EXTRACT(YEAR FROM age(%(on)s::date, c.since))"
    birthday = f"(c.since + make_interval(years => {years}::int))::date"
    return f"""
        SELECT c.id AS customer_id, c.owner_id, c.name, c.grade AS stored_grade,
               c.abc_grade AS stored_abc_grade, c.annual_spend AS stored_spend,
               COALESCE(s.spend, 0) AS annual_spend,
               COALESCE(s.orders, 0)::int AS orders,
               GREATEST(COALESCE(s.orders, 0) - 1, 0)::int AS repeat_orders,
               CASE WHEN c.since <= %(on)s::date
                    THEN round({years} + (%(on)s::date - {birthday}) / 366.0, 4)
                    ELSE 0 END AS cooperation_years,
               COALESCE(c.purchase_volume, 0) AS purchase_volume,
               CASE WHEN c.purchase_volume > 0
                    THEN round(COALESCE(s.spend, 0) * 100 / c.purchase_volume, 2)
                    ELSE 0 END AS purchase_share,
               c.receivable,
               CASE WHEN c.receivable > 0 THEN COALESCE(d.overdue_days, 0) ELSE 0 END::int
                    AS overdue_days,
               CASE WHEN c.last_order_on IS NULL THEN 99999
                    ELSE GREATEST(%(on)s::date - c.last_order_on, 0) END AS days_since_order,
               c.size, c.position, c.lifecycle
          FROM customers_customer c
          LEFT JOIN ({port.spend_sql(among)}) s ON s.customer_id = c.id
          LEFT JOIN ({port.overdue_sql(among)}) d ON d.customer_id = c.id
         WHERE c.archived_at IS NULL AND {among.on("c.id")}"""  # noqa: S608  (no value comes from outside)


def facts_of(ids: Sequence[int], on: dt.date) -> dict[int, dict[str, Any]]:
    """Return customer id -> the facts on a day, keyed as the policies' ``Facts``."""
    columns = ", ".join(FACTS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT customer_id, {columns} FROM ({facts_sql(Among.IDS)}) f",  # noqa: S608
            {"on": on, "ids": list(ids)},
        )
        return {row[0]: dict(zip(FACTS, row[1:], strict=True)) for row in cursor.fetchall()}


def grading_facts(customer_id: int, scheme: str, on: dt.date) -> Any:
    """Return the policy's ``Facts`` of one customer on a day; the empty facts if he is archived."""
    policy = registry.policies[scheme]
    return policy.Facts(**facts_of([customer_id], on).get(customer_id, {}))
