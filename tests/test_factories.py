"""The records that all other tests stand on are valid ones."""

import pytest

from tests.factories import actor, make, make_user, makeable, model_of, valid_values
from zhike.kernel.registry import registry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", makeable())
def test_every_record_can_be_made_twice(key):
    first, second = make(key), make(key)
    assert first.pk != second.pk
    assert model_of(key).unscoped.filter(pk=first.pk).exists()


def test_every_resource_has_a_maker():
    assert set(registry.resources) <= set(makeable())


def test_owner_and_unit_reach_the_parent():
    unit = make("identity.orgunit")
    ann = make_user("ann", grants={("sales.order", "view"): "own"}, unit=unit)
    order = make("customers.affiliation", owner=ann, unit=unit)
    assert (order.customer.owner, order.customer.unit) == (ann, unit)


def test_grants_reach_the_actor():
    unit = make("identity.orgunit")
    by = actor(make_user("ann", grants={("sales.order", "*"): "unit"}, unit=unit))
    assert by.breadth("sales.order", "archive").units == {unit.pk}
    assert not by.breadth("sales.payment", "view")


def test_valid_values_are_plain_json():
    values = valid_values("sales.order")
    assert values["amount"] == "1280.50"
    assert isinstance(values["customer"], int)
    assert "version" not in values
