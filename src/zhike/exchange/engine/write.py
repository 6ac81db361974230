"""Rows of a plan into the database: a chunk of new records is one COPY, one of changes an UPDATE.

History comes by statement triggers; what was written stands in ``ImportRow`` in the same
transaction, with the former values of updated records, so that a killed worker goes on exactly
where it was and the whole batch can be taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.errors import UniqueViolation

from zhike.exchange.engine.clean import empty_value
from zhike.exchange.engine.derive import derived
from zhike.exchange.engine.match import among
from zhike.exchange.engine.plan import CREATE, KEEP, UPDATE, Plan
from zhike.exchange.engine.staging import Stage, copy_new, encode, settle_constraints
from zhike.exchange.models import ImportBatch, ImportRow
from zhike.kernel import kinds
from zhike.kernel.actions import recorded
from zhike.kernel.actor import Actor
from zhike.kernel.records import SERVER_FIELDS, Searchable

CHUNK = 2_500
PENDING_LIST = "256MB"  # of search terms not merged yet; ``settle_search`` follows the import
ROWS = "64MB"  # of a chunk in memory while triggers read it, instead of in files


@dataclass
class Chunk:
    """Rows ready to be written, all new or all changes.

    Attributes:
        lines: a row's values of ``fields`` in the text format of COPY; records: the ids of the
        records to change and the version of each that the check has seen.
    """

    rows: list[int]
    numbers: list[int]
    fields: list[Any]
    lines: list[str]
    fresh: bool
    records: list[tuple[int, int]]


def chunks(plan: Plan, size: int = CHUNK) -> list[list[int]]:
    """Return the rows to write in portions: new records in the order of the file, then changes."""
    found = []
    for fate in (CREATE, UPDATE):
        rows = [row for row, own in enumerate(plan.fates) if own == fate]
        found += [rows[start : start + size] for start in range(0, len(rows), size)]
    return found


def prepare(plan: Plan, rows: list[int], by: Actor) -> Chunk:
    """Complete the values of a chunk: defaults, stored values of updates, derived columns."""
    fresh = plan.fates[rows[0]] == CREATE
    ids = [pk for row in rows if (pk := plan.ids[row])]
    former = _stored(plan, ids)
    names = list(plan.values)
    if not fresh:
        names += [n for n in _readable(plan) if n not in plan.values]
    values = {name: _full(plan, name, rows, former) for name in names}
    if fresh:
        _own(plan, values, len(rows), by)
    made = derived(plan.resource, values, len(rows))
    written = {**{n: values[n] for n in (*plan.values, *_OWN) if n in values}, **made}
    model = plan.resource.model
    fields = [f for f in model._meta.concrete_fields if f.name in written]
    columns = [encode(written[f.name]) for f in fields]
    return Chunk(
        rows=rows,
        numbers=[plan.row_numbers[row] for row in rows],
        fields=fields,
        lines=list(map("\t".join, zip(*columns, strict=True))),
        fresh=fresh,
        records=[(pk, plan.versions.get(pk, 0)) for pk in ids],
    )


_OWN = ("owner", "unit")


def _readable(plan: Plan) -> list[str]:
    """Fields whose stored values the derived columns of an update may need."""
    model = plan.resource.model
    skip = SERVER_FIELDS
    return [f.name for f in model._meta.concrete_fields if f.name not in skip]


def _stored(plan: Plan, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    if not ids:
        return {}
    names = {f.name: f.attname for f in plan.resource.model._meta.concrete_fields}
    columns = [names[n] for n in {*plan.values, *_readable(plan)}]
    rows = plan.resource.model.unscoped.filter(among("pk", ids))
    rows = rows.values("pk", *columns)
    back = {attname: name for name, attname in names.items()}
    return {row["pk"]: {back.get(k, k): v for k, v in row.items()} for row in rows}


def _full(plan: Plan, name: str, rows: list[int], former: dict[int, dict[str, Any]]) -> list[Any]:
    """Return a column without gaps."""
    f = plan.resource.model._meta.get_field(name)
    column = plan.values.get(name)
    # An author or date of the old system that is empty is filled by the database below.
    empty = None if name in SERVER_FIELDS else empty_value(f)
    if not former:
        given = [column[row] for row in rows] if column else [KEEP] * len(rows)
        return [empty if value is KEEP else value for value in given]
    found = []
    for row in rows:
        value = column[row] if column else KEEP
        if value is KEEP:
            value = former.get(plan.ids[row] or 0, {}).get(name, empty)
        found.append(value)
    return found


def _own(plan: Plan, values: dict[str, list[Any]], count: int, by: Actor) -> None:
    """New records without owner or unit belong to the person who imports."""
    for f in plan.resource.model._meta.concrete_fields:
        mine = by.user_id if isinstance(f, kinds.Owner) else by.unit_id
        if isinstance(f, kinds.Owner | kinds.Unit) and f.name in _OWN and mine:
            column = values.get(f.name) or [None] * count
            values[f.name] = [mine if value is None else value for value in column]


def write(batch_id: int, plan: Plan, chunk: Chunk, *, by: Actor, reason: str) -> tuple[int, int]:
    """Write a chunk once; returns how many records were created and updated.

    A chunk that another worker wrote in the meantime is left alone. The batch itself is locked
    last, for its counters only, so that two chunks may be written at the same time.
    """
    with recorded(by, "exchange.import", reason=reason):
        written = ImportRow.objects.filter(batch_id=batch_id, object_id__isnull=False)
        if written.filter(row_number__in=[chunk.numbers[0], chunk.numbers[-1]]).exists():
            return 0, 0
        with connection.cursor() as cursor:
            cursor.execute(
                f"SET LOCAL gin_pending_list_limit = '{PENDING_LIST}'; SET LOCAL work_mem = '{ROWS}'"
            )
            ids = _send(cursor, batch_id, plan, chunk, by)
        _report_lost(batch_id, chunk, len(ids))
        after = getattr(plan.resource, "after_import", None)
        if after is not None:
            after(ids, by=by)
        settle_constraints()
        created, updated = (len(ids), 0) if chunk.fresh else (0, len(ids))
        ImportBatch.unscoped.filter(pk=batch_id).update(
            created=models.F("created") + created,
            updated=models.F("updated") + updated,
            processed=models.F("processed") + len(chunk.rows),
        )
    return created, updated


def _send(cursor: Any, batch_id: int, plan: Plan, chunk: Chunk, by: Actor) -> list[int]:
    """Return the ids of the records written."""
    model = plan.resource.model
    if not chunk.fresh:
        stage = Stage(cursor, model, chunk.fields)
        stage.fill(chunk)
        stage.update(batch_id, by.user_id)
        return stage.written(batch_id, chunk.numbers)
    constants = _defaults(model, chunk, by)
    try:
        with transaction.atomic():
            return copy_new(cursor, model, batch_id, chunk, constants)
    except UniqueViolation:  # somebody took a unique value since the check: leave that row out
        stage = Stage(cursor, model, chunk.fields)
        stage.fill(chunk)
        stage.insert(batch_id, constants)
        return stage.written(batch_id, chunk.numbers)


def _report_lost(batch_id: int, chunk: Chunk, written: int) -> None:
    """Note the rows that somebody else's write overtook: same unique value, or newer version."""
    if written == len(chunk.rows):
        return
    numbers = chunk.numbers
    done = set(
        ImportRow.objects.filter(batch_id=batch_id, object_id__isnull=False, row_number__in=numbers)
        .values_list("row_number", flat=True)
    )  # fmt: skip
    message = _("刚有人写入了相同的记录，这一行未导入，请重新检查。")
    problem = {"column": "", "message": message, "level": "error"}
    ImportRow.objects.bulk_create(
        ImportRow(batch_id=batch_id, row_number=n, fate="error", problems=[problem])
        for n in numbers
        if n not in done
    )
    ImportBatch.unscoped.filter(pk=batch_id).update(bad=models.F("bad") + len(numbers) - len(done))


def _defaults(model: Any, chunk: Chunk, by: Actor) -> dict[Any, Any]:
    """Values of the columns that the file does not give, by field."""
    given = {f.name for f in chunk.fields}
    now = timezone.now()
    own = {"version": 1, "created_at": now, "updated_at": now, "extra": {},
           "created_by": by.user_id, "updated_by": by.user_id}  # fmt: skip
    found = {}
    for f in model._meta.concrete_fields:
        if f.primary_key or (f.name in given and f.name not in own) or f.generated:
            continue
        found[f] = own.get(f.name, None if f.name == "search_tsv" else empty_value(f))
    return found


def settle_search(model: Any) -> None:
    """Merge the new search terms into the index, so that searches need not walk a long list.

    They are found before, too: the list of terms not merged yet is part of the index.
    """
    if not issubclass(model, Searchable):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT gin_clean_pending_list(i.indexrelid) FROM pg_index i"
            " JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam"
            " WHERE i.indrelid = %s::regclass AND a.amname = 'gin'",
            [f'"{model._meta.db_table}"'],
        )
