"""Look-alikes that are found when the same file is in (real processes and commits)."""

import json
import subprocess
import sys

import psycopg
import pytest

PROGRAM = """
import json, sys, django
django.setup()
from pathlib import Path
from django.utils import translation
from zhike.duplicates.actions import index_waiting
from zhike.exchange import commands
from zhike.exchange.engine import match
from zhike.kernel.actor import SYSTEM
by = SYSTEM(reason="test")
first, second = map(Path, sys.argv[1:])
commands.import_file("customers.customer", first, by=by)
index_waiting()
find = match.find_sounding_alike
def late(*args):  # the rows of the file are in the database, and have their keys
    index_waiting()
    find(*args)
match.find_sounding_alike = late
with translation.override("en"):
    found = commands.import_file("customers.customer", second, by=by)
print(json.dumps([found["problems"], found["counts"]]))
"""


@pytest.mark.requirement("DAT-023", "DAT-024")
def test_rows_are_not_taken_for_look_alikes_of_themselves(place, sheet):
    url, environment = place
    headers = ["客户编号", "客户名称"]
    old = [[f"A{n}", f"宁波{chr(0x5000 + n)}{chr(0x6000 + n)}化工有限公司"] for n in range(6)]
    new = [[f"B{n}", f"成都{chr(0x7000 + n)}{chr(0x8000 + n)}食品厂"] for n in range(6)]
    new[1][1] = old[1][1]
    new[4][1] = old[4][1].replace("化工", "华工")
    files = [str(sheet(name, headers, lines)) for name, lines in (("a.csv", old), ("b.csv", new))]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *files], env=environment, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    problems, counts = json.loads(done.stdout.splitlines()[-1])
    assert [(p["row"], p["level"]) for p in problems] == [(3, "warning"), (6, "warning")]
    assert old[1][1] in problems[0]["message"]
    assert "相似" not in problems[0]["message"]  # the language of the person, in the thread too
    assert counts["create"] == 6
    assert counts["warned"] == 2
    with psycopg.connect(url) as connection:
        noted = connection.execute(
            "SELECT row_number, fate FROM exchange_importrow r JOIN exchange_importbatch b"
            " ON b.id = batch_id WHERE file_name = 'b.csv' AND object_id IS NULL ORDER BY 1"
        ).fetchall()
        assert noted == [(n, "warned" if n in {3, 6} else "good") for n in range(2, 8)]
        batch = "SELECT status, created, warned FROM exchange_importbatch WHERE file_name = 'b.csv'"
        assert connection.execute(batch).fetchone() == ("done", 6, 2)
