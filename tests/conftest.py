"""Fixtures of all tests: one real PostgreSQL, a clock that stands still, the running product."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from tests.database import TestDatabases, point_to
from tests.product import Product, running_product

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

    name = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with django_db_blocker.unblock():
        point_to(test_databases.clone(name))
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        test_databases.drop(name)


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


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time stands still at noon in Shanghai on Wednesday 2026-03-04; ``clock.move_to(...)``."""
    with time_machine.travel(NOON, tick=False) as stopped:
        yield stopped


@pytest.fixture(scope="session")
def product(test_databases: TestDatabases, worker_name: str) -> Iterator[Product]:
    """The running product with an empty, migrated database; ``product.url``."""
    name = f"product_{worker_name}"
    with running_product(test_databases.clone(name)) as running:
        yield running
    test_databases.drop(name)


@pytest.fixture(scope="session")
def demo_product(test_databases: TestDatabases, worker_name: str) -> Iterator[Product]:
    """The running product with the demo company in it."""
    name = f"demo_{worker_name}"
    with running_product(test_databases.clone(name), demo=True) as running:
        yield running
    test_databases.drop(name)


@pytest.fixture(scope="session")
def worker_name() -> str:
    """Name of this test process, unique under ``pytest -n``."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep all tests of the demo company in one process: building it takes minutes."""
    for item in items:
        if "demo_product" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("demo"))


def pytest_unconfigure() -> None:
    """Delete the run's data directory once its owner is done."""
    if os.environ.get("ZHIKE_TEST_OWNER") == str(os.getpid()):
        shutil.rmtree(os.environ["ZHIKE_TEST_HOME"], ignore_errors=True)
