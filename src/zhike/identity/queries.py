"""Reads of people and the organisation as it stood on a day."""

import datetime as dt
from collections import defaultdict

from django.db.models import Q, QuerySet
from django.utils import timezone

from zhike.identity.models import Membership, OrgPlacement, OrgUnit, RoleAssignment


def valid_on(on: dt.date) -> Q:
    """Return the condition "in force on a day" for rows with valid_from and exclusive valid_to."""
    open_end = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    return Q(valid_from__lte=on, archived_at__isnull=True) & open_end


def org_tree(on: dt.date | None = None) -> dict[int | None, list[int]]:
    """Return parent unit id -> child unit ids as the tree stood on a day (ORG-001)."""
    day = on or timezone.localdate()
    tree: dict[int | None, list[int]] = defaultdict(list)
    placements = OrgPlacement.unscoped.filter(valid_on(day)).order_by("unit__code")
    for parent, unit in placements.values_list("parent_id", "unit_id"):
        tree[parent].append(unit)
    return dict(tree)


def subtree(roots: "list[int] | set[int]", on: dt.date | None = None) -> set[int]:
    """Return the units and all below them on a day; a cycle in the data ends the walk."""
    tree = org_tree(on)
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        unit = waiting.pop()
        if unit not in found:
            found.add(unit)
            waiting.extend(tree.get(unit, ()))
    return found


def ancestors(unit: int, on: dt.date | None = None) -> list[int]:
    """Return the units above a unit on a day, nearest first."""
    parents = {child: parent for parent, children in org_tree(on).items() for child in children}
    found: list[int] = []
    current = parents.get(unit)
    while current is not None and current not in found:
        found.append(current)
        current = parents.get(current)
    return found


def memberships(user_id: int, on: dt.date | None = None) -> "QuerySet[Membership]":
    """Return the person's memberships on a day, the primary one first."""
    day = on or timezone.localdate()
    return Membership.unscoped.filter(valid_on(day), user_id=user_id).order_by("-is_primary", "id")


def roles_of(user_id: int, on: dt.date | None = None) -> "QuerySet[RoleAssignment]":
    """Return the person's role assignments on a day."""
    day = on or timezone.localdate()
    return RoleAssignment.unscoped.filter(valid_on(day), user_id=user_id, role__archived_at=None)


def units_by_id() -> dict[int, OrgUnit]:
    """Return all units by id."""
    return {unit.pk: unit for unit in OrgUnit.unscoped.all()}
