"""Reads of people and the organisation as it stood on a day."""

import datetime as dt
from collections import defaultdict
from typing import Any

from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils import timezone

from zhike.identity.models import (
    Membership,
    Notice,
    OrgPlacement,
    OrgUnit,
    Preference,
    RoleAssignment,
    SavedView,
    User,
)


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


def preferences(user_id: int, *keys: str) -> dict[str, Any]:
    """Return the person's small choices by key."""
    rows = Preference.objects.filter(user_id=user_id, key__in=keys)
    return dict(rows.values_list("key", "value"))


def saved_views(user_id: int, resource: str) -> "QuerySet[SavedView]":
    """Return the person's views of a list, then those that others share."""
    mine = Q(user_id=user_id)
    rows = SavedView.unscoped.filter(mine | Q(extra__shared=True), archived_at=None)
    return rows.filter(resource=resource).order_by("position", "id")


def notices(user_id: int) -> "QuerySet[Notice]":
    """Return the person's notices, newest first."""
    return Notice.unscoped.filter(user_id=user_id, archived_at=None).order_by("-id")


def unread_notices(user_id: int) -> int:
    """Return how many notices the person has not read, at most 100."""
    return notices(user_id).filter(read_at__isnull=True).order_by()[:100].count()


def company_name() -> str:
    """Return the name of the company: the unit at the root of the tree, remembered a minute."""
    name: str | None = cache.get("company_name")
    if name is None:
        company = OrgUnit.unscoped.filter(kind=OrgUnit.Kind.COMPANY, archived_at=None)
        name = company.order_by("id").values_list("name", flat=True).first() or ""
        cache.set("company_name", name, 60)
    return name


def security_administrators(on: dt.date | None = None) -> list[str]:
    """Return the names of those who give rights, for the page that says a right is missing."""
    day = on or timezone.localdate()
    rows = RoleAssignment.unscoped.filter(
        valid_on(day), role__exclusive="security", user__is_active=True
    )
    return list(dict.fromkeys(rows.values_list("user__display_name", flat=True)))[:3]


def active_people() -> "QuerySet[User]":
    """Return the people who work here now: the address book."""
    return User.unscoped.filter(is_active=True, archived_at=None).order_by("display_name", "id")


def active_units() -> "QuerySet[OrgUnit]":
    """Return the departments in use."""
    return OrgUnit.unscoped.filter(archived_at=None).order_by("code")


def person(user_id: int) -> User | None:
    """Return a person by id, also one who has left."""
    return User.unscoped.filter(pk=user_id).first()


def person_names(ids: "set[int]") -> dict[int, str]:
    """Return id -> name, also of people who have left."""
    return dict(User.unscoped.filter(pk__in=ids).values_list("id", "display_name"))
