"""Fixtures of all tests: one real PostgreSQL, a clock that stands still, the running product."""

import os
import shutil
import time
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

import pytest
import time_machine

from tests.database import TestDatabases, point_to
from tests.product import Product, running_product

EMPTYING = "emptying:"
NOON = "2026-03-04T12:00:00+08:00"  # a Wednesday


@pytest.fixture(scope="session")
def test_databases(django_db_blocker) -> Iterator[TestDatabases]:
    """The test run's PostgreSQL server: ``clone(name)`` and ``empty(name)`` give addresses."""
    home = Path(os.environ["ZHIKE_TEST_HOME"])
    with django_db_blocker.unblock():
        databases = TestDatabases(home)
        try:
            databases.template()
            yield databases
        finally:
            databases.close()


@pytest.fixture(scope="session")
def django_db_setup(test_databases: TestDatabases, django_db_blocker) -> Iterator[None]:
    """Give this process its own copy of the migrated database."""
    from django.db import connections

    with django_db_blocker.unblock():
        point_to(test_databases.clone("tests"))
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        test_databases.drop("tests")


@pytest.fixture(autouse=True)
def _sessions_begin_when_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    """``client.force_login`` begins a session as the sign-in page does, with its two clocks."""
    from django.test import Client

    plain = Client.force_login

    def force_login(client: Client, user: object, backend: str | None = None) -> None:
        plain(client, user, backend)
        session = client.session
        session["began"] = session["seen"] = time.time()
        session["duty"] = ""
        session.save()

    monkeypatch.setattr(Client, "force_login", force_login)


@pytest.fixture(autouse=True)
def _every_test_begins_in_chinese() -> Iterator[None]:
    """A request in English leaves its language to the thread, and with it to the next test."""
    from django.utils import translation

    with translation.override("zh-hans"):
        yield


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time stands still at noon in Shanghai on Wednesday 2026-03-04; ``clock.move_to(...)``."""
    with time_machine.travel(NOON, tick=False) as stopped:
        yield stopped


@pytest.fixture(scope="session")
def product(test_databases: TestDatabases) -> Iterator[Product]:
    """The running product with an empty, migrated database; ``product.url``."""
    with running_product(test_databases.clone("product")) as running:
        yield running
    test_databases.drop("product")


@pytest.fixture(scope="session")
def demo_product(test_databases: TestDatabases) -> Iterator[Product]:
    """The running product with the demo company in it."""
    with running_product(test_databases.clone("demo"), demo=True) as running:
        yield running
    test_databases.drop("demo")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Share the tests out, where several processes run them, by group: most modules are one.

    What needs the demo company is a group: building it takes minutes. It begins first with the
    other long one, or a process would be busy with them long after all others are done. Tests that
    empty the database come last, for those after them would miss the rows it begins with; each is
    a group, the two of the API's contract, minutes long, first.
    """
    groups = [_group(item) for item in items]
    for item, group in zip(items, groups, strict=True):
        item.add_marker(pytest.mark.xdist_group(group))
    if hasattr(config, "workerinput"):  # one of several processes
        turns = [_turn(group) for group in groups]
        items[:] = [
            item for _turn, item in sorted(zip(turns, items, strict=True), key=itemgetter(0))
        ]


def _group(item: pytest.Item) -> str:
    if "demo_product" in getattr(item, "fixturenames", ()):
        return "demo"
    module = item.nodeid.partition(".py")[0].replace("/", ".")
    mark = item.get_closest_marker("django_db")
    return EMPTYING + item.nodeid if mark and mark.kwargs.get("transaction") else module


def _turn(group: str) -> int:
    """Return the place in the order of groups, from 0."""
    begins = ("demo", "tests.site.test_fresh", "", f"{EMPTYING}tests/api/test_contract", EMPTYING)
    return next((n for n, name in enumerate(begins) if name and group.startswith(name)), 2)


def pytest_unconfigure() -> None:
    """Delete the run's data directory once its owner is done."""
    if os.environ.get("ZHIKE_TEST_OWNER") == str(os.getpid()):
        shutil.rmtree(os.environ["ZHIKE_TEST_HOME"], ignore_errors=True)
