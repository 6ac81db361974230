"""Builds the Actor from roles, grants, field rules and account-team rights."""

import uuid
from collections import defaultdict
from dataclasses import replace

from django.core.cache import cache

from zhike.identity.models import User
from zhike.identity.queries import memberships, roles_of, subtree
from zhike.kernel.actor import ANONYMOUS, FIELD_ACCESS, NOTHING, Actor, Breadth
from zhike.trust.models import FieldRule, Grant, TeamRight

RIGHTS_AGE = 3  # seconds; a change of rights is felt everywhere within this time


def actor_for(user: "User | None", *, channel: str = "web", request_id: str = "") -> Actor:
    """Return the Actor of a signed-in person; anonymous for nobody or someone who left."""
    if user is None or not user.is_authenticated or not user.is_active:
        return replace(ANONYMOUS, channel=channel)
    name = f"actor:{user.pk}"
    actor: Actor | None = cache.get(name)
    if actor is None:
        actor = _build(user)
        cache.set(name, actor, RIGHTS_AGE)
    fresh = request_id or uuid.uuid4().hex
    return replace(actor, channel=channel, name=str(user), request_id=fresh)


def forget_rights() -> None:
    """Drop the remembered rights in this process after they were changed."""
    cache.clear()


def _build(user: User) -> Actor:
    units = [m.unit_id for m in memberships(user.pk)]
    roles = [assignment.role_id for assignment in roles_of(user.pk)]
    return Actor(
        user_id=user.pk,
        name=str(user),
        unit_ids=tuple(dict.fromkeys(units)),
        grants=_grants(roles, units),
        team_rights=_team_rights(),
        field_rules=_field_rules(roles),
    )


def _grants(roles: list[int], units: list[int]) -> dict[tuple[str, str], Breadth]:
    rows = Grant.unscoped.filter(role_id__in=roles, archived_at=None).prefetch_related("units")
    grants = list(rows)
    needs_tree = any(grant.reach == Grant.Reach.SUBTREE for grant in grants)
    below = subtree(units) if needs_tree else set()
    reach = {
        Grant.Reach.OWN: Breadth(own=True),
        Grant.Reach.UNIT: Breadth(own=True, units=frozenset(units)),
        Grant.Reach.SUBTREE: Breadth(own=True, units=frozenset(below)),
        Grant.Reach.ALL: Breadth(everything=True),
    }
    found: dict[tuple[str, str], Breadth] = defaultdict(lambda: NOTHING)
    for grant in grants:
        chosen = Breadth(own=True, units=frozenset(unit.pk for unit in grant.units.all()))
        found[(grant.resource, grant.verb)] |= reach.get(Grant.Reach(grant.reach), chosen)
    return dict(found)


def _field_rules(roles: list[int]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for rule in FieldRule.unscoped.filter(role_id__in=roles, archived_at=None):
        key = (rule.resource, rule.field)
        known = found.get(key, FIELD_ACCESS[0])
        found[key] = max(known, str(rule.access), key=FIELD_ACCESS.index)
    return found


def _team_rights() -> dict[str, frozenset[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for right in TeamRight.unscoped.filter(archived_at=None):
        found[right.team_role].add((right.resource, right.verb))
    return {role: frozenset(rights) for role, rights in found.items()}
