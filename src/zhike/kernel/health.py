"""What /healthz and ``zhike doctor`` ask."""

from datetime import datetime

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

_up_to_date = False


def migrations_pending() -> bool:
    """Tell whether the database lacks migrations; once it is up to date that is remembered."""
    global _up_to_date
    if not _up_to_date:
        executor = MigrationExecutor(connection)
        _up_to_date = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return not _up_to_date


def worker_seen_at() -> datetime | None:
    """Return the worker's last sign of life."""
    from zhike.kernel.models import WorkerBeat

    return WorkerBeat.objects.filter(pk=1).values_list("seen_at", flat=True).first()
