"""The four steps of a batch as they run in the worker: inspect, check, import, undo.

Every step may be killed and run again: inspect and check start anew, import and undo go on behind
the last chunk that was committed.
"""

import logging
import threading
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.duplicates.queries import load_tables
from zhike.exchange.engine import check, mapping, match, undo, write
from zhike.exchange.engine.plan import DUPLICATE, ERROR, Plan
from zhike.exchange.engine.threads import in_threads
from zhike.exchange.events import ImportFinished, ImportUndone
from zhike.exchange.models import ImportBatch, ImportRow, MappingPreset
from zhike.exchange.sheets.problems import SheetError
from zhike.exchange.sheets.reader import Sheet
from zhike.kernel.actions import recorded
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Refusal
from zhike.kernel.events import emit
from zhike.kernel.jobs import defer

log = logging.getLogger(__name__)

UNDO_DAYS = 7
SHOWN_ROWS = 5_000
SAMPLE_ROWS = 5
PREVIEW_ROWS = 100
BATCH_ROWS = 2_000
WRITERS = 2  # connections that write at the same time
SETTLE_ABOVE = 2_000  # rows whose search terms are merged into the index by a job of its own


def read(batch: ImportBatch) -> Sheet:
    """Return the batch's table with its corrections.

    What the comparison of names needs is loaded while another process reads the file.
    """
    corrections = batch.options.get("corrections")
    with in_threads(1) as submit:
        submit(load_tables)
        return check.read(
            batch.path, name=batch.file_name, sheet=batch.sheet_name, corrections=corrections
        )


def inspect(batch: ImportBatch, by: Actor) -> None:
    """Read headers and a sample, and suggest a mapping."""
    sheet = read(batch)
    resource = check.resource_of(batch.resource)
    print_ = mapping.fingerprint(sheet.headers)
    preset = MappingPreset.unscoped.filter(
        user_id=batch.user_id, resource=batch.resource, fingerprint=print_
    ).first()
    columns = [[check.shown(cell) for cell in column[:SAMPLE_ROWS]] for column in sheet.columns]
    batch.headers = sheet.headers
    batch.total = len(sheet)
    batch.sheet_name = sheet.sheet_name
    batch.mapping = mapping.suggest(resource, sheet.headers, by, preset.mapping if preset else None)
    batch.match_key = mapping.usual_key(resource, batch.mapping)
    batch.mode = ImportBatch.Mode.UPSERT if batch.match_key else ImportBatch.Mode.INSERT
    batch.warnings = [
        w.message for w in sheet.warnings if w.row is None or w.row == sheet.header_row
    ]
    batch.options |= {"sheets": sheet.sheet_names, "sample": columns, "remembered": bool(preset)}
    batch.save(update_fields=["headers", "total", "sheet_name", "mapping", "match_key", "mode",
                              "warnings", "options"])  # fmt: skip


def examine(batch: ImportBatch, by: Actor) -> None:
    """Judge all rows and keep what was found; nothing else is written."""
    sheet = read(batch)
    plan = judge(batch, sheet, by)
    match.find_lookalikes(plan, by)
    _note(batch, plan, sheet, by)


def check_and_carry_out(batch: ImportBatch, by: Actor, sheet: Sheet) -> Plan:
    """Check a table and write it at once, for the command line.

    Names that sound alike only warn, and nobody is asked before the rows are written: they are
    looked for when all rows are in.
    """
    plan = judge(batch, sheet, by)
    alone = match.find_same_names(plan, by)
    _note(batch, plan, sheet, by)
    with recorded(by, "exchange.start_import", reason=batch.file_name):
        batch.status, batch.started_at = ImportBatch.Status.IMPORTING, timezone.now()
        batch.save()
    carry_out(batch, by, plan=plan)
    noted = set(plan.problems)
    match.find_sounding_alike(plan, alone, by)
    _note_more(batch, plan, sheet, by, plan.problems.keys() - noted)
    return plan


def _note(batch: ImportBatch, plan: Plan, sheet: Sheet, by: Actor) -> None:
    """Keep what the check found."""
    counts = plan.counts()
    with recorded(by, "exchange.check", reason=batch.file_name):
        batch.rows.filter(object_id__isnull=True).delete()
        for part in _batched(_rows(batch, plan, sheet)):
            ImportRow.objects.bulk_create(part)
        batch.total = counts["total"]
        batch.to_create, batch.to_update = counts["create"], counts["update"]
        batch.bad, batch.warned = counts["error"], counts["warned"]
        batch.options |= {"counts": counts}
        batch.status = ImportBatch.Status.CHECKED
        batch.save(update_fields=["total", "to_create", "to_update", "bad", "warned", "options",
                                  "status"])  # fmt: skip


def _note_more(
    batch: ImportBatch, plan: Plan, sheet: Sheet, by: Actor, found: Collection[int]
) -> None:
    """Keep what was found about these rows after the rest was noted."""
    if not found:
        return
    numbers = {plan.row_numbers[row] for row in found}
    noted = batch.rows.filter(object_id__isnull=True, fate=ImportRow.Fate.GOOD)
    with recorded(by, "exchange.check", reason=batch.file_name):
        noted.filter(match.among("row_number", sorted(numbers))).delete()
        rows = (row for row in _rows(batch, plan, sheet) if row.row_number in numbers)
        for part in _batched(rows):
            ImportRow.objects.bulk_create(part)
        counts = plan.counts()
        batch.warned = counts["warned"]
        batch.options |= {"counts": counts}
        batch.save(update_fields=["warned", "options"])


def judge(batch: ImportBatch, sheet: Sheet, by: Actor) -> Plan:
    """Return the plan of a batch; rows written by an interrupted run are left alone."""
    rows = ImportRow.objects.filter(batch_id=batch.pk, object_id__isnull=False)
    written = rows.values_list("row_number", flat=True)
    return check.examine(
        check.resource_of(batch.resource),
        sheet,
        batch.mapping,
        by=by,
        mode=batch.mode,
        key=batch.match_key,
        done=list(written),
    )


def _batched(rows: Iterator[ImportRow]) -> Iterator[list[ImportRow]]:
    while part := list(islice(rows, BATCH_ROWS)):
        yield part


def _rows(batch: ImportBatch, plan: Plan, sheet: Sheet) -> Iterator[ImportRow]:
    """Return what the page shows: every row with a problem, and the first good ones."""
    fates = {ERROR: ImportRow.Fate.ERROR, DUPLICATE: ImportRow.Fate.SKIPPED}
    good = 0
    shown = 0
    for row, number in enumerate(plan.row_numbers):
        found = plan.problems.get(row, [])
        if not found:
            good += 1
            if good > PREVIEW_ROWS:
                continue
        shown += 1
        cells = (
            [check.shown(column[row]) for column in sheet.columns] if shown <= SHOWN_ROWS else []
        )
        warned = ImportRow.Fate.WARNED if found else ImportRow.Fate.GOOD
        yield ImportRow(
            batch=batch,
            row_number=number,
            fate=fates.get(plan.fates[row], warned),
            problems=[p.to_json() for p in found],
            cells=cells,
        )


def carry_out(batch: ImportBatch, by: Actor, *, plan: Plan | None = None) -> None:
    """Write all good rows; goes on where an earlier run of the same batch was stopped."""
    if batch.status == ImportBatch.Status.DONE:
        return
    if plan is None:
        plan = judge(batch, read(batch), by)
    _write_all(plan, by, lambda c: write.write(batch.pk, plan, c, by=by, reason=batch.file_name))
    now = timezone.now()
    with recorded(by, "exchange.import", reason=batch.file_name):
        batch.refresh_from_db()
        batch.status = ImportBatch.Status.DONE
        batch.finished_at, batch.undo_until = now, now + timedelta(days=UNDO_DAYS)
        batch.processed = batch.created + batch.updated
        batch.save(update_fields=["status", "finished_at", "undo_until", "processed"])
        _remember(batch)
        emit(
            ImportFinished(batch.pk, batch.resource, batch.created, batch.updated, batch.user_id),
            by=by,
        )
        if batch.processed > SETTLE_ABOVE:
            defer("exchange.settle_search", resource=batch.resource)


def _write_all(plan: Plan, by: Actor, send: Callable[[Any], tuple[int, int]]) -> None:
    """Prepare a chunk while those before are written; in turn inside a running transaction."""
    parts = write.chunks(plan)
    if connection.in_atomic_block or len(parts) < 2:
        for rows in parts:
            send(write.prepare(plan, rows, by))
        return
    # What follows on other records is written in turn: two chunks may touch the same one.
    writers = 1 if hasattr(plan.resource, "after_import") else WRITERS
    with in_threads(writers) as submit:
        for rows in parts:
            submit(send, write.prepare(plan, rows, by))


def _remember(batch: ImportBatch) -> None:
    """Keep the mapping for the person's next file with these headers."""
    if batch.user_id is None:
        return
    now = timezone.now()
    MappingPreset.unscoped.update_or_create(
        user_id=batch.user_id,
        resource=batch.resource,
        fingerprint=mapping.fingerprint(batch.headers),
        defaults={"mapping": batch.mapping, "updated_at": now},
        create_defaults={"mapping": batch.mapping, "updated_at": now, "created_at": now},
    )


def take_back(batch: ImportBatch, by: Actor) -> None:
    """Undo the batch."""
    resource = check.resource_of(batch.resource)
    reason = _("撤销导入：%s") % batch.file_name
    parts = undo.chunks(batch.pk)
    if connection.in_atomic_block or len(parts) < 2:
        for ids in parts:
            undo.undo_chunk(batch.pk, resource, ids, by=by, reason=reason)
    else:
        with in_threads(WRITERS if undo.parallel(resource) else 1) as submit:
            for ids in parts:
                submit(
                    lambda some: undo.undo_chunk(batch.pk, resource, some, by=by, reason=reason),
                    ids,
                )
    with recorded(by, "exchange.undo_import", reason=reason):
        batch.refresh_from_db()
        batch.status = ImportBatch.Status.UNDONE
        fates = dict.fromkeys(("removed", "archived", "restored", "kept"), 0)
        for fate in fates:
            fates[fate] = batch.rows.filter(fate=fate).count()
        batch.options |= {"undone": fates}
        batch.save(update_fields=["status", "options"])
        emit(ImportUndone(batch.pk, batch.resource, sum(fates.values()), batch.user_id), by=by)


def guarded(batch_id: int, step: Callable[[ImportBatch, Actor], Any], by: Actor) -> None:
    """Run a step; a file or rule that refuses ends it with a message on the batch."""
    batch = ImportBatch.unscoped.get(pk=batch_id)
    try:
        step(batch, by)
    except (SheetError, Refusal) as error:
        fields = [m for found in getattr(error, "fields", {}).values() for m in found]
        batch.status = ImportBatch.Status.FAILED
        batch.message = "；".join(fields) or str(error)
        batch.save(update_fields=["status", "message"])
    finally:
        if threading.current_thread() is not threading.main_thread():
            log.debug("import %s: step ended", batch_id)
