"""People with rights on customers and duplicates."""

import pytest

from tests.customers.conftest import actor as customer_actor
from tests.customers.conftest import ann, bob, unit  # noqa: F401
from zhike.kernel.actor import EVERYTHING, VERBS, Actor, Breadth

KEYS = (
    "duplicates.pair", "duplicates.merge", "duplicates.scan", "duplicates.check",
    "interactions.interaction", "interactions.todo", "interactions.participant",
)  # fmt: skip


def actor(user, unit, breadth: Breadth = EVERYTHING) -> Actor:  # noqa: F811
    """Somebody with one breadth of every verb on customers and duplicates."""
    made = customer_actor(user, unit, breadth)
    grants = {**made.grants, **{(key, verb): breadth for key in KEYS for verb in VERBS}}
    return Actor(user.pk, str(user), (unit.pk,), grants)


@pytest.fixture
def by(ann, unit) -> Actor:  # noqa: F811
    """The data steward."""
    return actor(ann, unit)


@pytest.fixture
def seller(bob, unit) -> Actor:  # noqa: F811
    """Somebody who reaches own customers only."""
    return actor(bob, unit, Breadth(own=True))
