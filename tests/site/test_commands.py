"""The commands of the terminal as people run them: own processes, a real database, real files."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import psycopg
import pytest

from tests.database import TestDatabases

PEOPLE = """
from zhike.identity.actions.people import create_user
from zhike.identity.actions.roles import assign_role
from zhike.identity.models import Role, User
from zhike.kernel.actor import SYSTEM
by = SYSTEM(reason="test")
for name, code in (("writer", "crm_supervisor"), ("approver", "crm_owner")):
    user = create_user(User, {"username": name, "display_name": name}, by=by)
    assign_role(user, Role.unscoped.get(code=code), by=by)
"""
PARAMS = """
import json
from zhike.kernel.policy_store import in_force
print(json.dumps(in_force("customers.grade")[1].model_dump(mode="json")))
"""
Zhike = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def place(test_databases: TestDatabases, tmp_path_factory) -> Iterator[tuple[str, Path]]:
    """Address of a migrated database and the data directory beside it."""
    yield test_databases.clone("commands"), tmp_path_factory.mktemp("commands")
    test_databases.drop("commands")


@pytest.fixture(scope="module")
def zhike(place: tuple[str, Path]) -> Zhike:
    """Run ``zhike ARGUMENTS``; fails on another exit code than the one expected."""
    url, home = place
    env = {
        **os.environ,
        "DATABASE_URL": url,
        "ZHIKE_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "zhike.site.settings",
        "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
    }

    def call(*arguments: object, code: int = 0) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "zhike.site.cli", *map(str, arguments)]
        done = subprocess.run(command, env=env, capture_output=True, text=True, cwd=home)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    return call


@pytest.fixture(scope="module")
def people(zhike: Zhike) -> tuple[str, str]:
    """An author and an approver of rules."""
    zhike("shell", "-c", PEOPLE)
    return "writer", "approver"


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.requirement("INT-017")
def test_a_file_is_checked_imported_updated_and_exported(place, zhike, tmp_path):
    url, _home = place
    stored = "SELECT code, phone FROM customers_customer ORDER BY code"
    path, out = tmp_path / "c.csv", tmp_path / "c.xlsx"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [["客户编号", "名头", "电话"], ["T1", "甲方化工有限公司", "13800000001"],
             ["T2", "乙方化工有限公司", "138"]]
        )  # fmt: skip
    fields = tmp_path / "fields.yaml"
    fields.write_text("客户编号: code\n名头: name\n电话: phone\n", encoding="utf-8")
    command = ("import", "customers.customer", path, "--mapping", fields)

    refused = zhike("import", "customers.customer", path, code=1).stderr
    assert "客户名称" in refused
    assert "Traceback" not in refused
    checked = json.loads(zhike(*command, "--dry-run", "--json", code=1).stdout)
    assert (checked["dry_run"], checked["counts"]["create"], checked["counts"]["error"]) == (
        True,
        1,
        1,
    )
    assert [(p["row"], p["column"]) for p in checked["problems"]] == [(3, "电话")]
    assert rows(url, stored) == []

    text = zhike(*command, code=1).stdout
    assert "新增 new 1" in text
    assert "错误 errors 1" in text
    assert rows(url, stored) == [("T1", "13800000001")]
    path.write_text(path.read_text("utf-8").replace(",138\n", ",13800000002\n"), "utf-8")
    path.write_text(path.read_text("utf-8").replace("13800000001", "13800000009"), "utf-8")
    zhike(*command, "--match", "code")
    assert rows(url, stored) == [("T1", "13800000009"), ("T2", "13800000002")]

    query = "columns=code,name&sort=code"
    assert "2 行" in zhike("export", "customers.customer", "--query", query, "--out", out).stdout
    sheet = openpyxl.load_workbook(out).active
    assert [row[:2] for row in sheet.iter_rows(min_row=2, values_only=True)] == [
        ("T1", "甲方化工有限公司"),
        ("T2", "乙方化工有限公司"),
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", "customers.nothing", "none.csv"),
        ("import", "customers.customer", "none.csv"),
        ("import", "customers.customer", "none.csv", "--user", "nobody"),
        ("export", "customers.customer", "--out", "list.pdf"),
        ("export", "customers.customer", "--user", "nobody"),
        ("token", "nobody"),
        ("token", "writer", "--days", "0"),
        ("policy", "simulate", "customers.nothing"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(zhike, people, arguments):
    done = zhike(*arguments, code=1)
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_no_connection_is_being_made_behind_the_end_of_a_command(zhike):
    """The pool's threads are gone before the interpreter is torn down under them."""
    told = zhike(
        "shell",
        "-c",
        "import atexit, threading\n"
        "from zhike.identity.models import User\n"
        "names = lambda: [thread.name for thread in threading.enumerate()]\n"
        "print(User.unscoped.count() >= 0, any('pool' in name for name in names()))\n"
        "atexit.register(lambda: print(names()))\n",
    ).stdout
    assert told.split("\n")[:2] == ["True True", "['MainThread']"]


def test_one_connection_does_for_who_asks_one_thing_after_another(zhike):
    told = zhike(
        "shell",
        "-c",
        "from django.db import connection\n"
        "from zhike.identity.models import User\n"
        "from zhike.site.database import connect\n"
        "connect()\n"
        "for _ in range(3): User.unscoped.count(); connection.close()\n"
        "print(connection.pool.get_stats()['pool_size'])\n",
    ).stdout
    assert told.strip() == "1"


def test_administrators_are_made_once_with_a_password_of_their_own(zhike):
    made = zhike("create-admin", "root", "--name", "管理员", "--role", "security").stdout
    password = made.rpartition(": ")[2].strip()
    assert len(password) >= 10
    check = (
        "from zhike.identity.models import User;"
        f"print(User.unscoped.get(username='root').check_password({password!r}))"
    )
    assert zhike("shell", "-c", check).stdout.strip() == "True"
    again = zhike("create-admin", "root", code=1)
    assert "root" in again.stderr or "已" in again.stderr


def test_a_token_is_printed_alone_and_stored_as_digest(place, zhike, people):
    url, _home = place
    text = zhike("token", people[0], "--name", "脚本", "--days", "30").stdout
    token = text.strip()
    assert text == f"{token}\n"
    assert len(token) >= 32
    (found,) = rows(url, "SELECT row_to_json(t)::text FROM trust_apitoken t")
    assert "脚本" in str(found[0])
    assert token not in str(found[0])


def test_rules_are_listed_simulated_and_published_by_two_people(zhike, people, tmp_path):
    author, approver = people
    line = next(
        text for text in zhike("policy", "list").stdout.splitlines() if "customers.grade " in text
    )
    params = json.loads(zhike("shell", "-c", PARAMS).stdout)
    path = tmp_path / "params.json"
    path.write_text(json.dumps(params), encoding="utf-8")
    simulated = zhike("policy", "simulate", "customers.grade", "--params", path).stdout
    assert "不变 unchanged" in simulated
    publish = ("policy", "publish", "customers.grade", "--params", path, "--effective",
               "2999-01-01", "--reason", "测试", "--user", author)  # fmt: skip
    alone = zhike(*publish, "--approver", author, code=1)
    assert "两" in alone.stderr or "同一人" in alone.stderr
    done = zhike(*publish, "--approver", approver).stdout
    assert "已提交" in done
    assert "2999-01-01 起生效" in done
    after = zhike("policy", "list").stdout
    assert line in after  # in force only from its day on
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    refused = zhike("policy", "simulate", "customers.grade", "--params", broken, code=1)
    assert "broken.json" in refused.stderr
