"""A small company made through the product's own actions."""

import datetime as dt
from typing import Any

from django.test import Client
from django.utils import timezone

from zhike.identity.actions.organisation import create_unit, join_unit
from zhike.identity.actions.passwords import set_password
from zhike.identity.actions.people import create_user
from zhike.identity.actions.roles import give_first_role
from zhike.identity.models import OrgUnit, User
from zhike.kernel.actions import recorded
from zhike.kernel.actor import SYSTEM, Actor
from zhike.trust.queries import actor_for, forget_rights

BY = SYSTEM(reason="test")
GOOD = "Lan-Yu.2026-hua"
OLD = dt.date(2020, 1, 1)


def person(name: str, *roles: str, unit: OrgUnit | None = None, password: str = GOOD) -> User:
    """An account with roles, a unit and a password."""
    shown = "".join(c for c in name if not c.isdigit()) or "人"
    user = create_user(User, {"username": name, "display_name": shown}, by=BY)
    with recorded(BY, "test"):
        set_password(user, password, by=BY)
    if unit is not None:
        join_unit(user, by=BY, unit=unit, valid_from=timezone.localdate())
    for role in roles:
        give_first_role(user, role)
    user.refresh_from_db()
    return user


def unit(code: str, parent: OrgUnit | None = None, since: dt.date = OLD, **more: Any) -> OrgUnit:
    """A unit in the tree since long ago."""
    values = {"name": f"部门{code}", "code": code, **more}
    return create_unit(OrgUnit, values, by=BY, parent=parent, valid_from=since)


def actor(user: User) -> Actor:
    """The person's rights as they are now."""
    forget_rights()
    return actor_for(User.unscoped.get(pk=user.pk))


def signed_in(user: User, password: str = GOOD) -> Client:
    """A browser in which the person has signed in."""
    browser = Client()
    answer = browser.post("/sign-in/", {"username": user.username, "password": password})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return browser
