"""One PostgreSQL for the whole test run: migrated once, cloned for every worker and product.

The embedded server by default; ``ZHIKE_TEST_DATABASE_URL`` (a role that may create databases) names
another one, so that the oldest supported PostgreSQL can be tested too.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from zhike.site import database, environment
from zhike.site.postgres import EmbeddedPostgres

ROOT = Path(__file__).parents[1]
DATABASE = "{database}"
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "128MB",
    "max_wal_size": "256MB",
    "autovacuum": "off",
}


class TestDatabases:
    """Makes and drops databases of the test run."""

    __test__ = False

    def __init__(self, home: Path) -> None:
        self.home = home
        self._external = os.environ.get("ZHIKE_TEST_DATABASE_URL", "")
        self._server = None if self._external else EmbeddedPostgres(home, settings=FAST)
        if self._server:
            self._server.start()

    def full(self, name: str) -> str:
        """Name on the server: neither runs on one external server nor their processes meet."""
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        return f"zhike_{os.environ['ZHIKE_TEST_OWNER']}_{worker}_{name}"

    def url(self, name: str) -> str:
        """Address of the database ``name`` for the application's role."""
        whole = self._external or self._server.url
        parts = urlsplit(whole)
        return parts._replace(path=f"/{name}").geturl() if parts.netloc else whole

    def template(self) -> str:
        """Name of the migrated template; migrates when this is the first process to ask."""
        name = f"zhike_{os.environ['ZHIKE_TEST_OWNER']}_template"
        with self._lock():
            marker = self.home / "template-migrated"
            if not marker.exists():
                self._drop(name)
                self._create(name)
                self._fill(self.url(name))
                marker.touch()
        return name

    def clone(self, name: str) -> str:
        """A fresh migrated database; returns its address."""
        full, template = self.full(name), self.template()
        self._drop(full)
        with self._lock():  # a template must not be in use while it is copied
            self._create(full, template)
        return self.url(full)

    def empty(self, name: str) -> str:
        """A fresh database without tables; returns its address."""
        full = self.full(name)
        self._drop(full)
        self._create(full)
        return self.url(full)

    def drop(self, name: str) -> None:
        """Drop what ``clone`` or ``empty`` made, whoever is connected to it."""
        self._drop(self.full(name))

    def _drop(self, full: str) -> None:
        self._execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(full))
        )

    def close(self) -> None:
        """Stop the server if nobody else uses it; the owner of the run deletes everything."""
        if self._server:
            self._server.stop()
            if os.environ["ZHIKE_TEST_OWNER"] == str(os.getpid()):
                self._server.destroy()

    def _fill(self, url: str) -> None:
        """Migrate, or load what the last run with the same models and migrations dumped."""
        dump = ROOT / ".pytest_cache" / f"migrated-{model_digest()}.dump"
        if self._external:
            migrate(url)
        elif dump.exists():
            point_to(url)
            call("pg_restore", "--no-owner", "--exit-on-error", "--dbname", DATABASE, dump)
        else:
            migrate(url)
            dump.parent.mkdir(exist_ok=True)
            for old in dump.parent.glob("migrated-*.dump"):
                old.unlink()
            draft = dump.with_suffix(f".{os.getpid()}")
            call("pg_dump", "--format=custom", "--no-owner", f"--file={draft}")
            draft.rename(dump)

    def _create(self, name: str, template: str = "template1") -> None:
        owner = environment.database_config(self.url("postgres"))["USER"]
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template)
        )
        if owner:
            statement += sql.SQL(" OWNER {}").format(sql.Identifier(owner))
        self._execute(statement)

    def _execute(self, statement: sql.Composable) -> None:
        address = self._external or self._server.superuser_url()
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        descriptor = os.open(self.home / "template.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def call(name: str, *arguments: object) -> None:
    """Run a PostgreSQL program against the current database."""
    variables = database.client_environment()
    words = [str(word).replace(DATABASE, variables["PGDATABASE"]) for word in arguments]
    subprocess.run([database.program(name), *words], env=variables, check=True)


def model_digest() -> str:
    """Digest of everything that decides what the migrated database looks like."""
    wanted = re.compile(
        r"/(migrations/|models|kernel/|site/(settings|fresh)).*\.py$|/policies.*\.py$|/data/[^/]+\.yaml$"
    )
    files = [path for path in (ROOT / "src/zhike").rglob("*.*") if wanted.search(path.as_posix())]
    files += [ROOT / "requirements" / "runtime.lock"]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def migrate(url: str) -> None:
    """Bring the database at ``url`` up to date, in this process."""
    from django.db import connection

    from zhike.site import fresh

    point_to(url)
    fresh.create()
    from zhike.trust.actions import ensure_defaults

    ensure_defaults()
    connection.close()


def point_to(url: str) -> None:
    """Make Django's default connection lead to ``url``, here and in child processes."""
    from django.db import connection

    connection.close()
    config = environment.database_config(url)
    options = {**connection.settings_dict["OPTIONS"], **config.pop("OPTIONS")}
    connection.settings_dict.update(config, OPTIONS=options)
    os.environ["DATABASE_URL"] = url
