"""To-dos for understanding visits to key customers, one open one each (LOY-022)."""

import datetime as dt

from django.db import connection
from django.utils.translation import gettext as _

from zhike.identity.queries import end_of_day
from zhike.interactions.actions import raise_todo, settle_todos
from zhike.kernel.actions import recorded
from zhike.kernel.actor import Actor
from zhike.kernel.policy_store import in_force
from zhike.loyalty.actions.todos import visit_key
from zhike.loyalty.policies import UnderstandingVisits

DUE = """
WITH rule(grade, days) AS (SELECT * FROM unnest(%(grades)s::text[], %(days)s::int[])),
visited AS (
    SELECT customer_id, max((occurred_at AT TIME ZONE 'Asia/Shanghai')::date) AS on_day
      FROM interactions_interaction WHERE channel = 'visit' AND archived_at IS NULL
       AND (occurred_at AT TIME ZONE 'Asia/Shanghai')::date <= %(on)s
     GROUP BY customer_id)
SELECT c.id, c.owner_id, greatest(coalesce(v.on_day, c.since, (c.created_at
           AT TIME ZONE 'Asia/Shanghai')::date) + r.days, %(on)s) AS due_on
  FROM customers_customer c JOIN rule r ON r.grade = c.grade
  LEFT JOIN visited v ON v.customer_id = c.id
 WHERE c.archived_at IS NULL AND c.lifecycle <> 'lost'
   AND coalesce(v.on_day, c.since, (c.created_at AT TIME ZONE 'Asia/Shanghai')::date)
       + r.days - %(warn)s <= %(on)s
   AND NOT EXISTS (SELECT 1 FROM interactions_todo t WHERE t.status = 'open'
                   AND t.source_key = 'loyalty.visit:' || c.id)
"""


def plan_visits(on: dt.date, *, by: Actor) -> int:
    """Ask for the visits that are due soon; returns how many are new."""
    version, params = in_force(UnderstandingVisits.id, on)
    values = {
        "grades": list(params.days), "days": list(params.days.values()), "on": on,
        "warn": params.warn_days,
    }  # fmt: skip
    with recorded(by, "loyalty.plan_visits"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [UnderstandingVisits.id])
        cursor.execute(DUE, values)
        rows = cursor.fetchall()
        for customer_id, owner_id, due_on in rows:
            raise_todo(
                visit_key(customer_id), _("理解性拜访"), owner_id=owner_id, due_at=end_of_day(due_on),
                by=by, customer_id=customer_id, policy_id=UnderstandingVisits.id,
                policy_version_id=version.pk if version else None,
            )  # fmt: skip
    return len(rows)


def note_visit(customer_id: int, *, by: Actor) -> None:
    """Settle the open visit of a customer that was visited."""
    with recorded(by, "loyalty.note_visit"):
        settle_todos([visit_key(customer_id)], by=by, result=_("已拜访"))
