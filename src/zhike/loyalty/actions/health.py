"""The score of every relation, kept with its history (LOY-018), in two statements.

The SQL says the same as ``policies.HealthRule.decide``; a test compares the two case by case.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from zhike.kernel.actions import recorded
from zhike.kernel.actor import Actor
from zhike.kernel.policy_store import in_force
from zhike.loyalty.policies import HealthParams, HealthRule
from zhike.loyalty.policies.health import MEASURES
from zhike.loyalty.queries.measures import FACTS, values_of

# ruff: noqa: S608  (the statements are put together from the constants of this package only)
SCORES = f"""
WITH measure(name, weight, nothing, everything) AS (SELECT * FROM unnest(%(names)s::text[],
        %(weights)s::numeric[], %(nothings)s::numeric[], %(everythings)s::numeric[])),
known AS ({FACTS}),
points AS (
    SELECT k.customer_id, m.weight, least(greatest((f.value::numeric - m.nothing)
           / (m.everything - m.nothing), 0), 1) * 100 AS points
      FROM known k CROSS JOIN LATERAL jsonb_each_text(k.facts) f(name, value)
      JOIN measure m ON m.name = f.name AND m.weight > 0
     WHERE f.value IS NOT NULL),
scored AS (
    SELECT customer_id, round(sum(points * weight) / sum(weight))::int AS score
      FROM points GROUP BY customer_id),
fresh AS (
    SELECT s.customer_id, s.score, k.facts, CASE WHEN s.score >= %(good)s THEN 'good'
           WHEN s.score >= %(fair)s THEN 'fair' ELSE 'poor' END AS level
      FROM scored s JOIN known k USING (customer_id)),
moved AS (
    SELECT f.* FROM fresh f LEFT JOIN loyalty_relationhealth h
           ON h.customer_id = f.customer_id AND h.valid_to IS NULL
     WHERE h.id IS NULL OR h.score <> f.score OR h.level <> f.level
           OR h.policy_version_id IS DISTINCT FROM %(version)s)
"""
AGAIN = f"""{SCORES}
UPDATE loyalty_relationhealth h SET score = m.score, level = m.level, facts = m.facts,
       policy_version_id = %(version)s, version = h.version + 1, updated_at = %(now)s
  FROM moved m WHERE h.customer_id = m.customer_id AND h.valid_to IS NULL AND h.valid_from >= %(on)s
RETURNING 1
"""
CLOSE = f"""{SCORES}
UPDATE loyalty_relationhealth h SET valid_to = %(on)s, version = h.version + 1,
       updated_at = %(now)s
  FROM moved m WHERE h.customer_id = m.customer_id AND h.valid_to IS NULL
RETURNING 1
"""
OPEN = f"""{SCORES}
INSERT INTO loyalty_relationhealth (version, extra, created_at, updated_at, customer_id, score,
       level, facts, policy_version_id, valid_from)
SELECT 1, '{{}}', %(now)s, %(now)s, customer_id, score, level, facts, %(version)s, %(on)s
  FROM moved
RETURNING 1
"""


def score_relations(on: dt.date, *, by: Actor, only: Sequence[int] | None = None) -> int:
    """Score everybody, or some; returns how many scores are new. A repeated run changes nothing.

    A second score of one day replaces the first; other days are kept as history.
    """
    version, params = in_force(HealthRule.id, on)
    values = values_of(on, only) | _weights(params)
    values |= {"version": version.pk if version else None, "on": on, "now": timezone.now()}
    with recorded(by, "loyalty.score_relations"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [HealthRule.id])
        cursor.execute(AGAIN, values)
        again = cursor.rowcount
        cursor.execute(CLOSE, values)
        cursor.execute(OPEN, values)
        return int(again + cursor.rowcount)


def _weights(params: HealthParams) -> dict[str, Any]:
    measures = [params.measure(name) for name in MEASURES]
    return {
        "names": list(MEASURES),
        "weights": [one.weight for one in measures],
        "nothings": [one.nothing for one in measures],
        "everythings": [one.everything for one in measures],
        "good": params.good,
        "fair": params.fair,
    }
