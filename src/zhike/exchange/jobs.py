"""The steps of imports and exports as background jobs; each may run twice and ends the same."""

from datetime import timedelta
from pathlib import Path

from django.db import connection
from django.utils import timezone, translation

from zhike.exchange import exports
from zhike.exchange.engine import check, run, write
from zhike.exchange.models import ExportFile, ImportBatch
from zhike.identity.models import User
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.jobs import every, job
from zhike.kernel.registry import registry
from zhike.trust.queries import actor_for

KEEP_FILES_DAYS = 30


def actor_of(user_id: int | None) -> Actor:
    """Return the person's rights as they are now; the system where the command line imported."""
    if user_id is None:
        return SYSTEM(reason="zhike import")
    return actor_for(User.unscoped.get(pk=user_id), channel="import")


def _step(batch_id: int, status: str, body: object) -> None:
    batch = ImportBatch.unscoped.get(pk=batch_id)
    if batch.status != status or not callable(body):
        return
    with connection.cursor() as cursor:  # one worker at a time for each batch
        cursor.execute("SELECT pg_advisory_lock(hashtext('exchange'), %s)", [batch_id % 2**31])
    try:
        with translation.override(batch.options.get("language") or "zh-hans"):
            run.guarded(batch_id, body, actor_of(batch.user_id))
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_unlock(hashtext('exchange'), %s)", [batch_id % 2**31]
            )


def _inspect(batch_id: int) -> None:
    _step(batch_id, ImportBatch.Status.UPLOADED, run.inspect)


def _check(batch_id: int) -> None:
    _step(batch_id, ImportBatch.Status.CHECKING, run.examine)


def _import(batch_id: int) -> None:
    _step(batch_id, ImportBatch.Status.IMPORTING, run.carry_out)


def _undo(batch_id: int) -> None:
    _step(batch_id, ImportBatch.Status.UNDOING, run.take_back)


def _write_export(export_id: int) -> None:
    file = ExportFile.unscoped.get(pk=export_id)
    if file.status == ExportFile.Status.PENDING:
        exports.write(file, actor_of(file.user_id))


def _settle_search(resource: str) -> None:
    write.settle_search(check.resource_of(resource).model)


inspect_batch = job("exchange.inspect_batch")(_inspect)
check_batch = job("exchange.check_batch")(_check)
import_batch = job("exchange.import_batch")(_import)
undo_batch = job("exchange.undo_batch")(_undo)
settle_search = job("exchange.settle_search")(_settle_search)
write_export = job("exchange.write_export")(_write_export)


@every("*/2 * * * *", "exchange.settle_terms")
def settle_terms() -> None:
    """Merge what was written lately into the search indexes; a search reads all that is not yet."""
    for model in {resource.model for resource in registry.resources.values()}:
        write.settle_search(model)


@every("12 * * * *", "exchange.expire_files")
def expire_files() -> None:
    """Delete exports that are past their time, and uploads nobody can undo or continue any more."""
    now = timezone.now()
    gone = ExportFile.unscoped.filter(expires_at__lt=now).exclude(status=ExportFile.Status.EXPIRED)
    for file in gone:
        if file.path:
            Path(file.path).unlink(missing_ok=True)
        file.status, file.path = ExportFile.Status.EXPIRED, ""
        file.save(update_fields=["status", "path"])
    old = now - timedelta(days=KEEP_FILES_DAYS)
    for batch in ImportBatch.unscoped.filter(updated_at__lt=old).exclude(path=""):
        Path(batch.path).unlink(missing_ok=True)
        batch.rows.all().delete()
        batch.path = ""
        batch.save(update_fields=["path"])
