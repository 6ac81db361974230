"""The facts of the schemes, one row for each customer, as of any day."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection

from zhike.segments.policies import ClassFacts
from zhike.segments.policies.facts import NEVER

ZONE = "Asia/Shanghai"
STAGES = "segments.lifecycle_model"
FACTS = tuple(ClassFacts.model_fields)


def facts_sql(*, limited: bool) -> str:
    """Return the query of all facts: ``customer_id, name, owner_id, reachable`` and ``FACTS``.

    Parameters: ``%(on)s`` a day, ``%(never)s``, ``%(zone)s``, ``%(stages)s`` and, where limited,
    ``%(ids)s``. Orders and contacts up to the day count; grade and hand-made fields are today's.
    """
    only = "AND customer_id = ANY(%(ids)s)" if limited else ""
    mine = "AND c.id = ANY(%(ids)s)" if limited else ""
    years = "EXTRACT(YEAR FROM age(%(on)s::date, c.since))"
    birthday = f"(c.since + make_interval(years => {years}::int))::date"
    return f"""
        SELECT c.id AS customer_id, c.name, c.owner_id,
               c.owner_id IS NOT NULL AND (c.phone IS NOT NULL OR c.email IS NOT NULL
                   OR c.primary_contact_id IS NOT NULL) AS reachable,
               COALESCE(o.spend, 0) AS annual_spend, COALESCE(o.prior, 0) AS prior_spend,
               CASE WHEN o.prior > 0 THEN round((o.spend - o.prior) * 100 / o.prior, 2) ELSE 0 END
                   AS growth,
               COALESCE(o.orders, 0)::int AS orders, COALESCE(o.ever, 0)::int AS orders_ever,
               COALESCE(%(on)s::date - o.first_on, %(never)s)::int AS days_since_first_order,
               COALESCE(%(on)s::date - o.last_on, %(never)s)::int AS days_since_order,
               COALESCE(%(on)s::date - t.last_on, %(never)s)::int AS days_since_contact,
               COALESCE(t.contacts, 0)::int AS contacts,
               CASE WHEN c.since <= %(on)s::date
                    THEN round({years} + (%(on)s::date - {birthday}) / 366.0, 4)
                    ELSE 0 END AS cooperation_years,
               COALESCE(c.purchase_volume, 0) AS purchase_volume,
               COALESCE(w.team, 0)::int AS team_size,
               c.grade, c.size, c.position, c.lifecycle, COALESCE(m.code, '') AS current
          FROM customers_customer c
          LEFT JOIN (
               SELECT customer_id,
                      COALESCE(sum(amount) FILTER (
                          WHERE ordered_on > (%(on)s::date - interval '1 year')::date), 0) AS spend,
                      COALESCE(sum(amount) FILTER (
                          WHERE ordered_on <= (%(on)s::date - interval '1 year')::date
                            AND ordered_on > (%(on)s::date - interval '2 years')::date), 0) AS prior,
                      count(*) FILTER (WHERE amount > 0
                          AND ordered_on > (%(on)s::date - interval '1 year')::date) AS orders,
                      count(*) FILTER (WHERE amount > 0) AS ever,
                      min(ordered_on) FILTER (WHERE amount > 0) AS first_on,
                      max(ordered_on) FILTER (WHERE amount > 0) AS last_on
                 FROM sales_order
                WHERE archived_at IS NULL AND NOT (status = 'cancelled')
                  AND ordered_on <= %(on)s::date {only}
                GROUP BY customer_id) o ON o.customer_id = c.id
          LEFT JOIN (
               SELECT customer_id, max((occurred_at AT TIME ZONE %(zone)s)::date) AS last_on,
                      count(*) FILTER (WHERE (occurred_at AT TIME ZONE %(zone)s)::date
                          > (%(on)s::date - interval '1 year')::date) AS contacts
                 FROM interactions_interaction
                WHERE archived_at IS NULL
                  AND (occurred_at AT TIME ZONE %(zone)s)::date <= %(on)s::date {only}
                GROUP BY customer_id) t ON t.customer_id = c.id
          LEFT JOIN (
               SELECT customer_id, count(DISTINCT user_id) AS team FROM customers_teammember
                WHERE archived_at IS NULL AND valid_from <= %(on)s::date
                  AND (valid_to IS NULL OR valid_to > %(on)s::date) {only}
                GROUP BY customer_id) w ON w.customer_id = c.id
          LEFT JOIN segments_classmembership m ON m.customer_id = c.id AND m.scheme = %(stages)s
               AND m.valid_to IS NULL
         WHERE c.archived_at IS NULL {mine}
           AND ((c.created_at AT TIME ZONE %(zone)s)::date <= %(on)s::date
                OR c.since <= %(on)s::date)"""  # noqa: S608  (no value comes from outside)


def bound(on: dt.date, ids: Sequence[int] = ()) -> dict[str, Any]:
    """Return the parameters of ``facts_sql``."""
    return {"on": on, "never": NEVER, "zone": ZONE, "stages": STAGES, "ids": list(ids)}


def facts_of(ids: Sequence[int], on: dt.date) -> dict[int, ClassFacts]:
    """Return customer id -> facts on a day, for those in use by then."""
    columns = ", ".join(FACTS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT customer_id, {columns} FROM ({facts_sql(limited=True)}) f",  # noqa: S608
            bound(on, ids),
        )
        return {
            row[0]: ClassFacts(**dict(zip(FACTS, row[1:], strict=True)))
            for row in cursor.fetchall()
        }
