"""What a draft of a scheme would change today; reads only."""

import datetime as dt
import time
from typing import Any

from django.db import connection

from zhike.customers.models import Customer
from zhike.kernel.actor import Actor
from zhike.kernel.clearance import sees_all
from zhike.kernel.policy_store import sentence
from zhike.kernel.registry import registry
from zhike.kernel.simulation import Move, Simulation, Simulator, simulators
from zhike.segments.policies import ClassFacts
from zhike.segments.policies.scheme import schemes
from zhike.segments.queries.facts import FACTS, bound, facts_sql

MOVERS_SHOWN = 50


def simulate(scheme: str, params: Any, on: dt.date, by: Actor) -> Simulation:
    """Return who would move if ``params`` were in force on the day, among what the reader sees."""
    started = time.perf_counter()
    sql, values = _outcomes(scheme, params, on, by)
    codes = params.codes()
    place = {code: i for i, code in enumerate(codes)}
    now: dict[str, int] = dict.fromkeys(codes, 0)
    then: dict[str, int] = dict.fromkeys(codes, 0)
    up = down = same = 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT was, becomes, count(*) FROM ({sql}) o GROUP BY 1, 2", values)  # noqa: S608
        for was, becomes, count in cursor.fetchall():
            now[was] = now.get(was, 0) + count
            then[becomes] = then.get(becomes, 0) + count
            first, last = place.get(was, len(codes)), place.get(becomes, len(codes))
            up += count if last < first else 0
            down += count if last > first else 0
            same += count if last == first else 0
    now.pop("", None)
    then.pop("", None)
    return Simulation(
        counts_now=now,
        counts_then=then,
        moved_up=up,
        moved_down=down,
        unchanged=same,
        movers=_movers(scheme, params, sql, values, by),
        seconds=round(time.perf_counter() - started, 3),
    )


def _outcomes(scheme: str, params: Any, on: dt.date, by: Actor) -> tuple[str, dict[str, Any]]:
    """Return SQL of every visible customer with ``was`` and ``becomes``, and its parameters."""
    policy: Any = registry.policies[scheme]
    visible, values = "", {**bound(on), "scheme": scheme}
    if not sees_all(Customer, by):
        query = Customer.objects.visible_to(by).order_by().values("pk").query
        sql, given = query.sql_with_params()
        values |= {f"scope{number}": value for number, value in enumerate(given)}
        named = sql % tuple(f"%(scope{number})s" for number in range(len(given)))
        visible = f"WHERE f.customer_id IN ({named})"
    facts = ", ".join(f"f.{name}" for name in FACTS)
    return (
        f"""SELECT f.customer_id, f.name, {facts}, COALESCE(m.code, '') AS was, d.becomes
              FROM ({facts_sql(limited=False)}) f
              CROSS JOIN LATERAL (SELECT {policy.sql(params)} AS becomes) d
              LEFT JOIN segments_classmembership m ON m.customer_id = f.customer_id
                   AND m.scheme = %(scheme)s AND m.valid_to IS NULL {visible}""",  # noqa: S608
        values,
    )


def _movers(scheme: str, params: Any, sql: str, values: dict[str, Any], by: Actor) -> list[Move]:
    policy: Any = registry.policies[scheme]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM ({sql}) o WHERE was <> becomes"  # noqa: S608
            f" ORDER BY annual_spend DESC, customer_id LIMIT {MOVERS_SHOWN}",
            values,
        )
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    hidden = by.field_access(Customer.key(), "annual_spend") == "hidden"
    moves = []
    for row in rows:
        lines = policy.decide(ClassFacts(**{n: row[n] for n in FACTS}), params).reasons
        words = [sentence(one) for one in lines if one.holds][:3]
        moves.append(
            Move(Customer.key(), row["customer_id"], row["name"], row["was"], row["becomes"],
                 [] if hidden else words)
        )  # fmt: skip
    return moves


def _simulator(scheme: str) -> Simulator:
    return lambda params, on, by, progress=None: simulate(scheme, params, on, by)  # noqa: ARG005


simulators.update({name: _simulator(name) for name in schemes()})
