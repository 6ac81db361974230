"""Confidentiality holds at every door: lists, pages, children, search, choosers, API, export, print."""

import json
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.api.client import Api
from tests.factories import BY_TEST, actor, make, make_user
from zhike.customers.actions import set_confidentiality
from zhike.customers.models import Customer, Person
from zhike.exchange import commands
from zhike.kernel.actor import LEVELS, Actor, Breadth
from zhike.kernel.errors import Forbidden, NotFound
from zhike.kernel.models import PolicyVersion
from zhike.kernel.policies import BadParams
from zhike.kernel.registry import registry
from zhike.kernel.search import search
from zhike.sales.models import Order
from zhike.trust.queries import explain

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("DAT-028")]
ALL = {("*", "*"): "all"}


def level(row, name):
    Customer.unscoped.filter(pk=row.pk).update(confidentiality=name)
    row.refresh_from_db()


@pytest.fixture
def company():
    """One customer of each level, each with a person and an order."""
    owner = make("identity.user")
    rows = {}
    for name in LEVELS:
        rows[name] = make("customers.customer", owner=owner, phone=None)
        make("customers.person", customer=rows[name], owner=owner)
        make("sales.order", customer=rows[name], owner=owner)
        level(rows[name], name)
    return rows


@pytest.fixture
def reader(company):
    """Holds every right on everything, and no clearance."""
    return make_user("reader", grants=ALL)


def browser(user) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    return client


def levels_of(model, by, verb="view") -> set:
    path = "confidentiality" if model is Customer else "customer__confidentiality"
    return set(model.objects.visible_to(by, verb).values_list(path, flat=True))


@pytest.mark.parametrize("model", [Customer, Person, Order])
@pytest.mark.parametrize("verb", ["view", "change", "export", "archive"])
def test_records_and_children_above_the_clearance_are_withheld(company, reader, model, verb):
    assert levels_of(model, actor(reader), verb) == {"public", "internal"}
    assert levels_of(model, BY_TEST, verb) == set(LEVELS)


def test_every_record_that_hangs_on_a_customer_is_withheld_with_it(company, reader):
    """Generated: a new child is in it without anybody's doing."""
    by = actor(reader)
    secret = company["secret"]
    checked = 0
    for key, resource in registry.resources.items():
        links = [f for f in resource.model._meta.fields if f.related_model is Customer]
        if not links or key == "customers.customer" or key.partition(".")[0] == "exchange":
            continue
        row = make(key, customer=secret)
        if not any(getattr(row, f.attname) == secret.pk for f in links):
            continue
        assert not resource.model.objects.visible_to(by).filter(pk=row.pk).exists(), key
        checked += 1
    assert checked > 10


def test_the_owner_and_the_account_team_see_their_own_but_do_not_export_it(company):
    user = make_user("lan", grants={("*", "*"): "own"})
    secret = make("customers.customer", owner=user)
    level(secret, "secret")
    assert levels_of(Customer, actor(user)) == {"secret"}
    assert levels_of(Customer, actor(user), "export") == set()
    helper = make_user("helper", grants=ALL)
    assert "secret" not in levels_of(Customer, actor(helper))
    make("customers.teammember", customer=secret, user=helper, role="csm")
    from zhike.trust.actions import ensure_defaults

    ensure_defaults()
    cache.clear()
    assert secret.pk in set(Customer.objects.visible_to(actor(helper)).values_list("pk", flat=True))


def test_roles_pass_the_levels_that_the_policy_in_force_gives(company, reader):
    from zhike.identity.models import Role

    code = Role.unscoped.get(name="reader").code
    named = {"confidential": [code]}
    make("kernel.policyversion", policy_id="trust.confidentiality", params={
        "view": named, "export": {}, "print": {}}, status=PolicyVersion.Status.APPROVED,
        effective_on=timezone.localdate())  # fmt: skip
    by = actor(reader)
    assert levels_of(Customer, by) == {"public", "internal", "confidential"}
    assert levels_of(Customer, by, "export") == {"public", "internal"}
    assert by.cleared("print") == {"public", "internal"}


def test_pages_search_and_choosers_do_not_show_it(company, reader):
    client, secret = browser(reader), company["secret"]
    shown = client.get("/customers/customer/").content.decode()
    assert company["internal"].name in shown
    assert secret.name not in shown
    for address in ("", "edit/", "history/", "?peek=1"):
        assert client.get(f"/customers/customer/{secret.pk}/{address}").status_code == 404, address
    assert client.get(f"/customers/customer/{company['public'].pk}/").status_code == 200
    answer = client.get("/search/", {"q": secret.name}).content.decode()
    assert f"/customers/customer/{secret.pk}/" not in answer
    hits = search(secret.name, by=actor(reader)).get(Customer.key(), [])
    assert secret.pk not in {hit.id for hit in hits}


def test_the_interface_does_not_give_it(company, reader):
    api = Api(reader)
    found = api.get("customers/customer/").content.decode()
    assert company["internal"].name in json.dumps(json.loads(found), ensure_ascii=False)
    assert company["secret"].name not in json.dumps(json.loads(found), ensure_ascii=False)
    assert api.get(f"customers/customer/{company['secret'].pk}/").status_code == 404
    assert api.get(f"customers/customer/{company['internal'].pk}/").status_code == 200


def test_an_export_holds_only_what_may_leave(company, tmp_path: Path):
    user = make_user("boss", grants={("*", "*"): "all"})
    Customer.unscoped.filter(confidentiality="secret").update(owner=user)
    out = tmp_path / "customers.csv"
    commands.export_file("customers.customer", "", out, by=actor(user))
    text = out.read_text("utf-8-sig")
    assert company["internal"].name in text
    assert company["secret"].name not in text  # he sees it as its owner
    assert company["confidential"].name not in text


def test_paper_stays_empty_where_printing_is_not_allowed(company, reader):
    Customer.unscoped.filter(confidentiality="secret").update(owner=reader)
    cache.clear()
    client, secret, plain = browser(reader), company["secret"], company["internal"]
    record = client.get(f"/customers/customer/{secret.pk}/").content.decode()
    assert "zk-c360 zk-no-print" in record
    assert (
        "zk-c360 zk-no-print" not in client.get(f"/customers/customer/{plain.pk}/").content.decode()
    )
    rows = client.get("/customers/customer/").content.decode()
    assert f'id="row-{secret.pk}" class="zk-no-print"' in rows
    assert f'id="row-{plain.pk}" class="zk-no-print"' not in rows


def test_classing_needs_a_reason_is_recorded_and_never_locks_oneself_out(company, reader):
    plain = company["internal"]
    with pytest.raises(Forbidden):
        set_confidentiality(plain, by=actor(reader), level="secret", reason="并购洽谈")
    plain.refresh_from_db()
    assert plain.confidentiality == "internal"
    Customer.unscoped.filter(pk=plain.pk).update(owner=reader)
    set_confidentiality(plain, by=actor(reader), level="secret", reason="并购洽谈")
    plain.refresh_from_db()
    assert plain.confidentiality == "secret"
    with pytest.raises(NotFound):
        set_confidentiality(company["secret"], by=actor(reader), level="public", reason="试试")


def test_the_explanation_names_the_level(company, reader):
    found = explain(reader, company["secret"])
    assert not found.allowed
    assert any("保密" in line.text and not line.holds for line in found.reasons)
    assert explain(reader, company["internal"]).allowed


def test_default_changes_nothing():
    row = make("customers.customer")
    assert row.confidentiality == "internal"
    by = Actor(user_id=None, grants={("customers.customer", "view"): Breadth(everything=True)})
    assert Customer.objects.visible_to(by).filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ({"view": {"internal": ["sales"]}}, "view.internal"),
        ({"export": {"secret": ["sales"]}}, "export.secret"),
    ],
)
def test_impossible_parameters_are_named(raw, path):
    with pytest.raises(BadParams) as error:
        registry.policies["trust.confidentiality"].parse(raw)
    assert path in {problem.path for problem in error.value.problems}


def test_prepared_queries_of_other_clearances_are_not_shared():
    plain = Actor(user_id=1)
    cleared = Actor(user_id=1, clearances={"view": frozenset(LEVELS)})
    strict = Actor(user_id=1, owner_cleared=False)
    assert len({plain.shape, cleared.shape, strict.shape}) == 3
