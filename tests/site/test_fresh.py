"""An empty database made at once is the one that all migrations in turn would have made."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.database import TestDatabases
from tests.schema import Schema, differences, schema_of

SOURCE = Path(__file__).parents[2] / "src"


@pytest.fixture(scope="module")
def made(test_databases: TestDatabases, tmp_path_factory) -> Iterator[tuple[str, str]]:
    """Addresses of two databases: made at once, and by a replay of the migrations (minutes)."""
    home = tmp_path_factory.mktemp("fresh")
    urls = test_databases.empty("fresh"), test_databases.empty("replayed")
    programs = ("zhike.site.cli", "migrate"), ("django", "migrate", "--verbosity", "0")
    for url, program in zip(urls, programs, strict=True):
        done = subprocess.run(
            [sys.executable, "-m", *program], env=environment(url, home),
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-4_000:]
    yield urls
    for name in ("fresh", "replayed"):
        test_databases.drop(name)


def environment(url: str, home: Path) -> dict[str, str]:
    """Variables of a process that works on the database at an address."""
    return {
        **os.environ,
        "DATABASE_URL": url,
        "ZHIKE_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "zhike.site.settings",
        "PYTHONPATH": str(SOURCE),
    }


def test_made_at_once_it_equals_the_replay_of_all_migrations(made):
    fresh, replayed = map(schema_of, made)

    assert differences(replayed, fresh) == []
    assert len(fresh["triggers"]) > 300  # it did look
    assert len(fresh["columns"]) > 4_000
    assert len(fresh["functions"]) > 300


def test_the_comparison_sees_every_difference_but_order_and_generated_names(test_databases):
    url, table = test_databases.clone("compared"), "customers_customer"
    before: Schema = schema_of(url)
    with psycopg.connect(url) as connection:
        (name,) = connection.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass",
            [table],
        ).fetchall()[0]
        connection.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {name} TO c_0123abcd_fk_x_id")
    assert differences(before, schema_of(url)) == []

    with psycopg.connect(url) as connection:
        connection.execute(f"ALTER TABLE {table} ALTER COLUMN version SET DEFAULT 7")
        connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT small CHECK (version < 9)")
        connection.execute(f"CREATE INDEX beside ON {table} (version) WHERE version > 2")
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        connection.execute("CREATE FUNCTION one() RETURNS int LANGUAGE sql RETURN 1")
    found = differences(before, schema_of(url))
    test_databases.drop("compared")
    assert {line.partition(" ")[0] for line in found} == {
        "columns", "constraints", "indexes", "triggers", "functions",
    }  # fmt: skip
    assert f"constraints + {table}.small: CHECK ((version < 9)) f f t" in found
