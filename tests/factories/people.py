"""People with rights, and the actors they are."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from tests.factories.core import make
from zhike.kernel.actor import VERBS, Actor
from zhike.kernel.registry import registry
from zhike.trust.models import Grant


def make_user(
    username: str,
    *,
    grants: Mapping[tuple[str, str], str] | None = None,
    roles: Iterable[Any] = (),
    unit: Any = None,
    hidden: Iterable[tuple[str, str]] = (),
    fields: Mapping[tuple[str, str], str] | None = None,
    display_name: str = "王小明",
) -> Any:
    """A person with an own role that holds the grants.

    Args:
        grants: (resource key, verb) -> own, unit, subtree or all; ``"*"`` as a resource or a verb
            means every one.
        roles: further roles; unit: the department; hidden: (resource, field) pairs the role may not
            see; fields: (resource, field) -> hidden, masked, readonly or editable.
    """
    user = make("identity.user", username=username, display_name=display_name)
    if unit is not None:
        make("identity.membership", user=user, unit=unit)
    rules = {**dict.fromkeys(hidden, "hidden"), **(fields or {})}
    if grants or rules:
        role = make("identity.role", code=f"role-{username}", name=username)
        make("identity.roleassignment", user=user, role=role)
        now = timezone.now()
        rows = [
            Grant(role=role, resource=key, verb=verb, reach=reach, created_at=now, updated_at=now)
            for (key, verb), reach in _each_right(grants or {}).items()
        ]
        Grant.unscoped.bulk_create(rows)  # hundreds, so not one by one
        for (resource, name), access in rules.items():
            make("trust.fieldrule", role=role, resource=resource, field=name, access=access)
    for role in roles:
        make("identity.roleassignment", user=user, role=role)
    cache.clear()
    return user


def _each_right(grants: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    found = {}
    for (resource, verb), reach in grants.items():
        for key in registry.resources if resource == "*" else [resource]:
            for one in VERBS if verb == "*" else [verb]:
                found[(key, one)] = reach
    return found


def actor(user: Any, *, channel: str = "web") -> Actor:
    """The person as an Actor with the rights of this moment."""
    from zhike.trust.queries import actor_for

    cache.clear()
    return actor_for(user, channel=channel)
