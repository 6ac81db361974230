"""Rows of a plan into the database: a chunk is one COPY, one INSERT and one UPDATE.

History comes by statement triggers; what was written stands in ``ImportRow`` in the same
transaction, with the former values of updated records, so that a killed worker goes on exactly
where it was and the whole batch can be taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.exchange.engine.clean import empty_value
from zhike.exchange.engine.derive import derived
from zhike.exchange.engine.plan import CREATE, KEEP, UPDATE, Plan
from zhike.exchange.engine.staging import Stage, encode
from zhike.exchange.models import ImportBatch, ImportRow
from zhike.kernel import kinds
from zhike.kernel.actions import recorded
from zhike.kernel.actor import Actor
from zhike.kernel.records import SERVER_FIELDS, Searchable

CHUNK = 5_000
PENDING_LIST = "64MB"


@dataclass
class Chunk:
    """Rows ready to be written: COPY text by column, in the order of ``fields``."""

    rows: list[int]
    fields: list[Any]
    lines: str
    created: int
    updated: int


def chunks(plan: Plan, size: int = CHUNK) -> list[list[int]]:
    """Return the rows to write, in the order of the file, in portions."""
    rows = [row for row in range(len(plan)) if plan.fates[row] in {CREATE, UPDATE}]
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def prepare(plan: Plan, rows: list[int], by: Actor) -> Chunk:
    """Complete the values of a chunk: defaults, stored values of updates, derived columns."""
    fresh = [plan.fates[row] == CREATE for row in rows]
    former = _stored(plan, [plan.ids[row] for row in rows])
    names = list(plan.values)
    if not all(fresh):
        names += [n for n in _readable(plan) if n not in plan.values]
    values = {name: _full(plan, name, rows, fresh, former) for name in names}
    _own(plan, values, fresh, by)
    made = derived(plan.resource, values, len(rows))
    written = {**{n: values[n] for n in (*plan.values, *_OWN) if n in values}, **made}
    model = plan.resource.model
    fields = [f for f in model._meta.concrete_fields if f.name in written]
    ids = [plan.ids[row] for row in rows]
    columns = [
        [str(plan.row_numbers[row]) for row in rows],
        encode(ids),
        encode([plan.versions.get(pk, 0) if pk else 0 for pk in ids]),
        *(encode(written[f.name]) for f in fields),
    ]
    lines = "\n".join(map("\t".join, zip(*columns, strict=True))) + "\n"
    return Chunk(rows, fields, lines, sum(fresh), len(fresh) - sum(fresh))


_OWN = ("owner", "unit")


def _readable(plan: Plan) -> list[str]:
    """Fields whose stored values the derived columns of an update may need."""
    model = plan.resource.model
    skip = SERVER_FIELDS
    return [f.name for f in model._meta.concrete_fields if f.name not in skip]


def _stored(plan: Plan, ids: Sequence[int | None]) -> dict[int, dict[str, Any]]:
    wanted = [pk for pk in ids if pk]
    if not wanted:
        return {}
    names = {f.name: f.attname for f in plan.resource.model._meta.concrete_fields}
    columns = [names[n] for n in {*plan.values, *_readable(plan)}]
    rows = plan.resource.model.unscoped.filter(pk__in=wanted).values("pk", *columns)
    back = {attname: name for name, attname in names.items()}
    return {row["pk"]: {back.get(k, k): v for k, v in row.items()} for row in rows}


def _full(
    plan: Plan, name: str, rows: list[int], fresh: list[bool], former: dict[int, dict[str, Any]]
) -> list[Any]:
    """Return a column without gaps."""
    f = plan.resource.model._meta.get_field(name)
    column = plan.values.get(name)
    # An author or date of the old system that is empty is filled by the database below.
    empty = None if name in SERVER_FIELDS else empty_value(f)
    if not former:
        given = [column[row] for row in rows] if column else [KEEP] * len(rows)
        return [empty if value is KEEP else value for value in given]
    found = []
    for row, new in zip(rows, fresh, strict=True):
        value = column[row] if column else KEEP
        if value is KEEP:
            value = empty if new else former.get(plan.ids[row] or 0, {}).get(name, empty)
        found.append(value)
    return found


def _own(plan: Plan, values: dict[str, list[Any]], fresh: list[bool], by: Actor) -> None:
    """New records without owner or unit belong to the person who imports."""
    for f in plan.resource.model._meta.concrete_fields:
        mine = by.user_id if isinstance(f, kinds.Owner) else by.unit_id
        if isinstance(f, kinds.Owner | kinds.Unit) and f.name in _OWN and mine:
            column = values.get(f.name)
            if column is None:
                if all(fresh):
                    values[f.name] = [mine] * len(fresh)
            else:
                values[f.name] = [
                    mine if new and value is None else value
                    for value, new in zip(column, fresh, strict=True)
                ]


def write(batch_id: int, plan: Plan, chunk: Chunk, *, by: Actor, reason: str) -> tuple[int, int]:
    """Write a chunk once; returns how many records were created and updated.

    A chunk that another worker wrote in the meantime is left alone.
    """
    model = plan.resource.model
    numbers = [plan.row_numbers[row] for row in chunk.rows]
    with recorded(by, "exchange.import", reason=reason):
        batch = ImportBatch.unscoped.select_for_update().get(pk=batch_id)
        written = ImportRow.objects.filter(batch_id=batch_id, object_id__isnull=False)
        if written.filter(row_number__in=[numbers[0], numbers[-1]]).exists():
            return 0, 0
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL gin_pending_list_limit = '{PENDING_LIST}'")
            stage = Stage(cursor, model, chunk.fields)
            stage.fill(chunk.lines)
            created = stage.insert(batch_id, _defaults(model, chunk, by)) if chunk.created else 0
            updated = stage.update(batch_id, by.user_id) if chunk.updated else 0
            ids = stage.written(batch_id, numbers)
        _report_lost(batch_id, plan, chunk, created + updated)
        batch.created += created
        batch.updated += updated
        batch.processed += len(chunk.rows)
        batch.save(update_fields=["created", "updated", "processed"])
        after = getattr(plan.resource, "after_import", None)
        if after is not None:
            after(ids, by=by)
    return created, updated


def _report_lost(batch_id: int, plan: Plan, chunk: Chunk, written: int) -> None:
    """Note the rows that somebody else's write overtook: same unique value, or newer version."""
    if written == len(chunk.rows):
        return
    numbers = [plan.row_numbers[row] for row in chunk.rows]
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
    """Merge the new search terms into the index now, so that searches need not walk a long list."""
    if not issubclass(model, Searchable):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT gin_clean_pending_list(i.indexrelid) FROM pg_index i"
            " JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam"
            " WHERE i.indrelid = %s::regclass AND a.amname = 'gin'",
            [f'"{model._meta.db_table}"'],
        )
