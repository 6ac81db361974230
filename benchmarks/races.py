"""Races of the public pool: fifty claims of one customer, and a capacity under parallel claims.

``python -m benchmarks.races --rounds 100`` runs against a PostgreSQL of its own and prints what
happened; it leaves with 1 where one round had not exactly one winner, or a capacity was exceeded.
"""

import argparse
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PARALLEL, CAPACITY = 50, 10


def main() -> int:
    """Run the rounds; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    options = parser.parse_args()
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from tests.database import TestDatabases, point_to

    databases = TestDatabases(Path(os.environ["ZHIKE_TEST_HOME"]))
    try:
        point_to(databases.clone("races"))
        return _rounds(options.rounds)
    finally:
        databases.close()


def at_once(work: Callable[[int], Any], count: int) -> list[Any]:
    """Run ``work(n)`` in so many threads at once; a refusal is a result, too."""
    from django.db import connections

    from zhike.kernel.errors import Refusal

    ready, results = threading.Barrier(count), []

    def run(number: int) -> None:
        try:
            ready.wait(timeout=60)
            results.append(work(number))
        except Refusal as refused:
            results.append(refused)
        except Exception as fault:
            results.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def _rounds(rounds: int) -> int:
    from tests.factories import make_user
    from tests.pool.people import place, pooled, published, seller
    from zhike.customers.models import Customer
    from zhike.pool.actions import claim

    limits = {"capacity": None, "daily_claims": None, "previous_owner_days": 0}
    published("pool.claiming", {**limits, "capacity_by_role": {}})
    _pool, unit = place()
    people = [seller(f"s{n}", unit) for n in range(PARALLEL)]
    holder = make_user("holder", unit=unit)
    won, began = 0, time.perf_counter()
    for _round in range(rounds):
        customer, entry = pooled(unit, owner=holder)
        results = at_once(lambda n, pk=entry.pk: claim([pk], by=people[n]), PARALLEL)
        kinds = Counter(type(one).__name__ for one in results)
        owned = Customer.unscoped.get(pk=customer.pk).owner_id is not None
        won += owned and kinds == {"Outcome": 1, "Conflict": PARALLEL - 1}
    spent = time.perf_counter() - began
    print(f"one winner of {PARALLEL}: {won} of {rounds} rounds, {spent / rounds:.2f} s a round")

    published("pool.claiming", {**limits, "capacity": CAPACITY, "capacity_by_role": {}})
    kept, tries = 0, max(1, rounds // 10)
    for number in range(tries):
        ann = seller(f"full{number}", unit)
        entries = [pooled(unit, owner=holder)[1].pk for _n in range(PARALLEL)]
        at_once(lambda n, pks=entries, by=ann: claim([pks[n]], by=by), PARALLEL)
        kept += Customer.unscoped.filter(owner_id=ann.user_id).count() == CAPACITY
    print(f"capacity {CAPACITY} under {PARALLEL} parallel claims: kept in {kept} of {tries} rounds")
    return 0 if (won, kept) == (rounds, tries) else 1


if __name__ == "__main__":
    sys.exit(main())
