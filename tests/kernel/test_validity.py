"""A row is validated without asking what is known, and never less strictly than before."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.kernel.world import World, actor, make_world
from zhike.interactions.models import ToDo
from zhike.kernel.actions import recorded, store
from zhike.kernel.actor import Actor, Breadth
from zhike.kernel.errors import Invalid

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """Two units, two sellers, a customer each."""
    return make_world()


@pytest.fixture
def lu(world: World) -> Actor:
    """The seller of the first customer, in his unit."""
    return actor(world.lu, Breadth(everything=True), unit_ids=(world.east.pk,))


def todo(world: World, **values: object) -> ToDo:
    """Return a to-do of the first customer, not stored yet."""
    due = timezone.now() + dt.timedelta(days=1)
    plain = {"title": "回访", "customer": world.lan, "due_at": due}
    return ToDo(**{**plain, "owner_id": world.lu.pk, "unit_id": world.east.pk, **values})


def test_known_links_and_idle_conditions_cost_no_query(world: World, lu: Actor) -> None:
    with recorded(lu, "test.todo"), CaptureQueriesContext(connection) as asked:
        store(todo(world), by=lu)
    assert len(asked) == 1, "nothing but the INSERT, with the context of its history before it"
    assert "INSERT INTO" in asked[0]["sql"]


def test_a_link_to_nothing_is_refused(world: World, lu: Actor) -> None:
    with pytest.raises(Invalid) as caught, recorded(lu, "test.todo"):
        store(todo(world, customer=None, customer_id=10**9), by=lu)
    assert set(caught.value.fields) == {"customer"}


def test_a_partial_uniqueness_that_applies_is_still_checked(world: World, lu: Actor) -> None:
    with recorded(lu, "test.todo"):
        store(todo(world, source_key="contact:1"), by=lu)
    with recorded(lu, "test.todo"):
        store(todo(world, source_key="contact:1", status="done"), by=lu)
    with pytest.raises(Invalid), recorded(lu, "test.todo"):
        store(todo(world, source_key="contact:1"), by=lu)


def test_every_wrong_field_is_named_at_once(world: World, lu: Actor) -> None:
    with pytest.raises(Invalid) as caught, recorded(lu, "test.todo"):
        store(todo(world, title="", due_at=None), by=lu)
    assert set(caught.value.fields) == {"title", "due_at"}
