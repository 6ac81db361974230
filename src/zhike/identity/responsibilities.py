"""What a person answers for, over every entity that has an owner."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Count, QuerySet

from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import OwnedBy, Via


@dataclass(frozen=True)
class Responsibility:
    """One entity whose rows have an owner.

    Attributes:
        field: the owner's field; unit: the unit's field or ""; parent: the link to the record that
            this one follows when its owner changes, or None.
    """

    model: type[Record]
    field: str
    unit: str
    parent: str | None

    @property
    def key(self) -> str:
        """Return the resource's key."""
        return self.model.key()

    @property
    def title(self) -> str:
        """Return the entity's name in the reader's language."""
        return str(self.model._meta.verbose_name)


@cache
def responsibilities() -> tuple[Responsibility, ...]:
    """Return every entity with an owner that passes on."""
    found = []
    for model in apps.get_models():
        if not issubclass(model, Record) or model.handover is None:
            continue
        parts = model.scope.parts_of()
        owners = [f.name for f in model._meta.fields if isinstance(f, kinds.Owner)]
        units = [part.unit for part in parts if isinstance(part, OwnedBy) and part.unit]
        parents = [part.parent for part in parts if isinstance(part, Via)]
        found += [
            Responsibility(model, name, units[0] if units else "", parents[0] if parents else None)
            for name in owners
        ]
    return tuple(found)


def owned(one: Responsibility, user_id: int) -> "QuerySet[Any]":
    """Return the rows of an entity that the person answers for now."""
    rows = one.model.unscoped.filter(one.model.handover, archived_at__isnull=True)
    return rows.filter(**{f"{one.field}_id": user_id})


def burden(user_id: int) -> list[tuple[Responsibility, int]]:
    """Return each entity with the number of rows the person answers for; none left out."""
    return [(one, owned(one, user_id).count()) for one in responsibilities()]


def share_of_units(user_id: int) -> list[tuple[int, int]]:
    """Return unit -> number of rows that the person answers for there, the largest first."""
    found: dict[int, int] = {}
    for one in responsibilities():
        if one.unit and one.parent is None:
            rows = owned(one, user_id).exclude(**{f"{one.unit}_id": None}).order_by()
            for unit, count in rows.values_list(f"{one.unit}_id").annotate(n=Count("pk")):
                found[unit] = found.get(unit, 0) + count
    return sorted(found.items(), key=lambda pair: -pair[1])
