"""People, units and rights for the tests of customers and sales."""

import pytest
from django.utils import timezone

from zhike.identity.models import Membership, OrgUnit, User
from zhike.kernel.actions import recorded, store
from zhike.kernel.actor import EVERYTHING, SYSTEM, VERBS, Actor, Breadth

KEYS = (
    "customers.customer",
    "customers.person",
    "customers.affiliation",
    "customers.customerrelation",
    "customers.teammember",
    "customers.tag",
    "customers.customertag",
    "customers.gradeassessment",
    "customers.gradeoverride",
    "customers.gradingrun",
    "sales.order",
    "sales.payment",
)


def actor(user: User, unit: OrgUnit, breadth: Breadth = EVERYTHING, **more) -> Actor:
    """An actor with one breadth of every verb on all resources of the two packages."""
    grants = {(key, verb): breadth for key in KEYS for verb in VERBS}
    return Actor(user.pk, str(user), (unit.pk,), grants, **more)


def person(username: str, name: str, unit: OrgUnit) -> User:
    by = SYSTEM(reason="test")
    with recorded(by, "test"):
        user = store(User(username=username, display_name=name, password="!"), by=by)
        store(Membership(user=user, unit=unit, valid_from=timezone.localdate()), by=by)
    return user


@pytest.fixture
def unit(db) -> OrgUnit:
    by = SYSTEM(reason="test")
    with recorded(by, "test"):
        return store(OrgUnit(name="华东大区", code="HD"), by=by)


@pytest.fixture
def ann(unit) -> User:
    return person("ann", "陆知行", unit)


@pytest.fixture
def bob(unit) -> User:
    return person("bob", "韩牧野", unit)


@pytest.fixture
def by(ann, unit) -> Actor:
    """Somebody who may do everything."""
    return actor(ann, unit)


@pytest.fixture
def other(bob, unit) -> Actor:
    """A second one, for approvals."""
    return actor(bob, unit)


@pytest.fixture
def seller(bob, unit) -> Actor:
    """Somebody who reaches own records only."""
    return actor(bob, unit, Breadth(own=True))
