"""A sales person with a customer and its contact, a supervisor, a director; a morning in spring."""

import datetime as dt
from types import SimpleNamespace

import pytest

from tests.factories import actor, make, make_user
from zhike.customers.models import Customer
from zhike.kernel.models import PolicyVersion
from zhike.kernel.registry import registry

MINE = {("*", verb): "own" for verb in ("view", "create", "change", "reveal", "archive")}
TODAY = dt.date(2026, 3, 10)


@pytest.fixture
def world(db, clock):
    """The people as users (``ann``) and as actors (``by_ann``), the customer and its contact."""
    clock.move_to(dt.datetime(2026, 3, 10, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8))))
    unit = make("identity.orgunit", name="华东销售一部")
    ann = make_user("ann", display_name="陆知行", unit=unit, grants=MINE)
    bob = make_user("bob", display_name="韩慕野", unit=unit, grants=MINE)
    boss = make_user("boss", display_name="宋砚秋", unit=unit, grants={("*", "*"): "all"})
    customer = make("customers.customer", owner=ann, unit=unit, grade="vip", lifecycle="customer")
    person = make("customers.person", customer=customer, owner=ann, name="周叙白")
    Customer.unscoped.filter(pk=customer.pk).update(primary_contact=person)
    return SimpleNamespace(
        unit=unit, ann=ann, bob=bob, boss=boss, by_ann=actor(ann), by_bob=actor(bob),
        by_boss=actor(boss), customer=customer, person=person, today=TODAY,
    )  # fmt: skip


@pytest.fixture
def rule(db):
    """Put a policy in force with some parameters changed."""

    def put(policy_id, **changes):
        params = registry.policies[policy_id].default().model_dump(mode="json") | changes
        registry.policies[policy_id].parse(params)
        number = PolicyVersion.unscoped.filter(policy_id=policy_id).count() + 1
        return make(
            "kernel.policyversion", policy_id=policy_id, number=number, status="approved",
            effective_on=dt.date(2020, 1, number), params=params,
        )  # fmt: skip

    return put


@pytest.fixture
def agreed(world):
    """The contact agrees to care by every channel."""
    return make("loyalty.consent", person=world.person)
