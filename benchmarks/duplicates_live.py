"""The live check at a million customers, and merging 5,000 children: ``python -m benchmarks.duplicates_live``.

``DATABASE_URL`` names a migrated database with customers; the keys are written when absent. The merge is
rolled back.
"""

import os
import random
import statistics
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhike.site.settings")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from zhike.duplicates.actions import merge_records, reindex, undo_merge  # noqa: E402
from zhike.duplicates.models import Key  # noqa: E402
from zhike.duplicates.queries import candidates  # noqa: E402
from zhike.kernel.actor import SYSTEM  # noqa: E402

BY = SYSTEM(reason="benchmark")


def live(turns: int = 200) -> None:
    if not Key.objects.filter(kind="c").exists():
        began = time.perf_counter()
        total = reindex("customer")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM duplicates_waiting; ANALYZE duplicates_key")
        print(f"keys of {total:,} customers in {time.perf_counter() - began:.0f} s")
    dice = random.Random(1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM customers_customer")
        highest = cursor.fetchone()[0]
        ids = [dice.randrange(1, highest) for _turn in range(turns)]
        cursor.execute("SELECT name, phone FROM customers_customer WHERE id = ANY(%s)", [ids])
        rows = cursor.fetchall()
    times, processor = [], time.process_time()
    for number, (name, phone) in enumerate(rows):
        at = dice.randrange(2, max(len(name) - 4, 3))
        typed = {"name": name[:at] + name[at + 1 :]}
        if number % 2:
            typed["phone"] = phone
        began = time.perf_counter()
        candidates("customer", typed, by=BY, least=0.5, limit=5)
        times.append((time.perf_counter() - began) * 1000)
    times = sorted(times[20:])
    print(
        f"live check: median {statistics.median(times):.1f} ms, p95 {times[int(len(times) * 0.95)]:.1f} ms,"
        f" {len(times)} questions, {(time.process_time() - processor) * 1000 / len(rows):.1f} ms of own processor time each"
    )


def merging(children: int = 5_000) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM customers_customer WHERE archived_at IS NULL ORDER BY id LIMIT 2"
            )
            (one,), (other,) = cursor.fetchall()
            cursor.execute(
                "UPDATE sales_order SET customer_id = %s WHERE id IN (SELECT id FROM sales_order ORDER BY id LIMIT %s)",
                [other, children],
            )
        began = time.perf_counter()
        merge = merge_records("customer", one, other, by=BY)
        done = time.perf_counter()
        undo_merge(merge, by=BY)
        print(
            f"merge of {merge.children:,} children {done - began:.2f} s, undo {time.perf_counter() - done:.2f} s"
        )
        transaction.set_rollback(True)


if __name__ == "__main__":
    wanted = sys.argv[1:] or ["live", "merge"]
    if "live" in wanted:
        live()
    if "merge" in wanted:
        merging()
