"""Runs the contact rule over everybody in one statement, and keeps its to-dos true.

The SQL says the same as ``policies.ContactCadence.decide``; a test compares the two case by case.
"""

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from zhike.customers.models import Customer
from zhike.customers.queries.segments import members_of
from zhike.identity.queries import closing_hours
from zhike.interactions.policies import GRADES, LIFECYCLES, CadenceParams, ContactCadence
from zhike.kernel.actions import recorded
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.clearance import sees_all
from zhike.kernel.policy_store import in_force
from zhike.kernel.simulation import Move, Progress, Simulation, simulators

# ruff: noqa: S608  (the statements are put together from the constants of this file only)
POLICY = ContactCadence.id
ZONE = "Asia/Shanghai"
MOVERS = 50

# A postponed or handed-on to-do keeps its day and person until the rule's own day or the customer's
# owner changes. One row per customer with a deadline. A to-do that a person closed counts as a
# contact, so that "done" and "given up" start the interval anew instead of bringing it back.
# The calendar is asked once for each day that occurs, not once for each customer.
DUE = """
WITH rule(grade, lifecycle, days) AS (SELECT * FROM unnest(%(grades)s::text[],
         %(lifecycles)s::text[], %(days)s::int[])),
closed AS (
    SELECT customer_id, max(done_at) AS at FROM interactions_todo
    WHERE policy_id = %(policy)s AND status <> 'open' AND done_by_id IS NOT NULL
      AND (%(only)s::bigint[] IS NULL OR customer_id = ANY(%(only)s::bigint[]))
    GROUP BY customer_id),
raw AS (
    SELECT c.id, c.owner_id, c.unit_id, c.grade,
        CASE WHEN n.id IS NULL THEN r.days ELSE n.days END AS days,
        greatest(c.last_contact_at, closed.at) AS contact_at,
        (coalesce(greatest(c.last_contact_at, closed.at), c.created_at)
            AT TIME ZONE %(zone)s)::date AS base
    FROM customers_customer c
    LEFT JOIN rule r ON r.grade = c.grade AND r.lifecycle = c.lifecycle
    LEFT JOIN unnest(%(named)s::bigint[], %(named_days)s::int[]) AS n(id, days) ON n.id = c.id
    LEFT JOIN closed ON closed.customer_id = c.id
    WHERE c.archived_at IS NULL
      AND CASE WHEN n.id IS NULL THEN r.days ELSE n.days END IS NOT NULL
      AND (%(only)s::bigint[] IS NULL OR c.id = ANY(%(only)s::bigint[]))),
closing(since, weekday, closes) AS (SELECT * FROM unnest(%(since)s::date[], %(weekdays)s::int[],
         %(closes)s::time[])),
landing AS (
    SELECT day, CASE WHEN %(skip)s THEN zhike_add_working_days(day, 0) ELSE day END AS due_on
    FROM (SELECT DISTINCT base + days AS day FROM raw) days),
due AS (SELECT raw.*, due_on FROM raw JOIN landing ON landing.day = raw.base + raw.days)
"""

FILL = f"""{DUE}
INSERT INTO interactions_todo (version, extra, created_at, updated_at, title, customer_id, family,
    status, due_at, owner_id, unit_id, policy_id, policy_version_id, source_key, facts, result, link)
SELECT 1, '{{}}', %(now)s, %(now)s, %(title)s, id, 'contact', 'open',
    (due_on + (SELECT closes FROM closing WHERE since <= due_on AND weekday = extract(isodow FROM due_on)
               ORDER BY since DESC LIMIT 1)) AT TIME ZONE %(zone)s, owner_id, unit_id, %(policy)s, %(version)s,
    %(policy)s || ':' || id,
    jsonb_build_object('grade', grade, 'days', days, 'due_on', due_on, 'base', base,
                       'owner', owner_id, 'contacted', contact_at IS NOT NULL), '', ''
FROM due WHERE due_on - %(warn)s <= %(today)s
ON CONFLICT (source_key) WHERE status = 'open' AND NOT source_key = '' DO UPDATE SET
    due_at = CASE WHEN interactions_todo.facts->>'due_on' = excluded.facts->>'due_on'
        THEN interactions_todo.due_at ELSE excluded.due_at END,
    owner_id = CASE WHEN interactions_todo.facts->>'owner' IS NOT DISTINCT FROM
        excluded.facts->>'owner' THEN interactions_todo.owner_id ELSE excluded.owner_id END,
    unit_id = excluded.unit_id, facts = excluded.facts,
    policy_version_id = excluded.policy_version_id,
    version = interactions_todo.version + 1, updated_at = excluded.updated_at
WHERE interactions_todo.facts IS DISTINCT FROM excluded.facts
   OR interactions_todo.policy_version_id IS DISTINCT FROM excluded.policy_version_id
   OR interactions_todo.unit_id IS DISTINCT FROM excluded.unit_id
RETURNING (xmax = 0)
"""

RETIRE = f"""{DUE}
UPDATE interactions_todo t SET status = 'dropped', done_at = %(now)s, done_by_id = NULL,
    result = %(retired)s, version = t.version + 1, updated_at = %(now)s
WHERE t.policy_id = %(policy)s AND t.status = 'open'
  AND (%(only)s::bigint[] IS NULL OR t.customer_id = ANY(%(only)s::bigint[]))
  AND NOT EXISTS (SELECT 1 FROM due WHERE due.id = t.customer_id
                  AND due_on - %(warn)s <= %(today)s)
RETURNING 1
"""

LISTED = f"{DUE} SELECT id, due_on < %(today)s FROM due WHERE due_on - %(warn)s <= %(today)s"
DEADLINES = f"{DUE} SELECT id, due_on FROM due"


@dataclass(frozen=True, slots=True)
class Filled:
    """What a run did."""

    created: int
    changed: int
    retired: int


def fill(
    *, only: Sequence[int] | None = None, on: dt.date | None = None, by: Actor | None = None
) -> Filled:
    """Bring the contact to-dos in line with the rule in force; may run any number of times.

    Args:
        only: these customers; None = everybody.
        on: the day, today by default.
    """
    version, params = in_force(POLICY, on)
    values = _values(params, only=only, on=on) | {
        "version": version.pk if version else None,
        "title": "定期回访",
        "retired": "规则不再要求",
    }
    system = by or SYSTEM(reason=POLICY)
    with recorded(system, "interactions.fill_contact_todos"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [POLICY])
        cursor.execute(RETIRE, values)
        retired = cursor.rowcount
        cursor.execute(FILL, values)
        created = [row[0] for row in cursor.fetchall()]
    return Filled(sum(created), len(created) - sum(created), retired)


def _values(
    params: CadenceParams, *, only: Sequence[int] | None, on: dt.date | None
) -> dict[str, Any]:
    pairs = [
        (grade, stage, days)
        for grade in GRADES
        for stage in LIFECYCLES
        if (days := params.interval(grade, stage)) is not None
    ]
    named: dict[int, int | None] = {}
    for one in reversed(params.segments):  # the first that names a customer has the last word
        named |= dict.fromkeys(members_of(one.segment, only), one.days)
    since, weekdays, closes = map(list, zip(*closing_hours(), strict=True))
    return {
        "policy": POLICY,
        "since": since,
        "weekdays": weekdays,
        "closes": closes,
        "named": list(named),
        "named_days": list(named.values()),
        "grades": [grade for grade, _stage, _days in pairs],
        "lifecycles": [stage for _grade, stage, _days in pairs],
        "days": [days for _grade, _stage, days in pairs],
        "skip": params.skip_weekends,
        "warn": params.warn_days,
        "only": list(only) if only is not None else None,
        "zone": ZONE,
        "now": timezone.now(),
        "today": on or timezone.localdate(),
    }


def deadlines(
    params: CadenceParams, customer_ids: Sequence[int], on: dt.date
) -> dict[int, dt.date]:
    """Return the deadline of each customer that has one, as the statement sees it."""
    with connection.cursor() as cursor:
        values = _values(params, only=customer_ids, on=on)
        cursor.execute(DEADLINES, values)
        return dict(cursor.fetchall())


def simulate(
    params: CadenceParams, on: dt.date, by: Actor, progress: Progress | None = None
) -> Simulation:
    """Return whom the rule would list beside the rule in force, within the actor's customers.

    Outcome codes: ``overdue``, ``due`` (soon), ``quiet`` (nothing to do now). ``moved_up`` are the
    customers that would come onto the list, ``moved_down`` those that would leave it.
    ``progress`` is told half-way.
    """
    began = time.perf_counter()
    _, current = in_force(POLICY, on)
    rows = Customer.objects.visible_to(by)
    everything = sees_all(Customer, by)
    only = None if everything else list(rows.values_list("pk", flat=True))
    total = rows.count() if only is None else len(only)
    tell = progress or (lambda done, total: None)  # noqa: ARG005
    tell(0, total)
    now = _listed(current, on, only)
    tell(total // 2, total)  # everybody is read twice, by the rule now and by the draft
    then = _listed(params, on, only)
    joining, leaving = then.keys() - now.keys(), now.keys() - then.keys()
    names = rows.filter(pk__in=sorted(joining)[:MOVERS]).values_list("pk", "name")
    return Simulation(
        counts_now=_counted(now, total),
        counts_then=_counted(then, total),
        moved_up=len(joining),
        moved_down=len(leaving),
        unchanged=total - len(joining) - len(leaving),
        movers=[
            Move(Customer.key(), pk, name, "quiet", "overdue" if then[pk] else "due")
            for pk, name in names
        ],
        seconds=time.perf_counter() - began,
    )


def _listed(params: CadenceParams, on: dt.date, only: Sequence[int] | None) -> dict[int, bool]:
    with connection.cursor() as cursor:
        cursor.execute(LISTED, _values(params, only=only, on=on))
        return dict(cursor.fetchall())


def _counted(listed: dict[int, bool], total: int) -> dict[str, int]:
    overdue = sum(listed.values())
    return {"overdue": overdue, "due": len(listed) - overdue, "quiet": total - len(listed)}


simulators[POLICY] = simulate
