"""Every resource through every HTML door, for anonymous, without right, outside and inside scope.

Generated from the registry: a new resource is in it without anybody's doing. Each refusal is
followed by the proof that nothing was written.
"""

import json

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import BY_TEST, make, make_user, valid_values
from zhike.kernel.actor import Actor, Breadth
from zhike.kernel.errors import BadQuery
from zhike.kernel.listing import Listing
from zhike.kernel.models import EventRow
from zhike.kernel.registry import registry
from zhike.kernel.scope import Granted, Mine

pytestmark = pytest.mark.django_db

KEYS = sorted(registry.resources)
SCOPED = [k for k in KEYS if not isinstance(registry.resource(k).model.scope, Granted | Mine)]
RECORD_DOORS = ["detail", "edit", "history"]


def url(door: str, key: str, **rest) -> str:
    """Return the address of a door of a resource."""
    package, entity = key.split(".")
    return reverse(door, kwargs={"package": package, "entity": entity, **rest})


def signed_in(user) -> Client:
    """Return a browser in which the person has signed in."""
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    return client


FEW = {"quality.codelist": 3}  # one list for each field that has codes


def written() -> int:
    """Return how much history, untracked rows and events the database holds."""
    models = [registry.resource(key).model for key in KEYS]
    kept = {getattr(model, "pgh_event_model", None) for model in models} - {None}
    plain = [model for model in models if not hasattr(model, "pgh_event_model")]
    rows = sum(m.objects.count() for m in kept) + sum(m.unscoped.count() for m in plain)
    return int(EventRow.objects.count() + rows)


@pytest.fixture
def insider():
    """Holds every right on everything."""
    return make_user("insider", grants={("*", "*"): "all"})


@pytest.fixture
def outsider():
    """Holds every right on own records only."""
    return make_user("outsider", grants={("*", "*"): "own"})


@pytest.fixture
def stranger():
    """Has an account and no right at all."""
    return make_user("stranger")


def record(key: str, user=None):
    """Return a record of the resource; a personal one belongs to the user."""
    mine = isinstance(registry.resource(key).model.scope, Mine)
    return make(key, owner=user) if mine and user else make(key)


@pytest.mark.parametrize("key", KEYS)
class TestEveryResource:
    """The doors that every resource has."""

    def test_anonymous_is_sent_to_sign_in(self, key):
        row = record(key)
        doors = [url("list", key), *(url(d, key, pk=row.pk) for d in RECORD_DOORS)]
        for address in doors:
            answer = Client(HTTP_HOST="localhost").get(address)
            assert answer.status_code == 302, address
            assert answer.headers["Location"].startswith("/sign-in/?next="), address

    def test_without_a_right_every_door_is_shut_and_nothing_is_written(self, key, stranger):
        if isinstance(registry.resource(key).model.scope, Mine):
            pytest.skip("personal records need no grant; see the outside test")
        row = record(key)
        client, before = signed_in(stranger), written()
        for door in RECORD_DOORS:
            assert client.get(url(door, key, pk=row.pk)).status_code in {403, 404}, door
        answer = client.get(url("list", key))
        if key in SCOPED:  # an account team may share single records with anybody: an empty list
            assert f'id="row-{row.pk}"'.encode() not in answer.content
        else:
            assert answer.status_code == 403
        for address in [
            url("create", key),
            url("edit", key, pk=row.pk),
            url("archive", key, pk=row.pk),
        ]:
            answer = client.post(address, {"version": row.version, "name": "x"})
            # 422: a team role may give "create", but not these values, and not on this customer
            assert answer.status_code in {403, 404, 422}, address
        assert client.get(url("choose", key) + "?q=a").status_code in {200, 403}
        assert written() == before

    def test_inside_every_door_opens(self, key, insider):
        row = record(key, insider)
        client = signed_in(insider)
        answer = client.get(url("list", key))
        assert answer.status_code == 200
        for door in RECORD_DOORS:
            resource = registry.resource(key)
            answer = client.get(url(door, key, pk=row.pk))
            shut = door == "edit" and resource.edit is None
            assert answer.status_code == (403 if shut else 200), (door, answer.status_code)
            assert answer.headers["Content-Security-Policy"].count("unsafe") == 0

    def test_the_list_is_a_fragment_for_htmx_and_a_page_without(self, key, insider):
        client = signed_in(insider)
        page = client.get(url("list", key)).content
        fragment = client.get(url("list", key), headers={"HX-Request": "true"}).content
        assert b"<html" in page
        assert b"<html" not in fragment
        assert len(fragment) < len(page)

    def test_unknown_filters_and_sorts_are_refused(self, key, insider):
        client = signed_in(insider)
        for query in ("?no_such=1", "?sort=no_such", "?page=0", "?page=x", "?per_page=100000"):
            assert client.get(url("list", key) + query).status_code == 400, query

    def test_an_absent_record_is_404_whatever_the_number(self, key, insider):
        client = signed_in(insider)
        for pk in (0, 10**12, 10**18):
            assert client.get(url("detail", key, pk=pk)).status_code == 404

    def test_a_list_costs_the_same_number_of_queries_for_one_row_and_for_many(
        self, key, insider, django_assert_max_num_queries
    ):
        for _ in range(FEW.get(key, 6)):
            record(key, insider)
        client = signed_in(insider)
        client.get(url("list", key))
        with django_assert_max_num_queries(16):
            assert client.get(url("list", key)).status_code == 200


@pytest.mark.parametrize("key", SCOPED)
def test_outside_scope_every_door_is_404_and_nothing_is_written(key, outsider):
    row = make(key, owner=make_user("somebody"))
    client, before = signed_in(outsider), written()
    assert client.get(url("list", key)).status_code == 200
    resource = registry.resource(key)
    for door in RECORD_DOORS:
        # an entity that is never edited says so for every number, existing or not
        shut = door == "edit" and resource.edit is None
        assert client.get(url(door, key, pk=row.pk)).status_code == (403 if shut else 404), door
    for door, way in (("edit", resource.edit), ("archive", resource.archive)):
        answer = client.post(url(door, key, pk=row.pk), {"version": row.version})
        assert answer.status_code == (404 if way else 403), door
    for action in registry.actions_on(key):
        if not action.many:
            answer = client.post(url("action", key, pk=row.pk, slug=action.slug), {})
            assert answer.status_code == 404, action.name
    assert written() == before


CREATABLE = [k for k in KEYS if registry.resource(k).create is not None]


@pytest.mark.parametrize("key", CREATABLE)
def test_the_form_creates_what_the_factory_would(key, insider):
    values = {
        name: json.dumps(value) if isinstance(value, dict | list) else value
        for name, value in valid_values(key).items()
    }
    before = registry.resource(key).model.unscoped.count()
    client = signed_in(insider)
    assert client.get(url("create", key)).status_code == 200
    answer = client.post(url("create", key), values)
    assert answer.status_code in {302, 303}, answer.content.decode()[:3000]
    assert registry.resource(key).model.unscoped.count() > before


@pytest.mark.parametrize("key", SCOPED)
def test_hidden_fields_are_absent_and_cannot_be_filtered_or_sorted_by(key):
    resource = registry.resource(key)
    grants = {(each, "view"): Breadth(everything=True) for each in KEYS}
    for name in dict.fromkeys([*resource.filters, *(c.name for c in resource.all_columns())]):
        if "." in name:
            continue
        blind = Actor(user_id=1, grants=grants, field_rules={(key, name): "hidden"})
        if name in resource.filters:
            with pytest.raises(BadQuery):
                _ = Listing(resource, blind, {name: "1"}).conditions
        with pytest.raises(BadQuery):
            _ = Listing(resource, blind, {"sort": name}).order
        assert name not in [c.name for c in resource.bound_columns(blind)]


def test_a_hidden_field_in_the_address_is_a_bad_request():
    user = make_user(
        "blind", grants={("*", "view"): "all"}, hidden=[("customers.customer", "phone")]
    )
    client = signed_in(user)
    assert client.get(url("list", "customers.customer") + "?sort=phone").status_code == 400
    assert client.get(url("list", "customers.customer") + "?phone=1").status_code == 400


def test_the_super_actor_is_named_in_history():
    row = make("customers.customer")
    event = row.pgh_event_model.objects.get(pgh_obj_id=row.pk)
    assert event.pgh_context.metadata["reason"] == BY_TEST.system_reason
