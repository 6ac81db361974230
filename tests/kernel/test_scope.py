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


# The bar: the scope equals a brute-force oracle on this many decisions, in every way to ask.
DECISIONS = 100_000
ACTORS, VERBS, CUSTOMERS, ORDERS = 50, ("view", "change"), 100, 400


def oracle(rows, by, key, verb, teams):
    """Say by plain Python which rows an actor may use.

    A row is (id, the people and units it hangs on, the owner above it, its customer); ``teams`` are
    the (customer, role) in which the actor is.
    """
    breadth, roles = by.breadth(key, verb), by.team_roles(key, verb)
    return {
        pk
        for pk, near, above, customer in rows
        if breadth.everything
        or (breadth.own and any(owner == by.user_id for owner, __ in near))
        or any(unit in breadth.units for __, unit in near)
        or (verb == "view" and above == by.user_id)
        or any((customer, role) in teams for role in roles)
    }


def crowded(world, draw):
    """Make customers, orders and teams at random; return their facts for the oracle."""
    now, people = timezone.now(), [world.lu, world.han, None]
    units, base = [world.east, world.west, None], {"created_at": now, "updated_at": now}
    customers = Customer.unscoped.bulk_create(
        Customer(
            code=f"T-{n}", name=f"测试客户{n}有限公司", owner=draw.choice(people),
            unit=draw.choice(units), **base,
        )
        for n in range(CUSTOMERS)
    )  # fmt: skip
    Order.unscoped.bulk_create(
        Order(
            number=f"T-{n}", customer=draw.choice(customers), owner=draw.choice(people),
            unit=draw.choice(units), amount=1, ordered_on=now.date(), **base,
        )
        for n in range(ORDERS)
    )  # fmt: skip
    teams = {world.lu.pk: set(), world.han.pk: set()}
    for of in draw.sample(customers, 30):
        member, role = draw.choice(people[:2]), draw.choice(["service", "follower"])
        joins_team(member, of, role)
        teams[member.pk].add((of.pk, role))
    return facts_for_the_oracle(), teams


def facts_for_the_oracle():
    """Return model -> rows as ``oracle`` takes them."""
    given = {pk: held for pk, *held in Customer.unscoped.values_list("pk", "owner", "unit")}
    orders = Order.unscoped.values_list("pk", "customer", "owner", "unit")
    return {
        Customer: [(pk, [held], None, pk) for pk, held in given.items()],
        Order: [(pk, [held, given[of]], given[of][0], of) for pk, of, *held in orders],
    }


def drawn_actor(world, draw):
    """Return an actor with breadths, units and team rights at random."""
    breadth = Breadth(
        own=draw.random() < 0.5,
        units=frozenset(u.pk for u in (world.east, world.west) if draw.random() < 0.3),
        everything=draw.random() < 0.05,
    )
    return actor(
        draw.choice([world.lu, world.han]), breadth, team_rights=draw.choice([{}, SERVICE])
    )


@pytest.mark.requirement("ORG-014", "ORG-015")
def test_scope_equals_the_oracle_on_a_hundred_thousand_decisions(world, monkeypatch):
    draw = random.Random(7)
    facts, teams = crowded(world, draw)
    sizes = {"many parents": 0, "few parents": 10_000}
    decided = 0
    for number in range(ACTORS):
        by = drawn_actor(world, draw)
        for small in sizes.values():
            monkeypatch.setattr(scope, "SMALL_PARENT_SET", small)
            for model, verb in ((m, v) for m in (Customer, Order) for v in VERBS):
                cache.clear()
                expected = oracle(facts[model], by, model.key(), verb, teams[by.user_id])
                assert seen(model, by, verb) == expected, (number, by, model, verb, small)
                decided += len(facts[model])
    assert decided >= DECISIONS


def test_the_explanation_of_scope_equals_the_scope(world):
    draw = random.Random(11)
    facts, __ = crowded(world, draw)
    for __ in range(12):
        by, verb = drawn_actor(world, draw), draw.choice(VERBS)
        cache.clear()
        for model in (Customer, Order):
            visible = seen(model, by, verb)
            some = draw.sample([row[0] for row in facts[model]], 20)
            for row in model.unscoped.filter(pk__in=some):
                held = any(line.holds for line in model.scope.explain(row, by, verb))
                assert held == (row.pk in visible), (by, verb, row)


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
