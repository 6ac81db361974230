"""Whatever points to a customer or person, found in the models' own descriptions.

So a new table is not forgotten when two records become one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models
from django.db.models import F, OuterRef, Q, QuerySet

from zhike.duplicates.models import SUBJECTS
from zhike.kernel.actions import authored
from zhike.kernel.actor import Actor
from zhike.kernel.records import Record
from zhike.kernel.scope import EqualsAny, Ids

# Rows that mean the same although no constraint says so: model -> the fields that make them equal.
ALIKE = {"customers.affiliation": (("person", "customer"), Q(valid_to__isnull=True))}


@dataclass(frozen=True)
class Link:
    """A column of another table that points to a customer or person."""

    model: type[models.Model]
    column: str

    @property
    def label(self) -> str:
        """Return ``app.model.column``, as merges keep it."""
        return f"{self.model._meta.label_lower}.{self.column}"

    def rows(self, pks: "list[int] | None" = None, /, **pointing: Any) -> "QuerySet[Any]":
        """Return the rows that point to a record, or those with these ids."""
        found: QuerySet[Any] = self.model._base_manager.all()
        if pks is not None:
            found = found.filter(EqualsAny(F("pk"), Ids(pks)))
        return found.filter(**pointing)

    def repoint(self, pks: list[int], to: int, by: Actor) -> int:
        """Let these rows point to another record; returns how many did not already."""
        values: dict[str, Any] = {f"{self.column}_id": to}
        if issubclass(self.model, Record):
            values |= authored(by)
        return self.rows(pks).update(**values)


@cache
def links(kind: str) -> tuple[Link, ...]:
    """Return every column that points to the kind; history tables and our own books stay as written."""
    return tuple(_links(SUBJECTS[kind]))


def touched(kind: str, pk: int) -> list[Link]:
    """Return the columns in which a record is pointed to, asked in one statement."""
    known = links(kind)
    parts = [
        f"SELECT {number} WHERE EXISTS (SELECT FROM {table} WHERE {column} = %(pk)s)"  # noqa: S608
        for number, (table, column) in enumerate(map(_place, known))
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), {"pk": pk})
        return [known[number] for (number,) in cursor.fetchall()]


def _place(link: Link) -> tuple[str, str]:
    quoted, f = connection.ops.quote_name, cast("Any", link.model._meta.get_field(link.column))
    return quoted(link.model._meta.db_table), quoted(f.column)


def _links(target: type[Record]) -> Iterator[Link]:
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if hasattr(model, "pgh_tracked_model") or meta.app_label == "duplicates":
            continue
        if meta.proxy or not meta.managed:
            continue
        for f in meta.local_fields:
            if f.is_relation and f.related_model is target and f.concrete:
                yield Link(model, f.name)


def link_named(label: str) -> Link | None:
    """Return the column that a merge kept by name; None where a later release dropped it."""
    app, model, column = label.split(".")
    try:
        found = apps.get_model(app, model)
        found._meta.get_field(column)
    except (LookupError, FieldDoesNotExist):
        return None
    return Link(found, column)


def doubles(link: Link, other: int, survivor: int) -> list[int]:
    """Return the rows of ``other`` whose like the survivor has, or that would point to themselves.

    They stay where they are: the survivor has the same already.
    """
    pks: set[int] = set()
    for names, condition in _rules(link.model):
        if link.column not in names:
            continue
        same = {name: OuterRef(_attname(link.model, name)) for name in names if name != link.column}
        theirs = link.rows(None, **{link.column: survivor}).filter(condition or Q(), **same)
        mine = link.rows(None, **{link.column: other}).filter(condition or Q())
        pks |= set(mine.filter(models.Exists(theirs)).values_list("pk", flat=True))
    target = link.model._meta.get_field(link.column).related_model
    for f in link.model._meta.local_fields:
        if f.is_relation and f.related_model is target and f.name != link.column:
            rows = link.rows(None, **{link.column: other, f.name: survivor})
            pks |= set(rows.values_list("pk", flat=True))
    return sorted(pks)


def _attname(model: type[models.Model], name: str) -> str:
    return str(getattr(model._meta.get_field(name), "attname", name))


def _rules(model: type[models.Model]) -> Iterator[tuple[tuple[str, ...], Q | None]]:
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
            yield tuple(constraint.fields), constraint.condition
    for names in model._meta.unique_together:
        yield tuple(names), None
    for f in model._meta.local_fields:
        if f.unique and not f.primary_key:
            yield (f.name,), None
    known = ALIKE.get(model._meta.label_lower)
    if known:
        yield known
