"""What a relation's health is computed from, as one statement over many customers (LOY-018, 023).

Satisfaction is that of ``surveys``. Complaints come from a package that stands above or beside; it
registers SQL with ``provide_measure``, which also replaces satisfaction where a firm measures it
elsewhere. What nobody provides is left out of the score, and the explanation says so.
"""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from zhike.kernel.moments import midnight
from zhike.loyalty.policies import HealthFacts
from zhike.surveys.queries import by_customer

OUTSIDE = ("satisfaction", "complaints")
provided: dict[str, str] = {}

# A customer without orders has no growth and no payment; without records, no delivery.
FACTS = """
    SELECT c.id AS customer_id, jsonb_build_object(
        'breadth', (SELECT count(DISTINCT p.person_id) FROM interactions_participant p
            JOIN interactions_interaction i ON i.id = p.interaction_id
            WHERE i.customer_id = c.id AND i.archived_at IS NULL AND p.archived_at IS NULL
              AND i.occurred_at >= %(year_ago)s AND i.occurred_at < %(end)s),
        'frequency', (SELECT count(*) FROM interactions_interaction i
            WHERE i.customer_id = c.id AND i.archived_at IS NULL
              AND i.occurred_at >= %(quarter_ago)s AND i.occurred_at < %(end)s),
        'payment', CASE WHEN o.ever THEN o.overdue END,
        'growth', round(CASE WHEN o.before > 0 THEN (o.lately - o.before) * 100 / o.before END, 2),
        'delivery', (SELECT round(avg(CASE WHEN d.done_at <= d.promised_at THEN 100.0 ELSE 0 END), 2)
            FROM loyalty_driverrecord d
            WHERE d.customer_id = c.id AND d.archived_at IS NULL AND d.promised_at < %(end)s
              AND d.asked_at >= %(year_ago)s),
        'satisfaction', (%(satisfaction)s::jsonb ->> c.id::text)::numeric,
        'complaints', (%(complaints)s::jsonb ->> c.id::text)::numeric) AS facts
      FROM customers_customer c
      CROSS JOIN LATERAL (
        SELECT count(*) > 0 AS ever,
               coalesce(max(%(on)s::date - due_on) FILTER (WHERE due_on < %(on)s
                        AND paid < amount), 0) AS overdue,
               coalesce(sum(amount) FILTER (WHERE ordered_on > (%(on)s::date
                        - interval '1 year')::date), 0) AS lately,
               coalesce(sum(amount) FILTER (WHERE ordered_on <= (%(on)s::date
                        - interval '1 year')::date), 0) AS before
          FROM sales_order
         WHERE customer_id = c.id AND archived_at IS NULL AND NOT (status = 'cancelled')
           AND ordered_on <= %(on)s AND ordered_on > (%(on)s::date - interval '2 years')::date) o
     WHERE c.archived_at IS NULL AND (%(only)s::bigint[] IS NULL OR c.id = ANY(%(only)s::bigint[]))
"""


def provide_measure(name: str, sql: str) -> None:
    """Register the SQL of a measure from outside: ``SELECT customer_id, value`` as of ``%(on)s``.

    Raises:
        ValueError: no such measure.
    """
    if name not in OUTSIDE:
        raise ValueError(name)
    provided[name] = sql


def values_of(on: dt.date, only: Sequence[int] | None) -> dict[str, Any]:
    """Return the parameters of ``FACTS``."""
    end = midnight(on + dt.timedelta(days=1))
    outside = {name: json.dumps(_outside(name, on)) for name in OUTSIDE}
    return outside | {
        "on": on, "only": list(only) if only is not None else None, "end": end,
        "year_ago": end - dt.timedelta(days=365), "quarter_ago": end - dt.timedelta(days=90),
    }  # fmt: skip


def _outside(name: str, on: dt.date) -> dict[str, str]:
    if name not in provided:
        scores = by_customer(on) if name == "satisfaction" else {}
        return {str(pk): str(value) for pk, value in scores.items()}
    with connection.cursor() as cursor:
        cursor.execute(provided[name], {"on": on})
        return {str(pk): str(value) for pk, value in cursor.fetchall() if value is not None}


def measures_of(customer_ids: Sequence[int], on: dt.date) -> dict[int, HealthFacts]:
    """Return the measures of customers as of a day."""
    with connection.cursor() as cursor:
        cursor.execute(FACTS, values_of(on, customer_ids))
        return {pk: facts_from(raw) for pk, raw in cursor.fetchall()}


def facts_from(raw: Any) -> HealthFacts:
    """Return stored measures as facts."""
    return HealthFacts(**(json.loads(raw) if isinstance(raw, str) else raw))
