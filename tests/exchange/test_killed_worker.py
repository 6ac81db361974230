"""A worker killed in the middle of an import: another goes on, every row once (real processes)."""

import signal
import subprocess
import sys
import time

import psycopg
import pytest

BEGIN = """
import sys, time, django
django.setup()
from pathlib import Path
from zhike.exchange import commands
from zhike.exchange.engine import run, write
from zhike.kernel.actor import SYSTEM
plain = write.chunks
write.chunks = lambda plan: plain(plan, 50)
written = write.write
def slow(*args, **options):
    found = written(*args, **options)
    print("chunk", flush=True)
    time.sleep(0.3)
    return found
write.write = slow
commands.import_file("customers.customer", Path(sys.argv[1]), by=SYSTEM(reason="test"))
"""
AGAIN = """
import django
django.setup()
from zhike.exchange import jobs
from zhike.exchange.models import ImportBatch
batch = ImportBatch.unscoped.get()
assert batch.status == "importing", batch.status
assert 0 < batch.created < 1000, batch.created
jobs._import(batch.pk)
jobs._import(batch.pk)
batch.refresh_from_db()
print(batch.status, batch.created)
"""
UNDO = """
import django
django.setup()
from zhike.exchange import actions, jobs
from zhike.exchange.engine import undo
from zhike.exchange.models import ImportBatch
from zhike.kernel.actor import SYSTEM
undo.CHUNK = 100
batch = ImportBatch.unscoped.get()
actions.undo_import(batch.pk, by=SYSTEM(reason="test"))
jobs._undo(batch.pk)
batch.refresh_from_db()
print(batch.status, batch.processed, batch.options["undone"]["removed"])
"""


@pytest.mark.requirement("INT-017")
def test_each_row_is_written_once(place, sheet):
    url, environment = place
    lines = [[f"K{n:05d}", f"第{n}号化工有限公司", f"138{n:08d}"] for n in range(1000)]
    path = sheet("k.csv", ["客户编号", "客户名称", "电话"], lines)
    with subprocess.Popen(
        [sys.executable, "-c", BEGIN, str(path)], env=environment, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout
        for _chunk in range(3):
            assert first.stdout.readline() == "chunk\n"
        time.sleep(0.1)
        first.send_signal(signal.SIGKILL)
    again = subprocess.run(
        [sys.executable, "-c", AGAIN], env=environment, capture_output=True, text=True, check=True
    )
    assert again.stdout.split() == ["done", "1000"]
    with psycopg.connect(url) as connection:

        def one(sql):
            return connection.execute(sql).fetchone()

        assert one("SELECT count(*), count(DISTINCT code) FROM customers_customer") == (1000, 1000)
        assert one("SELECT count(*), count(DISTINCT object_id) FROM exchange_importrow"
                   " WHERE object_id IS NOT NULL") == (1000, 1000)  # fmt: skip
        assert one("SELECT count(*) FROM customers_customerevent") == (1000,)
        assert one("SELECT count(*) FROM pool_ownership") == (1000,)
        assert one("SELECT count(*) FROM exchange_importrow WHERE fate = 'error'") == (0,)
    undone = subprocess.run(
        [sys.executable, "-c", UNDO], env=environment, capture_output=True, text=True, check=True
    )
    assert undone.stdout.split() == ["undone", "1000", "1000"]
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM customers_customer").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM pool_ownership").fetchone() == (0,)
        labels = "SELECT pgh_label, count(*) FROM customers_customerevent GROUP BY 1 ORDER BY 1"
        assert connection.execute(labels).fetchall() == [("delete", 1000), ("insert", 1000)]
