"""Scope: who sees which rows, and that the answer and its explanation never differ."""

import datetime as dt
import random

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from tests.kernel.world import (
    ALL,
    CUSTOMER,
    ORDER,
    OWN,
    actor,
    customer,
    joins_team,
    make_world,
    order,
)
from zhike.customers.models import Customer
from zhike.kernel import scope
from zhike.kernel.actor import ANONYMOUS, SYSTEM, Actor, Breadth
from zhike.sales.models import Order

pytestmark = pytest.mark.django_db

SERVICE = {"service": frozenset({(CUSTOMER, "view"), (ORDER, "view")})}


@pytest.fixture
def world():
    cache.clear()
    return make_world()


def seen(model, by, verb="view"):
    return set(model.objects.visible_to(by, verb).values_list("pk", flat=True))


def test_nobody_and_nothing(world):
    assert seen(Customer, ANONYMOUS) == set()
    assert seen(Customer, actor(world.lu)) == set()


def test_own_unit_and_all(world):
    assert seen(Customer, actor(world.lu, OWN)) == {world.lan.pk}
    assert seen(Customer, actor(world.lu, Breadth(units=frozenset({world.west.pk})))) == {
        world.cheng.pk
    }
    assert seen(Customer, actor(world.lu, ALL)) == {world.lan.pk, world.cheng.pk}
    assert len(seen(Customer, SYSTEM(reason="test"))) == 2


@pytest.mark.requirement("ORG-015")
def test_the_owner_sees_every_child_whoever_made_it(world):
    foreign = order("SO-1", world.lan, world.han, world.west)
    assert seen(Order, actor(world.lu)) == {foreign.pk}
    assert seen(Order, actor(world.lu), "change") == set()
    assert seen(Order, actor(world.lu, OWN), "change") == {foreign.pk}


@pytest.mark.requirement("ORG-013", "ORG-014")
def test_the_account_team_sees_the_account_and_its_children_and_no_more(world):
    mine = order("SO-1", world.lan, world.lu, world.east)
    order("SO-2", world.cheng, world.han, world.west)
    other = customer("宁波瀚海涂料有限公司", "C-3", world.lu, world.east)
    order("SO-3", other, world.lu, world.east)
    joins_team(world.han, world.lan)
    helper = Actor(user_id=world.han.pk, team_rights=SERVICE)
    assert seen(Customer, helper) == {world.lan.pk}
    assert mine.pk in seen(Order, helper)
    assert (
        seen(Order, helper)
        & set(Order.unscoped.filter(customer=other).values_list("pk", flat=True))
        == set()
    )
    assert seen(Customer, helper, "change") == set()


def test_a_team_membership_ends_on_its_date(world):
    member = joins_team(world.han, world.lan)
    helper = Actor(user_id=world.han.pk, team_rights=SERVICE)
    member.valid_from = timezone.localdate() - dt.timedelta(days=2)
    member.valid_to = timezone.localdate()
    member.save()
    assert seen(Customer, helper) == set()


def oracle(row, by, verb, teams):
    """Say by plain Python whether the actor may use the verb on an order."""
    breadth = by.breadth(ORDER, verb)
    parent = row.customer
    if breadth.everything:
        return True
    if breadth.own and by.user_id in (row.owner_id, parent.owner_id):
        return True
    if verb == "view" and parent.owner_id == by.user_id:
        return True
    if breadth.units & {row.unit_id, parent.unit_id}:
        return True
    roles = by.team_roles(ORDER, verb)
    return any((parent.pk, by.user_id, role) in teams for role in roles)


@pytest.mark.parametrize("small", [0, 10_000], ids=["many parents", "few parents"])
def test_scope_equals_the_oracle_and_its_own_explanation(world, monkeypatch, small):
    monkeypatch.setattr(scope, "SMALL_PARENT_SET", small)
    draw = random.Random(7)
    people, units = [world.lu, world.han, None], [world.east, world.west, None]
    customers = [
        customer(f"测试客户{n}有限公司", f"T-{n}", draw.choice(people), draw.choice(units))
        for n in range(8)
    ]
    orders = [
        order(f"T-{n}", draw.choice(customers), draw.choice(people), draw.choice(units))
        for n in range(40)
    ]
    teams = set()
    for of in customers[:3]:
        role = draw.choice(["service", "follower"])
        joins_team(world.han, of, role)
        teams.add((of.pk, world.han.pk, role))
    for _ in range(30):
        breadth = Breadth(
            own=draw.random() < 0.5,
            units=frozenset(u.pk for u in units[:2] if draw.random() < 0.3),
        )
        by = actor(draw.choice(people[:2]), breadth, team_rights=draw.choice([{}, SERVICE]))
        verb = draw.choice(["view", "change"])
        cache.clear()
        visible = seen(Order, by, verb)
        for row in orders:
            expected = oracle(row, by, verb, teams)
            assert (row.pk in visible) == expected, (breadth, verb, row)
            explained = any(line.holds for line in Order.scope.explain(row, by, verb))
            assert explained == expected


def plan_of(rows):
    sql, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + sql, parameters)
        return "\n".join(line for (line,) in cursor.fetchall())


def multiply(cursor, model, row, times, **changed):
    """Copy one row many times by SQL, with some columns computed from the counter ``i``."""
    columns = [f.column for f in model._meta.concrete_fields if f.column != "id"]
    values = [changed.get(column, f'"{column}"') for column in columns]
    listed = ", ".join(f'"{column}"' for column in columns)
    cursor.execute(
        f"INSERT INTO {model._meta.db_table} ({listed}) SELECT {', '.join(values)}"
        f" FROM {model._meta.db_table}, generate_series(1, {times}) i WHERE id = %s",
        [row.pk],
    )


@pytest.fixture
def many_orders(world):
    """200,000 orders of 20,000 customers; the benchmark asserts the same plans on five million."""
    with connection.cursor() as cursor:
        parcel = order("P", world.cheng, world.han, world.west)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("customers_customer", "sales_order"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        multiply(cursor, Customer, world.cheng, 20_000, code="'P-' || i")
        multiply(
            cursor,
            Order,
            parcel,
            200_000,
            number="'P-' || i",
            customer_id=f"{world.cheng.pk} + i %% 20000",
            ordered_on="DATE '2026-01-01' + i %% 300",
        )
        for table in ("customers_customer", "sales_order"):
            cursor.execute(f"ANALYZE {table}")
    return world


def test_scope_queries_use_indexes(many_orders):
    world = many_orders
    joins_team(world.lu, world.cheng)
    own = actor(world.lu, OWN, team_rights=SERVICE)
    plan = plan_of(Order.objects.visible_to(own).order_by("-ordered_on", "-id").values("id")[:50])
    assert "Seq Scan on sales_order" not in plan, plan
    plan = plan_of(
        Customer.objects.visible_to(own).order_by("-updated_at", "-id").values("id")[:50]
    )
    assert "Seq Scan on customers_customer" not in plan, plan
    west = actor(world.lu, Breadth(own=True, units=frozenset({world.west.pk})))
    plan = plan_of(Order.objects.visible_to(west).order_by("-ordered_on", "-id").values("id")[:50])
    assert "sales_order_recent" in plan, plan
    assert "Seq Scan on sales_order" not in plan, plan
