"""A crowd of customers with every kind of fact, and short ways to publish rules."""

import datetime as dt
import random
from decimal import Decimal

import pytest
from django.utils import timezone

from tests.factories import BY_TEST
from zhike.customers.models import Customer, TeamMember
from zhike.interactions.models import Interaction
from zhike.kernel.models import PolicyVersion
from zhike.sales.models import Order

TODAY = dt.date(2026, 3, 4)


@pytest.fixture
def today(clock) -> dt.date:
    return TODAY


def publish(policy_id: str, plain: dict, on: dt.date = TODAY) -> PolicyVersion:
    now = timezone.now()
    number = PolicyVersion.unscoped.filter(policy_id=policy_id).count() + 1
    return PolicyVersion.unscoped.create(
        policy_id=policy_id, number=number, params=plain, effective_on=on, status="approved",
        created_at=now, updated_at=now,
    )  # fmt: skip


def moment(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(10)))


def customer(name: str, **values) -> Customer:
    from tests.factories import make

    return make("customers.customer", name=f"{name}有限公司", **values)


def bought(row, amount, days_ago: int, **values) -> Order:
    from tests.factories import make

    on = TODAY - dt.timedelta(days=days_ago)
    return make("sales.order", customer=row, amount=Decimal(amount), ordered_on=on, **values)


def spoke(row, days_ago: int) -> Interaction:
    from tests.factories import make

    at = moment(TODAY - dt.timedelta(days=days_ago))
    return make("interactions.interaction", customer=row, occurred_at=at, channel="note")


@pytest.fixture
def crowd(today, db) -> list[Customer]:
    """160 customers with orders, contacts and teams drawn by a fixed seed."""
    chance = random.Random(11)
    base = {"created_at": moment(TODAY - dt.timedelta(days=1200)), "updated_at": timezone.now()}
    rows = Customer.unscoped.bulk_create(
        Customer(
            code=f"S{i}", name=f"第{i}号客户有限公司",
            grade=chance.choice(["vip", "gold", "silver", "bronze", "standard"]),
            size=chance.choice(["", "large", "medium", "small"]),
            position=chance.choice(["", "leader", "strong"]),
            region=chance.choice(["321200", "330100", "440300", None]),
            industry=chance.choice(["涂料", "胶粘剂", "塑料"]),
            since=chance.choice([None, dt.date(2021, 3, 4), dt.date(2025, 8, 9),
                                 dt.date(2012, 2, 29), dt.date(2027, 1, 1)]),
            purchase_volume=chance.choice([None, 0, 1_000_000, 6_000_000]),
            lifecycle=chance.choice(["prospect", "interested", "customer", "lost"]), **base,
        )
        for i in range(160)
    )  # fmt: skip
    orders, talks, members = [], [], []
    days = [0, 1, 89, 90, 91, 180, 181, 269, 270, 271, 364, 365, 366, 400, 729, 730, 731, 900]
    for i, row in enumerate(rows):
        for j in range(chance.randrange(9)):
            on = TODAY - dt.timedelta(days=chance.choice(days))
            amount = Decimal(chance.randrange(-1_000_000, 40_000_000)) / 100
            status = chance.choice(["placed", "placed", "cancelled"])
            orders.append(Order(number=f"S{i}-{j}", customer=row, ordered_on=on, amount=amount,
                                status=status, **base))  # fmt: skip
        for back in chance.sample([1, 90, 91, 180, 181, 364, 366], chance.randrange(4)):
            at = moment(TODAY - dt.timedelta(days=back))
            talks.append(Interaction(customer=row, occurred_at=at, summary="谈", **base))
        if i % 7 == 0:
            members.append(row)
    Order.unscoped.bulk_create(orders)
    Interaction.unscoped.bulk_create(talks)
    from tests.factories import make

    people = [make("identity.user") for _ in range(2)]
    TeamMember.unscoped.bulk_create(
        TeamMember(customer=row, user=user, role="csm", valid_from=dt.date(2025, 1, 1), **base)
        for row in members
        for user in people
    )
    return rows


__all__ = ["BY_TEST", "TODAY", "bought", "crowd", "customer", "moment", "publish", "spoke"]
