"""Pools and what lies in them, as the reader's rights allow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from zhike.identity.queries import org_tree
from zhike.kernel.actor import Actor
from zhike.kernel.kinds.base import Kind
from zhike.pool.models import Pool, PoolEntry, PoolMember
from zhike.pool.models.access import pools_of

SHOWN = ("name", "code", "region", "industry", "size", "grade", "lifecycle", "phone", "email",
         "address", "website", "source", "annual_spend", "last_order_on", "last_contact_at",
         "primary_contact", "note")  # fmt: skip
LISTED = ("name", "region", "industry", "grade", "lifecycle", "annual_spend", "last_contact_at")


@dataclass(frozen=True)
class PooledLine:
    """One pooled customer ready to show; a hidden field's value is absent from ``values``."""

    id: int
    customer_id: int
    pool: str
    entered_at: Any
    cause: str
    reason: str
    previous_owner: str
    is_mine_before: bool
    grade: str = ""
    lifecycle: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()


def open_entries(by: Actor, verb: str = "view") -> "QuerySet[PoolEntry]":
    """Return the customers that lie in the reader's pools now."""
    return PoolEntry.objects.visible_to(by, verb).filter(left_at__isnull=True)


def my_pools(by: Actor) -> "QuerySet[Pool]":
    """Return the pools from which the reader works, the default first."""
    rows = Pool.unscoped.filter(archived_at__isnull=True)
    if not by.breadth(PoolEntry.key(), "view").everything:
        rows = rows.filter(pk__in=pools_of(by))
    return rows.order_by("-is_default", "name")


def lines(rows: "QuerySet[PoolEntry]", by: Actor, names: tuple[str, ...]) -> list[PooledLine]:
    """Return entries with these customer fields, those that a pool hides left out."""
    found = rows.select_related("pool", "previous_owner", "customer__primary_contact")
    return [_line(row, by, names) for row in found]


def _line(row: PoolEntry, by: Actor, names: tuple[str, ...]) -> PooledLine:
    hidden = frozenset(row.pool.hidden_fields)
    return PooledLine(
        id=row.pk, customer_id=row.customer_id, pool=str(row.pool), entered_at=row.entered_at,
        cause=row.get_cause_display(), reason=row.reason,
        previous_owner=str(row.previous_owner or ""),
        is_mine_before=row.previous_owner_id == by.user_id,
        grade=_code(row, "grade", by), lifecycle=_code(row, "lifecycle", by),
        values={n: _shown(row.customer, n, by) for n in names if n not in hidden},
        hidden=hidden & set(names),
    )  # fmt: skip


def _code(row: PoolEntry, name: str, by: Actor) -> str:
    """Return the code behind a badge, empty where pool or field rule hides it."""
    hidden = name in row.pool.hidden_fields
    hidden = hidden or by.field_access("customers.customer", name) == "hidden"
    return "" if hidden else str(getattr(row.customer, name))


def _shown(customer: Any, name: str, by: Actor) -> str:
    f = customer._meta.get_field(name)
    value = getattr(customer, name)
    personal = bool(getattr(f, "personal", False))
    access = by.field_access("customers.customer", name, personal=personal)
    if access == "hidden" or value in (None, ""):
        return ""
    if access == "masked" and isinstance(f, Kind):
        return str(f.mask(value))
    return str(f.display(value) if isinstance(f, Kind) else value)


def pools_by_unit() -> dict[int | None, int]:
    """Return the pool of each unit: its own, else the nearest above it; None -> the default."""
    default = Pool.unscoped.filter(is_default=True, archived_at__isnull=True).first()
    found: dict[int | None, int] = {None: default.pk} if default else {}
    rows = PoolMember.unscoped.filter(unit__isnull=False, archived_at__isnull=True)
    own = dict(rows.filter(pool__archived_at__isnull=True).values_list("unit_id", "pool_id"))
    tree = org_tree(timezone.localdate())
    waiting: list[tuple[int | None, int | None]] = [(None, found.get(None))]
    while waiting:
        parent, above = waiting.pop()
        for unit in tree.get(parent, ()):
            pool = own.get(unit, above)
            if pool is not None:
                found[unit] = pool
            waiting.append((unit, pool))
    return found
