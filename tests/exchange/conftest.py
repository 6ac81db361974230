"""People with rights, small files, and the worker's steps run in the test's own process."""

import csv
import os
from pathlib import Path

import pytest
import xlsxwriter

from zhike.kernel.actor import EVERYTHING, SYSTEM, Actor, Breadth

VERBS = ("view", "create", "change", "archive", "export", "import", "assign")
KEYS = (
    "customers.customer",
    "customers.person",
    "sales.order",
    "sales.payment",
    "interactions.interaction",
)


@pytest.fixture
def system() -> Actor:
    return SYSTEM(reason="test")


@pytest.fixture
def make_user(db):
    """Create a person directly: the tests are about files, not about identity."""
    from django.utils import timezone

    from zhike.identity.models import User

    def make(username: str, name: str) -> User:
        now = timezone.now()
        return User.unscoped.create(
            username=username, display_name=name, created_at=now, updated_at=now
        )

    return make


@pytest.fixture
def make_actor(make_user):
    """An actor with the verbs on all tested resources; ``own`` = only own records."""

    def make(username="wang", name="王小明", *, without=(), own=(), rules=None) -> Actor:
        user = make_user(username, name)
        grants = {
            (key, verb): Breadth(own=True) if verb in own else EVERYTHING
            for key in KEYS
            for verb in VERBS
            if verb not in without
        }
        grants[("identity.user", "view")] = EVERYTHING
        grants[("identity.orgunit", "view")] = EVERYTHING
        return Actor(user_id=user.pk, name=name, grants=grants, field_rules=rules or {})

    return make


@pytest.fixture
def sheet(tmp_path):
    """Write rows to a file: ``sheet("a.xlsx", ["客户名称"], [["…"]])``."""

    def write(
        name: str, headers: list[str], rows: list[list[object]], encoding="utf-8-sig"
    ) -> Path:
        path = tmp_path / name
        if path.suffix == ".csv":
            with path.open("w", encoding=encoding, newline="") as stream:
                csv.writer(stream).writerows([headers, *rows])
            return path
        with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
            page = book.add_worksheet("数据")
            for at, line in enumerate([headers, *rows]):
                page.write_row(at, 0, line)
        return path

    return write


@pytest.fixture
def load(db, settings, tmp_path):
    """Check and import a file in one call; the answer of the command line."""
    from zhike.exchange import commands

    settings.MEDIA_ROOT = tmp_path / "media"

    def run(path: Path, by: Actor, key: str = "customers.customer", **options):
        return commands.import_file(key, path, by=by, **options)

    return run


@pytest.fixture
def place(test_databases, tmp_path):
    """A database of its own and the environment of its worker processes."""
    url = test_databases.clone("worker")
    yield (
        url,
        {
            **os.environ,
            "DATABASE_URL": url,
            "ZHIKE_HOME": str(tmp_path / "home"),
            "DJANGO_SETTINGS_MODULE": "zhike.site.settings",
            "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
        },
    )
    test_databases.drop("worker")
