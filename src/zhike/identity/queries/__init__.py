"""Reads of people and the organisation as it stood on a day."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import BooleanField, Count, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.identity.models import (
    Handover,
    Membership,
    Notice,
    OrgPlacement,
    OrgUnit,
    Post,
    Preference,
    Role,
    RoleAssignment,
    SavedView,
    User,
)
from zhike.identity.policies import PasswordFacts, SignInParams, SignInRules, judge_password
from zhike.identity.queries.calendar import (
    CalendarCell,
    add_working_days,
    add_working_time,
    calendar_day,
    closing_hours,
    end_of_day,
    is_working_day,
    missing_years,
    work_weeks,
    working_calendar,
    working_days_between,
    year_sheet,
)
from zhike.identity.queries.people import (
    active_colleague,
    holders,
    memberships,
    primary_unit,
    valid_on,
)
from zhike.kernel.actor import ANONYMOUS, Actor
from zhike.kernel.errors import NotFound
from zhike.kernel.listing import SUBTREES
from zhike.kernel.policy_store import in_force, sentence
from zhike.kernel.prepared import Id, prepared

__all__ = [
    "CalendarCell",
    "active_colleague",
    "add_working_days",
    "add_working_time",
    "calendar_day",
    "closing_hours",
    "end_of_day",
    "holders",
    "is_working_day",
    "memberships",
    "missing_years",
    "primary_unit",
    "valid_on",
    "work_weeks",
    "working_calendar",
    "working_days_between",
    "year_sheet",
]  # fmt: skip


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


SUBTREES["identity.orgunit"] = subtree


def ancestors(unit: int, on: dt.date | None = None) -> list[int]:
    """Return the units above a unit on a day, nearest first."""
    parents = {child: parent for parent, children in org_tree(on).items() for child in children}
    found: list[int] = []
    current = parents.get(unit)
    while current is not None and current not in found:
        found.append(current)
        current = parents.get(current)
    return found


def roles_of(user_id: int, on: dt.date | None = None) -> "QuerySet[RoleAssignment]":
    """Return the person's role assignments on a day."""
    day = on or timezone.localdate()
    return RoleAssignment.unscoped.filter(valid_on(day), user_id=user_id, role__archived_at=None)


def units_by_id() -> dict[int, OrgUnit]:
    """Return all units by id."""
    return {unit.pk: unit for unit in OrgUnit.unscoped.all()}


def sign_in_rules(on: dt.date | None = None) -> SignInParams:
    """Return the sign-in and password rules in force; remembered for a few seconds."""
    found: SignInParams | None = None if on else cache.get("identity:sign_in_rules")
    if found is None:
        current: SignInParams = in_force(SignInRules.id, on)[1]
        if on is None:
            cache.set("identity:sign_in_rules", current, 3)
        return current
    return found


def administrator_kinds(user_id: int, on: dt.date | None = None) -> set[str]:
    """Return which of the three administrators the person is: system, security, audit."""
    codes = roles_of(user_id, on).exclude(role__exclusive="")
    return set(codes.values_list("role__exclusive", flat=True))


def administrators(kind: str) -> "QuerySet[User]":
    """Return the active people who hold one of the three administrator roles today."""
    held = RoleAssignment.unscoped.filter(valid_on(timezone.localdate()), role__exclusive=kind)
    return User.unscoped.filter(pk__in=held.values("user_id"), is_active=True)


def first_run_open() -> bool:
    """Tell whether nobody has an account yet, so that the first one may be made."""
    return not User.unscoped.exists()


def duties_before_work(user: User, rules: SignInParams | None = None) -> str:
    """Return ``password`` or ``second_factor`` where the person must settle that first, else ""."""
    rules = rules or sign_in_rules()
    if user.must_change_password:
        return "password"
    changed = user.password_changed_at
    aged = changed is not None and timezone.now() - changed > dt.timedelta(days=rules.max_age_days)
    if rules.profile == "mlps" and aged:
        return "password"
    if not user.totp_secret and administrator_kinds(user.pk):
        return "second_factor"
    return ""


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit in the tree as it stood on a day; ``depth`` 0 is a root."""

    unit: OrgUnit
    depth: int
    parent_id: int | None
    people: int


def branches(on: dt.date | None = None) -> list[Branch]:
    """Return the units that stood on a day, depth first, with the people in each."""
    day = on or timezone.localdate()
    tree, units = org_tree(day), units_by_id()
    members = Membership.unscoped.filter(valid_on(day), user__is_active=True)
    counts = dict(members.values_list("unit_id").annotate(n=Count("user_id", distinct=True)))
    found: list[Branch] = []
    waiting: list[tuple[int, int, int | None]] = [
        (u, 0, None) for u in reversed(tree.get(None, []))
    ]
    while waiting:
        unit, depth, parent = waiting.pop()
        found.append(Branch(units[unit], depth, parent, counts.get(unit, 0)))
        waiting += [(child, depth + 1, unit) for child in reversed(tree.get(unit, []))]
    return found


def supervisors(user_id: int) -> list[int]:
    """Return the nearest leader above a person: of his primary unit, else of the units above."""
    for membership in memberships(user_id):
        units = [membership.unit_id, *ancestors(membership.unit_id)]
        leaders = dict(
            OrgUnit.unscoped.filter(pk__in=units, leader__is_active=True)
            .exclude(leader_id=user_id)
            .values_list("pk", "leader_id")
        )
        for unit in units:
            if unit in leaders:
                return [int(leaders[unit])]
    return []


def account(user_id: int) -> User:
    """Return a person by id, also one who has left.

    Raises:
        NotFound: there is no such person.
    """
    user = User.unscoped.filter(pk=user_id).first()
    if user is None:
        raise NotFound
    return user


def accounts(text: str = "", *, left: bool = False) -> "QuerySet[User]":
    """Return people by name or sign-in name, those who left last; ``left`` adds these."""
    rows = User.unscoped.order_by("-is_active", "display_name", "pk")
    if text:
        rows = rows.filter(Q(display_name__icontains=text) | Q(username__icontains=text))
    return rows if left else rows.filter(is_active=True)


def roles(*, business: bool = False) -> "QuerySet[Role]":
    """Return the roles in use, the administrators last; ``business`` leaves these out."""
    rows = Role.unscoped.filter(archived_at=None).order_by("exclusive", "pk")
    return rows.filter(exclusive="") if business else rows


def role(role_id: int) -> Role:
    """Return a role in use.

    Raises:
        NotFound: there is none with this id.
    """
    found = Role.unscoped.filter(pk=role_id, archived_at=None).first()
    if found is None:
        raise NotFound
    return found


def unit(unit_id: int) -> OrgUnit:
    """Return a unit.

    Raises:
        NotFound: there is none with this id.
    """
    found = OrgUnit.unscoped.filter(pk=unit_id).first()
    if found is None:
        raise NotFound
    return found


def placements(unit_id: int) -> "QuerySet[OrgPlacement]":
    """Return where a unit hung and hangs, latest first."""
    rows = OrgPlacement.unscoped.filter(unit_id=unit_id, archived_at=None)
    return rows.select_related("parent").order_by("-valid_from")


def posts() -> "QuerySet[Post]":
    """Return the posts in use."""
    return Post.unscoped.filter(archived_at=None).order_by("code")


def units_of_people(ids: "list[int]", on: dt.date | None = None) -> dict[int, list[Membership]]:
    """Return person -> memberships on a day, the primary one first."""
    rows = Membership.unscoped.filter(valid_on(on or timezone.localdate()), user_id__in=ids)
    found: dict[int, list[Membership]] = defaultdict(list)
    for row in rows.select_related("unit", "post").order_by("-is_primary", "pk"):
        found[row.user_id].append(row)
    return dict(found)


def roles_of_people(ids: "list[int]") -> dict[int, list[RoleAssignment]]:
    """Return person -> role assignments of today."""
    rows = RoleAssignment.unscoped.filter(valid_on(timezone.localdate()), user_id__in=ids)
    found: dict[int, list[RoleAssignment]] = defaultdict(list)
    for row in rows.select_related("role").order_by("pk"):
        found[row.user_id].append(row)
    return dict(found)


def handover_receipt(pk: int) -> Handover:
    """Return a receipt.

    Raises:
        NotFound: there is none with this id.
    """
    found = Handover.unscoped.select_related("leaver", "created_by").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def setup_state() -> dict[str, int]:
    """Return the counts behind the guided first steps."""
    return {
        "people": User.unscoped.filter(is_active=True).count(),
        "units": OrgUnit.unscoped.filter(archived_at=None).count(),
        "security": administrators("security").count(),
        "audit": administrators("audit").count(),
    }


def password_conditions() -> list[str]:
    """Return the conditions of the password profile in force, as sentences."""
    facts = PasswordFacts(password="", names=())
    return [sentence(line) for line in judge_password(facts, sign_in_rules())]


def preferences(user_id: int, *keys: str) -> dict[str, Any]:
    """Return the person's small choices by key."""
    return dict(_preferences(ANONYMOUS, user_id, keys))


@prepared
def _preferences(by: Actor, user_id: Id, keys: tuple[str, ...]) -> "QuerySet[Preference, Any]":  # noqa: ARG001
    rows = Preference.objects.filter(user_id=user_id, key__in=keys)
    return rows.values_list("key", "value")


def preferences_holding(user_id: int, key: str, number: int) -> "QuerySet[Preference]":
    """Return the person's choice of a key if its list holds the number."""
    rows = Preference.objects.filter(user_id=user_id, key=key)
    return rows.filter(RawSQL("value @> to_jsonb(%s::bigint)", [number], BooleanField()))


def saved_views(user_id: int, resource: str) -> "QuerySet[SavedView]":
    """Return the person's views of a list, then those that others share."""
    mine = Q(user_id=user_id)
    rows = SavedView.unscoped.filter(mine | Q(extra__shared=True), archived_at=None)
    return rows.filter(resource=resource).order_by("position", "id")


def notices(user_id: int) -> "QuerySet[Notice]":
    """Return the person's notices, newest first."""
    return Notice.unscoped.filter(user_id=user_id, archived_at=None).order_by("-id")


def session_account(user_id: int) -> User | None:
    """Return the account of a session, read on every request."""
    return next(iter(_account(ANONYMOUS, user_id)), None)


@prepared
def _account(_by: Actor, user_id: Id) -> "QuerySet[User]":
    return User.unscoped.filter(pk=user_id)


def unread_notices(user_id: int) -> int:
    """Return how many notices the person has not read, at most 100."""
    return len(_unread(ANONYMOUS, user_id))


@prepared
def _unread(_by: Actor, user_id: Id) -> "QuerySet[Notice, Any]":
    return notices(user_id).filter(read_at__isnull=True).order_by().values_list("pk")[:100]


def company_name() -> str:
    """Return the name of the company: the unit at the root of the tree, remembered a minute."""
    name: str | None = cache.get("company_name")
    if name is None:
        company = OrgUnit.unscoped.filter(kind=OrgUnit.Kind.COMPANY, archived_at=None)
        name = company.order_by("id").values_list("name", flat=True).first() or ""
        cache.set("company_name", name, 60)
    return name


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


def account_named(username: str) -> User:
    """Return a person by sign-in name, ignoring case.

    Raises:
        NotFound: there is no such account.
    """
    user = User.unscoped.filter(username__iexact=username).first()
    if user is None:
        raise NotFound(_("没有这个账号。"))
    return user
