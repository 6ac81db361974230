"""Prepared reads give exactly what the plain scoped query gives, whoever reads."""

import datetime as dt
import pickle
import random

import pytest
from django.db import DataError, connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from tests.kernel.world import CUSTOMER, ORDER, World, actor, joins_team, make_world, order
from zhike.customers.models import Customer
from zhike.kernel import prepared as module
from zhike.kernel.actions import recorded
from zhike.kernel.actor import SYSTEM, Actor, Breadth
from zhike.kernel.prepared import Id, Ids, Moment, Text, prepared, replanned
from zhike.kernel.scope import among
from zhike.sales.models import Order

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """Two units, two sellers, a customer each, with orders of both; 韩 helps 陆."""
    made = make_world()
    with recorded(SYSTEM(reason="test"), "test.orders"):
        for number, of in enumerate((made.lan, made.lan, made.cheng, made.cheng)):
            seller = (made.lu, made.han)[number % 2]
            order(f"O-{number}", of, seller, (made.east, made.west)[number % 2])
        joins_team(made.han, made.lan)
    return made


@prepared
def _orders(by: Actor, customer_id: Id, limit: int | None) -> "QuerySet[Order]":
    rows = Order.objects.visible_to(by).filter(customer_id=customer_id)
    return rows.select_related("owner").order_by("-id")[:limit]


@prepared
def _some(by: Actor, ids: Ids) -> "QuerySet[Customer]":
    return Customer.objects.visible_to(by).filter(among("id", ids)).order_by("id")


@prepared
def _named(by: Actor, name: Text) -> "QuerySet[Customer]":
    return Customer.objects.visible_to(by).filter(name=name)


@prepared
def _since(by: Actor, since: Moment) -> "QuerySet[Order]":
    return Order.objects.visible_to(by).filter(created_at__gte=since).order_by("id")


@prepared
def _on(by: Actor, since: Moment) -> "QuerySet[Order]":
    return Order.objects.visible_to(by).filter(ordered_on__gte=since.date())


@prepared
def _noted(by: Actor, pk: Id) -> "QuerySet[Customer]":
    return Customer.objects.visible_to(by).filter(pk=pk, note__contains="%s of 100% isn't")


def kept(words: str) -> list[tuple[int, str]]:
    """Return how often one plan served the kept statements that hold the words, and these."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, statement FROM pg_prepared_statements"
            " WHERE position(%s in statement) > 0",
            [words],
        )
        return list(cursor.fetchall())


def random_actor(draw: random.Random, world: World) -> Actor:
    """Return one of the two with any breadth of view on customers and orders."""
    units = [world.east.pk, world.west.pk]
    grants = {
        (key, "view"): Breadth(
            everything=draw.random() < 0.15,
            own=draw.random() < 0.5,
            units=frozenset(draw.sample(units, draw.randrange(3))),
        )
        for key in (CUSTOMER, ORDER)
    }
    rights = {"service": frozenset({(CUSTOMER, "view"), (ORDER, "view")})}
    team = rights if draw.random() < 0.5 else {}
    who = draw.choice([world.lu, world.han])
    return Actor(user_id=who.pk, grants=grants, team_rights=team)


@pytest.mark.requirement("ORG-013", "ORG-016")
def test_same_rows_as_the_plain_query_for_any_rights(world: World) -> None:
    draw = random.Random(4)
    seen = 0
    for _ in range(150):
        by = random_actor(draw, world)
        of = draw.choice([world.lan.pk, world.cheng.pk])
        assert _orders(by, of, 3) == list(_orders.rows(by, of, 3))
        ids = draw.sample([world.lan.pk, world.cheng.pk], draw.randrange(3))
        assert _some(by, ids) == list(_some.rows(by, ids))
        seen += len(_orders(by, of, 3))
    assert seen > 50


def test_two_people_with_the_same_rights_share_the_shape_but_not_the_rows(world: World) -> None:
    grants = {(CUSTOMER, "view"): Breadth(own=True)}
    lu, han = (Actor(user_id=user.pk, grants=grants) for user in (world.lu, world.han))
    assert lu.shape == han.shape
    ids = [world.lan.pk, world.cheng.pk]
    assert (_some(lu, ids), _some(han, ids)) == ([world.lan], [world.cheng])
    wider = Actor(user_id=world.lu.pk, grants={(CUSTOMER, "view"): Breadth(everything=True)})
    assert wider.shape != lu.shape
    assert _some(wider, ids) == [world.lan, world.cheng]


def test_the_number_of_rights_does_not_travel_to_another_process(world: World) -> None:
    by = actor(world.lu, Breadth(own=True))
    assert by.shape
    assert "shape" not in pickle.loads(pickle.dumps(by)).__dict__


def test_links_come_with_the_rows_and_the_query_is_built_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = actor(world.lu, Breadth(everything=True))
    assert len(_orders(by, world.lan.pk, 5)) == 2
    monkeypatch.setattr(_orders, "rows", lambda *_: pytest.fail("built again"))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        owners = [row.owner.display_name for row in _orders(by, world.cheng.pk, 5)]
    assert owners == ["韩牧野", "陆知行"]
    assert len(asked) == 1


@pytest.mark.parametrize("pk", [2**70, None])
def test_what_is_no_id_finds_nothing_and_breaks_nothing(world: World, pk: int | None) -> None:
    assert _orders(actor(world.lu, Breadth(everything=True)), pk, 5) == []


def test_an_id_inside_another_value_is_refused(world: World) -> None:
    @prepared
    def _hidden(by: Actor, pk: Id) -> "QuerySet[Customer]":
        return Customer.objects.visible_to(by).filter(code=f"C-{pk}")

    with pytest.raises(ValueError, match="not a plain parameter"):
        _hidden(actor(world.lu, Breadth(everything=True)), world.lan.pk)


def test_a_shape_is_built_again_after_its_time_and_the_oldest_go(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = module._Shapes()
    monkeypatch.setattr(module, "SHAPES", 2)
    for key in ("a", "b", "c"):
        shapes.put(key, module._Shape(Customer.unscoped.all(), until=module.time.monotonic() + 9))
    assert shapes.get("a") is None
    assert shapes.get("c") is not None
    shapes.put("d", module._Shape(Customer.unscoped.all(), until=module.time.monotonic() - 1))
    assert shapes.get("d") is None


def test_a_text_is_put_into_its_place(world: World) -> None:
    by = actor(world.lu, Breadth(everything=True))
    for text, found in (
        (world.lan.name, [world.lan]),
        (world.cheng.name, [world.cheng]),
        ("'", []),
    ):
        assert _named(by, text) == found
    assert len(_named(by, "{1}")) == 0


@pytest.mark.usefixtures("world")
def test_moments_change_from_call_to_call():
    by, first = SYSTEM(reason="test"), Order.unscoped.earliest("created_at").created_at
    hour = dt.timedelta(hours=1)
    assert len(_since(by, first)) == len(_since(by, first - hour)) == 4
    assert _since(by, first + hour) == []
    with pytest.raises(ValueError, match="plain parameter"):
        _on(by, first)


def test_postgresql_keeps_the_statement_for_all_ids(world: World) -> None:
    by = actor(world.lu, Breadth(everything=True))
    for one in (world.lan, world.cheng, world.lan):
        assert len(_orders(by, one.pk, 987)) == 2
    ((runs, statement),) = kept("987")
    assert runs == 3
    assert statement.count("$") == 2  # the reader, the customer; all else is part of the statement


def test_lists_and_words_are_planned_for_their_values(world: World) -> None:
    by = actor(world.lu, Breadth(everything=True))
    replanned_orders = replanned(_orders.rows)
    assert len(replanned_orders(by, world.lan.pk, 986)) == 2
    assert kept("986") == []


def test_constants_of_a_kept_statement_mean_what_they_say(world: World) -> None:
    by = actor(world.lu, Breadth(everything=True))
    assert _noted(by, world.lan.pk) == []
    Customer.unscoped.filter(pk=world.lan.pk).update(note="a %s of 100% isn't much")
    assert _noted(by, world.lan.pk) == [world.lan]


def test_a_kept_read_works_between_writes_and_after_a_refused_one(world: World) -> None:
    by = actor(world.lu, Breadth(everything=True))
    with recorded(SYSTEM(reason="test"), "test.read"):  # history is noted before each statement
        order("O-kept", world.lan, world.lu, world.east)
        assert len(_orders(by, world.lan.pk, 5)) == 3
    with pytest.raises(DataError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    assert len(_orders(by, world.lan.pk, 5)) == 3
