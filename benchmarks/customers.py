"""The budgets of the second slice: duplicates, classes, the pool and merges at the same million."""

import datetime as dt
import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from benchmarks import limits
from benchmarks.measure import Browser, measure
from zhike.duplicates.actions import merge_records, reindex, undo_merge
from zhike.duplicates.models import Key
from zhike.duplicates.queries import candidates
from zhike.kernel.actions import recorded, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.models import PolicyVersion
from zhike.pool.actions import recycle
from zhike.pool.models import Pool
from zhike.segments.jobs import nightly
from zhike.segments.queries.counting import found

BY = SYSTEM(reason="benchmark")
JIANGSU = {"field": "region", "op": "under", "values": ["江苏"]}
ORDERS = {"field": "orders.sum", "op": "gte", "values": ["10000"], "days": 90}
FIELDS = {"field": "annual_spend", "op": "gte", "values": ["10000"]}
LOW = {"field": "grade", "op": "not", "values": ["vip", "gold"]}
HIGH = {"field": "grade", "op": "in", "values": ["vip", "gold", "silver"]}
QUESTIONS = {
    "three fields, most customers": [LOW, FIELDS, JIANGSU],
    "orders of 90 days, most customers": [LOW, ORDERS, JIANGSU],
    "orders of 90 days, few customers": [HIGH, ORDERS, JIANGSU],
}


def customers(manager: Actor, supervisor: Browser) -> list[str]:
    """Measure every budget and return the lines of the report."""
    return [
        "## Duplicates, classes, pool\n",
        "| what | budget | found | met |\n| --- | --- | --- | --- |",
        _line("live duplicate check, p95 of 180 questions", limits.LIVE_MS, *_live()),
        *(
            _line(f"segment count: {name}, {who}", limits.COUNT_MS, *_count(items, reader))
            for name, items in QUESTIONS.items()
            for who, reader in (("a manager's", manager), ("everybody's", BY))
        ),
        _line("all schemes, a steady night", limits.NIGHT_MS, *_schemes()),
        _line("recycling by the pool's rule", limits.NIGHT_MS, *_recycling()),
        _line("lifecycle page, p50", limits.LIFECYCLE_MS, *_lifecycle(supervisor)),
        *_merging(),
        "",
    ]


def _line(what: str, budget: float, took: float, remark: str = "") -> str:
    verdict = "yes" if took <= budget else "**no**"
    said = f" ({remark})" if remark else ""
    line = f"| {what} | {budget:,g} ms | {took:,.0f} ms{said} | {verdict} |"
    print(line, file=sys.stderr)
    return line


def _timed(work: Callable[..., Any], *args: Any, **named: Any) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work(*args, **named)
    return (time.perf_counter() - began) * 1e3, result


def _live(turns: int = 200) -> tuple[float, str]:
    """Ask for look-alikes of names with a character missing, every other time with the telephone."""
    if not Key.objects.filter(kind="c").exists():
        print("writing the keys of all customers, ten minutes", file=sys.stderr)
        reindex("customer")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM duplicates_waiting; ANALYZE duplicates_key")
    dice = random.Random(1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM customers_customer")
        (highest,) = cursor.fetchone() or (1,)
        ids = [dice.randrange(1, highest) for _turn in range(turns)]
        cursor.execute("SELECT name, phone FROM customers_customer WHERE id = ANY(%s)", [ids])
        rows = cursor.fetchall()
    times = []
    for number, (name, phone) in enumerate(rows):
        at = dice.randrange(2, max(len(name) - 4, 3))
        typed = {"name": name[:at] + name[at + 1 :]} | ({"phone": phone} if number % 2 else {})
        times.append(_timed(candidates, "customer", typed, by=BY, least=0.5, limit=5)[0])
    times = sorted(times[20:])
    return times[int(len(times) * 0.95)], f"median {statistics.median(times):.0f}"


def _count(items: list[dict[str, Any]], by: Actor) -> tuple[float, str]:
    runs = [_timed(found, {"op": "and", "items": items}, by) for _turn in range(5)]
    answer = runs[-1][1]
    said = f"{answer.total:,}" if answer.total is not None else "too few in the sample"
    return statistics.median(took for took, _answer in runs), (
        "about " if answer.near else ""
    ) + said


def _schemes() -> tuple[float, str]:
    first, _none = _timed(nightly, timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) segments_classmembership")
    return _timed(nightly, timestamp=0)[0], f"the run before took {first / 1e3:.0f} s"


def _recycling() -> tuple[float, str]:
    """Run the rule that bronze customers go back after 30 days without contact; taken back again."""
    with transaction.atomic():
        today = timezone.localdate()
        params = {"rules": [{"grades": ["bronze"], "follow_up_days": 30}], "protect_days": 0}
        with recorded(BY, "benchmark"):
            store(Pool(code="BENCH", name="BENCH", is_default=True), by=BY)
            version = PolicyVersion(
                policy_id="pool.recycling", number=1_000, status="approved", params=params,
                effective_on=today - dt.timedelta(days=900),
            )  # fmt: skip
            store(version, by=BY)
        took, run = _timed(recycle, today, by=BY)
        transaction.set_rollback(True)
    return took, f"{run.recycled:,} went back, {run.warned:,} warned"


def _lifecycle(supervisor: Browser) -> tuple[float, str]:
    figures = measure("lifecycle", lambda _n: supervisor.ask("/segments/lifecycle/"), rounds=20)
    assert figures.status == 200
    return figures.p50, f"{figures.queries} SQL"


def _merging(children: int = 5_000) -> list[str]:
    """Merge two customers and undo it, three times over; a first one warms the process up."""
    merges, undos = [], []
    for size in (10, children, children, children):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM customers_customer WHERE archived_at IS NULL ORDER BY id LIMIT 2"
            )
            (one,), (other,) = cursor.fetchall()
            cursor.execute(
                "UPDATE sales_order SET customer_id = %s"
                " WHERE id IN (SELECT id FROM sales_order ORDER BY id LIMIT %s)",
                [other, size],
            )
            took, merge = _timed(merge_records, "customer", one, other, by=BY)
            merges.append(took)
            undos.append(_timed(undo_merge, merge, by=BY)[0])
            moved = merge.children
            transaction.set_rollback(True)
    names = (f"merge of {moved:,} children", merges), (f"undo of it, {moved:,} children", undos)
    return [_line(name, limits.MERGE_MS, statistics.median(t[1:])) for name, t in names]
