"""Take a whole batch back, a chunk at a time; what people did since is never lost."""

# ruff: noqa: S608 - names come from the models, values are parameters

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q

from zhike.exchange.engine.staging import quote
from zhike.exchange.models import ImportBatch, ImportRow
from zhike.kernel.actions import recorded
from zhike.kernel.actor import Actor
from zhike.kernel.resources import Resource

CHUNK = 5_000
OPEN = (ImportRow.Fate.CREATED, ImportRow.Fate.UPDATED)


def undo_chunk(batch_id: int, resource: Resource, *, by: Actor, reason: str) -> int:
    """Undo the last rows not undone yet; returns how many, 0 at the end.

    New records are deleted, or archived where others refer to them; changed ones get their former
    values back. A record that was changed after the import is kept as it is and reported.
    """
    with recorded(by, "exchange.undo_import", reason=reason):
        ImportBatch.unscoped.select_for_update().get(pk=batch_id)
        rows = list(
            ImportRow.objects.filter(batch_id=batch_id, fate__in=OPEN).order_by("-row_number")[
                :CHUNK
            ]
        )
        if not rows:
            return 0
        model = resource.model
        stored = dict(
            model.unscoped.select_for_update()
            .filter(pk__in=[r.object_id for r in rows])
            .values_list("pk", "version")
        )
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
        ImportBatch.unscoped.filter(pk=batch_id).update(
            processed=ImportRow.objects.filter(batch_id=batch_id, object_id__isnull=False)
            .exclude(fate__in=OPEN).count()
        )  # fmt: skip
    return len(rows)


def referenced(model: Any, ids: Sequence[int]) -> set[int]:
    """Return those of the records that other records refer to."""
    found: set[int] = set()
    if not ids:
        return found
    for relation in model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and relation.is_relation and not relation.concrete):
            continue
        f = getattr(relation, "field", None)
        child = relation.related_model
        if f is None or f.many_to_many or not getattr(f, "db_constraint", True):
            continue
        if child is None or child._meta.proxy or not f.concrete:
            continue
        manager = getattr(child, "unscoped", None) or child._base_manager
        values = manager.filter(**{f"{f.attname}__in": ids}).values_list(f.attname, flat=True)
        found |= set(values.distinct())
    return found


def _archive(model: Any, ids: Iterable[int], by: Actor) -> None:
    chosen = list(ids)
    if chosen:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {quote(model._meta.db_table)} SET archived_at = now(), updated_at = now(),"
                " version = version + 1, updated_by_id = %s WHERE id = ANY(%s)",
                [by.user_id, chosen],
            )


def _delete(model: Any, ids: list[int]) -> None:
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {quote(model._meta.db_table)} WHERE id = ANY(%s)", [ids])


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
        ImportRow.objects.filter(Q(pk__in=ids)).update(fate=fate)
