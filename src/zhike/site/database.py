"""The database of a command: that of ``DATABASE_URL``, or the embedded one, joined or started."""

import contextlib
import os
import time
from collections.abc import Iterator
from typing import Any

from zhike.site import environment
from zhike.site.environment import Environment
from zhike.site.postgres import EmbeddedPostgres, PostgresError

PROGRAMS_VARIABLE = "ZHIKE_PG_BIN"
PATIENCE = 2.0  # seconds for a first connection


@contextlib.contextmanager
def opened(env: Environment) -> Iterator[EmbeddedPostgres | None]:
    """Make ``DATABASE_URL`` of this process point to a living database.

    Yields:
        The embedded server this process now shares, or None when ``DATABASE_URL`` was given.
    """
    if env.database_url:
        yield None
        return
    server = EmbeddedPostgres(env.home)
    os.environ["DATABASE_URL"] = server.start()
    try:
        yield server
    finally:
        os.environ.pop("DATABASE_URL", None)
        server.stop()


def connect() -> None:
    """Let the pool of this process make its first connection before anybody asks for one.

    Asked while it has none, a pool makes two. They take turns from then on, and each finds the
    caches of its server cold, which costs a tenth of every request. Where the database does not
    answer, the first who asks is told.
    """
    from django.db import connection

    pooled: Any = connection
    if not pooled.pool:
        return
    pooled.pool.open()  # and not wait(), which closes the pool for good when the time is up
    deadline = time.monotonic() + PATIENCE
    while not pooled.pool.get_stats()["pool_available"] and time.monotonic() < deadline:
        time.sleep(0.005)


def disconnect() -> None:
    """Close the connections of this thread and the pool of this process.

    A pool that is left open may be connecting in the background while the interpreter ends and
    takes the connection away from under libpq, which is a crash after the work was done.
    """
    from django.db import connections

    connections.close_all()
    for connection in connections.all():
        pooled: Any = connection
        pooled.close_pool()


def program(name: str) -> str:
    """Path of ``pg_dump``, ``pg_restore`` or ``psql``.

    The bundled ones are of version 18 and read every older server; they are built without TLS, so
    ``ZHIKE_PG_BIN`` may name a directory with others.

    Raises:
        PostgresError: that directory has no such program.
    """
    directory = os.environ.get(PROGRAMS_VARIABLE)
    if not directory:
        from zhike.site.postgres import binaries

        return str(binaries.program_directory() / name)
    path = os.path.join(directory, name)  # noqa: PTH118
    if not os.access(path, os.X_OK):
        raise PostgresError(f"{PROGRAMS_VARIABLE} 中没有 (has no) {name}: {directory}")
    return path


def client_environment() -> dict[str, str]:
    """Environment in which libpq's programs reach the current database; no password in ``ps``."""
    config = environment.database_config(os.environ["DATABASE_URL"])
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    for variable, key in (("PGHOST", "HOST"), ("PGPORT", "PORT"), ("PGUSER", "USER")):
        if config[key]:
            variables[variable] = str(config[key])
    if config["PASSWORD"]:
        variables["PGPASSWORD"] = config["PASSWORD"]
    for name, value in config["OPTIONS"].items():
        variables[f"PG{name.upper()}"] = str(value)  # sslmode, sslrootcert, options…
    return variables | {"PGDATABASE": config["NAME"], "PGCLIENTENCODING": "UTF8"}
