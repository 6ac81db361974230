"""Measuring one request in process: server time, CPU, SQL count, bytes.

The whole middleware chain runs, as under the server; only the socket is left out. The floor in the
same run is the cheapest thing that could answer: one query and its rows as JSON.
"""

import gzip
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from benchmarks.limits import REQUESTS, Budget


@dataclass(frozen=True)
class Figures:
    """What one request costs; times in milliseconds, size in KB as sent (gzip)."""

    name: str
    p50: float
    p95: float
    cpu: float
    queries: int
    kilobytes: float
    status: int

    @classmethod
    def head(cls) -> str:
        """Return the head of the table."""
        return (
            "| request | budget | p50 ms | p95 ms | CPU ms | SQL | KB | floor ms | × floor | met |\n"
            "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |"
        )

    def row(self, floor: float) -> str:
        """Return the figures as a row with their budget and its verdict.

        Args:
            floor: p50 of the floor in the same moments; the ratio is to it.
        """
        budget = REQUESTS.get(self.name, Budget())
        return (
            f"| {self.name} | {budget} | {self.p50:.1f} | {self.p95:.1f} | {self.cpu:.1f} |"
            f" {self.queries} | {self.kilobytes:.1f} | {floor:.1f} | {self.p50 / floor:.1f} |"
            f" {budget.verdict(self)} |"
        )


class Browser:
    """A signed-in person who asks the WSGI application directly."""

    def __init__(self, session: str) -> None:
        self.session = session
        self.application = WSGIHandler()

    def ask(self, path: str, *, htmx: bool = False, body: bytes = b"", **extra: str) -> Any:
        """Return (status, body) of one request."""
        path, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "POST" if body else "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": f"sessionid={self.session}",
            "wsgi.input": BytesIO(body),
            "wsgi.url_scheme": "http",
            "wsgi.errors": BytesIO(),
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            **({"HTTP_HX_REQUEST": "true"} if htmx else {}),
            **extra,
        }
        status: list[str] = []
        answer = self.application(environ, lambda line, headers: status.append(line))
        content = b"".join(answer)
        answer.close()
        return int(status[0].split()[0]), content


def measure(
    name: str, ask: Callable[[int], tuple[int, bytes]], *, rounds: int = 40, warm: int = 3
) -> Figures:
    """Ask ``rounds`` times after ``warm`` warm-ups; the n-th call gets its number."""
    for number in range(warm):
        status, content = ask(number)
    walls, cpus, queries = [], [], []
    statements: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        for number in range(warm, rounds + warm):
            statements.clear()
            wall, cpu = time.perf_counter(), time.process_time()
            status, content = ask(number)
            cpus.append((time.process_time() - cpu) * 1e3)
            walls.append((time.perf_counter() - wall) * 1e3)
            queries.append(len(statements))
    walls.sort()
    return Figures(
        name,
        statistics.median(walls),
        walls[int(len(walls) * 0.95) - 1],
        statistics.median(cpus),
        round(statistics.median(queries)),
        len(gzip.compress(content, 6)) / 1024,
        status,
    )


def floor(sql: str, parameters: list[Any]) -> Callable[[int], tuple[int, bytes]]:
    """Return the floor: the query and its rows as JSON, nothing else."""

    def ask(_number: int) -> tuple[int, bytes]:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return 200, json.dumps(cursor.fetchall(), default=str).encode()

    return ask
