"""Whether the product works: database, migrations, worker."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from zhike.kernel.health import migrations_pending, worker_seen_at

WORKER_SILENCE = timedelta(seconds=45)  # it beats every 10 seconds


def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Answer 200 when all is well, else 503, with one line per part."""
    parts: dict[str, Any] = {"database": _database()}
    if parts["database"] == "ok":
        parts["migrations"] = "pending" if migrations_pending() else "ok"
        parts["worker"] = _worker() if parts["migrations"] == "ok" else "unknown"
    well = all(state == "ok" for state in parts.values()) and len(parts) == 3
    body = {"status": "ok" if well else "failing", **parts}
    return JsonResponse(body, status=200 if well else 503, headers={"Cache-Control": "no-store"})


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return "unreachable"
    return "ok"


def _worker() -> str:
    seen = worker_seen_at()
    if seen is None:
        return "never seen"
    return "ok" if timezone.now() - seen < WORKER_SILENCE else "silent"
