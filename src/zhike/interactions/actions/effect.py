"""Counts what communication led to, for whole months, in one statement (COM-012, COM-014)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from zhike.customers.queries.facts import purchases
from zhike.interactions.models import ChannelClass
from zhike.interactions.policies import EffectParams, EffectWindow
from zhike.interactions.queries.ceiling import classes
from zhike.kernel.actions import recorded
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.moments import midnight
from zhike.kernel.policy_store import in_force

STAGES = "ARRAY['lost', 'prospect', 'interested', 'customer', 'loyal']"
COUNT = """
WITH talk AS (
    SELECT id, customer_id, owner_id, unit_id, channel, direction, sentiment, occurred_at AS at
      FROM interactions_interaction
     WHERE archived_at IS NULL AND occurred_at >= %(start)s AND occurred_at < %(end)s
       AND NOT channel = ANY(%(free)s)),
led AS (
    SELECT talk.*,
        direction = 'out' AND EXISTS (
            SELECT 1 FROM interactions_interaction r
             WHERE r.customer_id = talk.customer_id AND r.direction = 'in'
               AND r.archived_at IS NULL AND r.occurred_at > talk.at
               AND r.occurred_at <= talk.at + make_interval(days => %(reply)s)) AS replied,
        direction = 'out' AND EXISTS (
            SELECT 1 FROM kernel_eventrow e
             WHERE e.subject = 'customers.customer' AND e.subject_id = talk.customer_id
               AND e.name = 'customers.lifecycle_changed' AND e.occurred_at > talk.at
               AND e.occurred_at <= talk.at + make_interval(days => %(progress)s)
               AND array_position({stages}, e.payload->>'new')
                   > array_position({stages}, e.payload->>'old')) AS progressed,
        direction = 'out' AND EXISTS (
            SELECT 1 FROM ({orders}) o
             WHERE o.customer_id = talk.customer_id
               AND o.ordered_on >= (talk.at AT TIME ZONE 'Asia/Shanghai')::date
               AND o.ordered_on <= (talk.at AT TIME ZONE 'Asia/Shanghai')::date + %(order)s
        ) AS ordered,
        (SELECT min(a.occurred_at) FROM interactions_interaction a
          WHERE talk.direction = 'in' AND a.customer_id = talk.customer_id
            AND a.direction = 'out' AND a.archived_at IS NULL AND a.occurred_at > talk.at
            AND a.occurred_at <= talk.at + make_interval(days => %(reply)s)) AS answered_at
      FROM talk),
said AS (
    SELECT owner_id, channel, (array_agg(unit_id ORDER BY at DESC))[1] AS unit_id,
        count(*) FILTER (WHERE direction = 'out') AS contacts,
        count(*) FILTER (WHERE replied) AS replied,
        count(*) FILTER (WHERE direction = 'in') AS incoming,
        count(answered_at) AS answered,
        coalesce(sum(extract(epoch FROM answered_at - at) / 60), 0)::bigint AS answer_minutes,
        count(*) FILTER (WHERE progressed) AS progressed,
        count(*) FILTER (WHERE ordered) AS ordered,
        count(*) FILTER (WHERE sentiment = 'good') AS good,
        count(*) FILTER (WHERE sentiment = 'neutral') AS neutral,
        count(*) FILTER (WHERE sentiment = 'bad') AS bad
      FROM led GROUP BY owner_id, channel),
plan AS (
    SELECT owner_id, channel, (array_agg(unit_id ORDER BY planned_at DESC))[1] AS unit_id,
        count(*) AS planned, count(*) FILTER (WHERE status = 'done') AS planned_done
      FROM interactions_contactplan
     WHERE archived_at IS NULL AND planned_at >= %(start)s AND planned_at < %(end)s
       AND NOT status = 'cancelled' AND (status = 'done' OR planned_at < %(now)s)
     GROUP BY owner_id, channel)
INSERT INTO interactions_contacteffect (version, extra, created_at, updated_at, month, channel,
    owner_id, unit_id, contacts, replied, incoming, answered, answer_minutes, progressed, ordered,
    good, neutral, bad, planned, planned_done)
SELECT 1, '{{}}', %(now)s, %(now)s, %(month)s, coalesce(s.channel, p.channel),
    coalesce(s.owner_id, p.owner_id), coalesce(s.unit_id, p.unit_id), coalesce(contacts, 0),
    coalesce(replied, 0), coalesce(incoming, 0), coalesce(answered, 0),
    coalesce(answer_minutes, 0), coalesce(progressed, 0), coalesce(ordered, 0), coalesce(good, 0),
    coalesce(neutral, 0), coalesce(bad, 0), coalesce(planned, 0), coalesce(planned_done, 0)
FROM said s FULL JOIN plan p ON p.channel = s.channel
     AND coalesce(p.owner_id, 0) = coalesce(s.owner_id, 0)
"""


def count_effect(months: Sequence[dt.date], *, by: Actor | None = None) -> int:
    """Count the months anew (first days); returns how many figures were written."""
    statement = COUNT.format(stages=STAGES, orders=purchases().orders_sql())
    params = in_force(EffectWindow.id)[1]
    written = 0
    system = by or SYSTEM(reason=EffectWindow.id)
    with recorded(system, "interactions.count_effect"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [EffectWindow.id])
        for month in months:
            cursor.execute("DELETE FROM interactions_contacteffect WHERE month = %s", [month])
            cursor.execute(statement, _values(month, params))
            written += cursor.rowcount
    return written


def _values(month: dt.date, params: EffectParams) -> dict[str, Any]:
    following = (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return {
        "month": month, "start": midnight(month), "end": midnight(following),
        "now": timezone.now(), "reply": params.reply_days,
        "progress": params.progress_days, "order": params.order_days,
        "free": [code for code, kind in classes().items() if kind == ChannelClass.NONE],
    }  # fmt: skip
