"""Take a whole batch back, a chunk at a time; what people did since is never lost."""

# ruff: noqa: S608 - names come from the models, values are parameters

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import F

from zhike.exchange.engine.match import among
from zhike.exchange.engine.staging import quote, settle_constraints
from zhike.exchange.models import ImportBatch, ImportRow
from zhike.kernel.actions import recorded
from zhike.kernel.actor import Actor
from zhike.kernel.resources import Resource
from zhike.kernel.scope import array_text

CHUNK = 5_000
OPEN = (ImportRow.Fate.CREATED, ImportRow.Fate.UPDATED)


def chunks(batch_id: int) -> list[list[int]]:
    """Return the ids of the rows not undone yet in portions, from the end of the file."""
    rows = ImportRow.objects.filter(batch_id=batch_id, fate__in=OPEN).order_by("-row_number")
    ids = list(rows.values_list("pk", flat=True))
    return [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]


def parallel(resource: Resource) -> bool:
    """Whether two portions may be undone at once: not where they may touch the same records."""
    model = resource.model
    own = any(f.related_model is model for f in model._meta.concrete_fields)
    return not own and not hasattr(resource, "after_import")


def undo_chunk(
    batch_id: int, resource: Resource, row_ids: list[int], *, by: Actor, reason: str
) -> int:
    """Undo these rows, unless another worker did; returns how many.

    New records are deleted, or archived where others refer to them; changed ones get their former
    values back. A record that was changed after the import is kept as it is and reported.
    """
    with recorded(by, "exchange.undo_import", reason=reason):
        chosen = ImportRow.objects.filter(among("pk", row_ids), fate__in=OPEN)
        chosen = chosen.defer("before", "problems", "cells")
        rows = list(chosen.select_for_update().order_by("-row_number"))
        if not rows:
            return 0
        model = resource.model
        written = model.unscoped.filter(among("pk", [r.object_id for r in rows]))
        stored = dict(written.select_for_update(of=("self",)).values_list("pk", "version"))
        same = [r for r in rows if stored.get(r.object_id) == r.version]
        created = [r.object_id for r in same if r.created]
        referred = referenced(model, created)
        archived = sorted(referred)
        removed = [pk for pk in created if pk not in referred]
        restored = [r.pk for r in same if not r.created]
        _restore(model, restored, rows, by)
        after = getattr(resource, "after_import", None)
        # Put away first, so that figures on other records follow while the link is still known.
        _archive(model, archived if after is None else created, by)
        if after is not None:
            after([r.object_id for r in same], by=by)
        _delete(model, removed)
        _note(rows, same, set(archived))
        settle_constraints()
        ImportBatch.unscoped.filter(pk=batch_id).update(processed=F("processed") + len(rows))
    return len(rows)


def referenced(model: Any, ids: Sequence[int]) -> set[int]:
    """Return those of the records that other records refer to, their followers left out."""
    found: set[int] = set()
    for child, column in _children(model) if ids else ():
        if not getattr(child, "follows", False):
            manager = getattr(child, "unscoped", None) or child._base_manager
            values = manager.filter(among(column, ids)).values_list(column, flat=True)
            found |= set(values.distinct())
    return found


def _children(model: Any) -> Iterator[tuple[Any, str]]:
    """Yield each table and column that points to the model."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and relation.is_relation and not relation.concrete):
            continue
        f = getattr(relation, "field", None)
        child = relation.related_model
        if f is None or f.many_to_many or not getattr(f, "db_constraint", True):
            continue
        if child is not None and not child._meta.proxy and f.concrete:
            yield child, f.attname


def _archive(model: Any, ids: Iterable[int], by: Actor) -> None:
    chosen = list(ids)
    if chosen:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {quote(model._meta.db_table)} SET archived_at = now(), updated_at = now(),"
                " version = version + 1, updated_by_id = %s WHERE id = ANY(%s::bigint[])",
                [by.user_id, array_text(chosen)],
            )


def _delete(model: Any, ids: list[int]) -> None:
    """Delete the records with what follows them, the followers first."""
    if not ids:
        return
    gone = [(c, column) for c, column in _children(model) if getattr(c, "follows", False)]
    with connection.cursor() as cursor:
        for table, column in [*gone, (model, "id")]:
            where = f"{quote(table._meta.db_table)} WHERE {quote(column)} = ANY(%s::bigint[])"
            cursor.execute(f"DELETE FROM {where}", [array_text(ids)])


def _restore(model: Any, row_ids: list[int], rows: list[ImportRow], by: Actor) -> None:
    if not row_ids:
        return
    keys = next(r.before for r in rows if r.pk == row_ids[0] and r.before is not None)
    columns = [quote(name) for name in keys if name not in {"updated_at", "updated_by_id"}]
    sets = ", ".join(f"{c} = f.{c}" for c in columns)
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} t SET {sets}, version = t.version + 1, updated_at = now(),"
            " updated_by_id = %s FROM (SELECT r.object_id, (jsonb_populate_record("
            f"NULL::{table}, r.before)).* FROM {quote(ImportRow._meta.db_table)} r"
            " WHERE r.id = ANY(%s)) f WHERE t.id = f.object_id",
            [by.user_id, row_ids],
        )


def _note(rows: list[ImportRow], same: list[ImportRow], archived: set[int]) -> None:
    undone = {r.pk for r in same}
    fates: dict[str, list[int]] = {}
    for row in rows:
        if row.pk not in undone:
            fate = ImportRow.Fate.KEPT
        elif not row.created:
            fate = ImportRow.Fate.RESTORED
        else:
            inside = row.object_id in archived
            fate = ImportRow.Fate.ARCHIVED if inside else ImportRow.Fate.REMOVED
        fates.setdefault(str(fate), []).append(row.pk)
    for fate, ids in fates.items():
        ImportRow.objects.filter(among("pk", ids)).update(fate=fate)
