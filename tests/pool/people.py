"""A pool, its people and customers in it."""

import datetime as dt

from django.utils import timezone

from tests.factories import actor, make, make_user
from zhike.kernel.actions import recorded, store
from zhike.kernel.actor import SYSTEM
from zhike.kernel.models import PolicyVersion
from zhike.pool.actions import release
from zhike.pool.models import PoolEntry

ROBOT = SYSTEM(reason="test")
SELLER = {
    ("customers.customer", "view"): "own",
    ("customers.customer", "change"): "own",
    ("pool.poolentry", "view"): "unit",
    ("pool.poolentry", "change"): "unit",
}


def place(name="默认公海", **more):
    """A pool with one department."""
    unit = make("identity.orgunit")
    pool = make("pool.pool", name=name, is_default=True, **more)
    make("pool.poolmember", pool=pool, unit=unit)
    return pool, unit


def seller(username, unit, grants=SELLER):
    """Someone who works from the pool."""
    return actor(make_user(username, unit=unit, grants=grants))


def pooled(unit, owner=None, **values):
    """A customer that was just released by another person, and its entry."""
    holder = owner or make_user(f"was-{timezone.now().timestamp()}", unit=unit)
    customer = make("customers.customer", owner=holder, unit=unit, **values)
    release([customer.pk], by=ROBOT, reason="没有进展")
    return customer, PoolEntry.unscoped.get(customer=customer, left_at=None)


def published(policy_id, params, on=None):
    """Put parameters in force."""
    with recorded(ROBOT, "test"):
        return store(
            PolicyVersion(
                policy_id=policy_id, number=PolicyVersion.unscoped.count() + 1, status="approved",
                effective_on=on or timezone.localdate() - dt.timedelta(days=900), params=params,
            ),
            by=ROBOT,
        )  # fmt: skip
