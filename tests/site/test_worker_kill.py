"""A worker killed in the middle of a job: another one finishes it, once in effect."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.database import TestDatabases

LIMIT = 60.0
# The job marks each attempt, then works, then takes effect; a unique key makes it idempotent.
WORKER = """
import os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "zhike.site.settings"
import django
django.setup()
from django.db import connection
from procrastinate.contrib.django import app

@app.task(name="tests.slow", retry=3)
def slow(work):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO attempt (pid) VALUES (%s)", [os.getpid()])
        time.sleep(work if sys.argv[1] == "slow" else 0)
        cursor.execute("INSERT INTO effect (id) VALUES (1) ON CONFLICT DO NOTHING")

if sys.argv[1] == "defer":
    slow.defer(work=600)
else:
    import argparse
    from zhike.site.commands import worker
    worker.run(argparse.Namespace(concurrency=1, once=False))
"""


@pytest.fixture
def url(test_databases: TestDatabases):
    address = test_databases.clone("worker_kill")
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE attempt (pid int)")
        connection.execute("CREATE TABLE effect (id int PRIMARY KEY)")
    yield address
    test_databases.drop("worker_kill")


@pytest.fixture
def start(url: str, tmp_path: Path):
    running = []

    def start(mode: str) -> subprocess.Popen[bytes]:
        variables = {**os.environ, "DATABASE_URL": url, "ZHIKE_HOME": str(tmp_path)}
        variables["PYTHONPATH"] = str(Path(__file__).parents[2] / "src")
        process = subprocess.Popen([sys.executable, "-c", WORKER, mode], env=variables)
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.wait()


def attempts(url: str) -> list[int]:
    with psycopg.connect(url) as connection:
        return [pid for (pid,) in connection.execute("SELECT pid FROM attempt")]


def wait_until(condition, limit: float) -> None:
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.2)


def test_another_worker_finishes_it_within_a_minute_and_once(url, start):
    assert start("defer").wait() == 0
    victim = start("slow")
    wait_until(lambda: attempts(url) == [victim.pid], limit=30)
    heir = start("quick")
    victim.send_signal(signal.SIGKILL)
    victim.wait()

    def done() -> bool:
        with psycopg.connect(url) as connection:
            query = "SELECT status FROM procrastinate_jobs WHERE task_name = 'tests.slow'"
            return connection.execute(query).fetchall() == [("succeeded",)]

    wait_until(done, limit=LIMIT)
    assert attempts(url) == [victim.pid, heir.pid]
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM effect").fetchone() == (1,)
