"""Which customers are due to go back to the pool: the rule over everybody in one statement.

The SQL says the same as ``policies.Recycling.decide``; a test compares the two case by case.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from zhike.customers.queries.segments import members_of
from zhike.identity.queries import working_calendar
from zhike.pool.policies import RecyclingFacts, RecyclingParams
from zhike.pool.policies.recycling import GRADES, LIFECYCLES

ZONE = "Asia/Shanghai"
HORIZON = 3_660  # days around today within which the calendar is asked

RAW = """
rule(grade, lifecycle, follow, orders, contract) AS (SELECT * FROM unnest(%(grades)s::text[],
    %(lifecycles)s::text[], %(follow)s::int[], %(orders)s::int[], %(contract)s::int[])),
raw AS (
    SELECT c.id, c.owner_id, c.unit_id, c.grade, c.lifecycle, c.name, r.follow, r.orders, r.contract,
        (o.since AT TIME ZONE %(zone)s)::date AS owned_on,
        (c.last_contact_at AT TIME ZONE %(zone)s)::date AS followed_on,
        c.last_order_on AS ordered_on,
        (SELECT max(p.valid_to) FROM pool_protection p WHERE p.customer_id = c.id
           AND p.kind = 'contract' AND p.archived_at IS NULL AND p.valid_to <= %(today)s)
           AS contract_ended_on,
        (SELECT max(p.valid_to) FROM pool_protection p WHERE p.customer_id = c.id
           AND p.kind = 'extension' AND p.archived_at IS NULL) AS extended_until,
        c.id = ANY(%(spared)s::bigint[])
        OR EXISTS (SELECT FROM pool_protection p WHERE p.customer_id = c.id AND p.kind <> 'extension'
           AND p.archived_at IS NULL AND p.valid_from <= %(today)s
           AND (p.valid_to IS NULL OR p.valid_to > %(today)s)) AS protected
    FROM customers_customer c
    JOIN pool_ownership o ON o.customer_id = c.id AND o.until IS NULL
    JOIN rule r ON r.grade = c.grade AND r.lifecycle = c.lifecycle
    WHERE c.archived_at IS NULL AND c.owner_id IS NOT NULL
      AND (%(only)s::bigint[] IS NULL OR c.id = ANY(%(only)s::bigint[])))
"""

# The calendar is asked once for each pair of day and distance that occurs, not for each customer.
DUE = f"""
WITH {RAW},
steps AS (
    SELECT id, greatest(owned_on, followed_on) AS base, follow AS days FROM raw
     WHERE follow IS NOT NULL AND NOT protected
    UNION ALL SELECT id, greatest(owned_on, ordered_on), orders FROM raw
     WHERE orders IS NOT NULL AND NOT protected
    UNION ALL SELECT id, greatest(owned_on, contract_ended_on), contract FROM raw
     WHERE contract IS NOT NULL AND contract_ended_on IS NOT NULL AND NOT protected),
landing AS (
    SELECT base, days, CASE WHEN %(working)s THEN zhike_add_working_days(base, days)
                            ELSE base + days END AS day
    FROM (SELECT DISTINCT base, days FROM steps) d),
earliest AS (
    SELECT s.id, min(l.day) AS day FROM steps s
    JOIN landing l ON l.base = s.base AND l.days = s.days GROUP BY s.id),
due AS (
    SELECT raw.*, greatest(e.day, raw.owned_on + %(protect)s, raw.extended_until) AS due_on
    FROM raw JOIN earliest e ON e.id = raw.id)
"""  # noqa: S608  (put together from the constants of this file only)

LISTED = f"""{DUE} SELECT id, owner_id, unit_id, grade, name, due_on FROM due
    WHERE due_on < %(today)s OR due_on - %(today)s = ANY(%(warn)s::int[])
    ORDER BY due_on, id"""  # noqa: S608
DEADLINES = f"{DUE} SELECT id, due_on FROM due"  # noqa: S608
FACTS = f"WITH {RAW} SELECT * FROM raw"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Due:
    """A customer that goes back (``late``) or whose owner is warned."""

    customer_id: int
    owner_id: int
    unit_id: int | None
    grade: str
    name: str
    due_on: dt.date
    late: bool


def listed(params: RecyclingParams, on: dt.date, *, only: Sequence[int] | None = None) -> list[Due]:
    """Return who would go back and who would be warned on a day."""
    with connection.cursor() as cursor:
        cursor.execute(LISTED, values(params, on, only))
        return [Due(c, o, u, g, n, day, day < on) for c, o, u, g, n, day in cursor.fetchall()]


def deadlines(
    params: RecyclingParams, on: dt.date, *, only: Sequence[int] | None = None
) -> dict[int, dt.date]:
    """Return the deadline of each customer that has one."""
    with connection.cursor() as cursor:
        cursor.execute(DEADLINES, values(params, on, only))
        return dict(cursor.fetchall())


def facts(params: RecyclingParams, on: dt.date, only: Sequence[int]) -> dict[int, RecyclingFacts]:
    """Return what the rule knows of each of these customers that has an owner and a rule."""
    with connection.cursor() as cursor:
        cursor.execute(FACTS, values(params, on, only))
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    calendar = {}
    if params.working_days:
        near = dt.timedelta(days=HORIZON)
        calendar = working_calendar().unlike_the_plain_week(on - near, on + near)
    return {
        row["id"]: RecyclingFacts(
            today=on, grade=row["grade"], lifecycle=row["lifecycle"], owned_on=row["owned_on"],
            followed_on=row["followed_on"], ordered_on=row["ordered_on"],
            contract_ended_on=row["contract_ended_on"], extended_until=row["extended_until"],
            protected_by="protected" if row["protected"] else "", calendar=calendar,
        )
        for row in rows
    }  # fmt: skip


def values(params: RecyclingParams, on: dt.date, only: Sequence[int] | None) -> dict[str, Any]:
    """Return the parameters of the statements."""
    rules = [
        (grade, lifecycle, rule.follow_up_days, rule.order_days, rule.contract_days)
        for grade in GRADES
        for lifecycle in LIFECYCLES
        if (rule := params.rule_for(grade, lifecycle))
    ]
    grades, lifecycles, follow, orders, contract = map(list, zip(*rules, strict=True)) if rules else (
        [], [], [], [], []
    )  # fmt: skip
    return {
        "grades": grades, "lifecycles": lifecycles, "follow": follow, "orders": orders,
        "contract": contract, "today": on, "zone": ZONE, "working": params.working_days,
        "protect": params.protect_days, "warn": list(params.warn_days),
        "spared": [pk for one in params.spared_segments for pk in members_of(one, only)],
        "only": None if only is None else list(only),
    }  # fmt: skip
