"""Behaviour of known contacts is taken in with their consent only, and let go in time (DAT-008)."""

import datetime as dt
from pathlib import Path

import pytest
import yaml
from django.test import Client
from django.utils import timezone

from tests.api.client import Api
from tests.factories import BY_TEST, actor, make, make_user
from zhike.interactions.actions import create_behaviour, purge_behaviour
from zhike.interactions.jobs import nightly_behaviour
from zhike.interactions.models import Behaviour
from zhike.interactions.policies import BehaviourFacts, BehaviourRule
from zhike.kernel import timeline
from zhike.kernel.errors import Forbidden, Invalid, PolicyRefused
from zhike.kernel.models import EventRow, PolicyVersion
from zhike.kernel.registry import registry
from zhike.loyalty.actions.consents import create_consent
from zhike.loyalty.models import Consent

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("DAT-008")]
CASES = yaml.safe_load((Path(__file__).parent / "policies" / "behaviour.yaml").read_text("utf-8"))
ALL = {("*", "*"): "all"}
URL = "interactions/behaviour/"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_the_rule_by_cases(case):
    rule = registry.policies[BehaviourRule.id]
    params = rule.parse(case.get("params", {}))
    assert rule.decide(BehaviourFacts(**case["facts"]), params).outcome == case["outcome"]


@pytest.fixture
def ann():
    return make_user("ann", grants=ALL)


@pytest.fixture
def contact(ann):
    company = make("customers.customer", owner=ann)
    return make("customers.person", customer=company, owner=ann, name="顾明远")


def consent(person, state="given", *, days_ago=10, purpose="behaviour"):
    day = timezone.localdate() - dt.timedelta(days=days_ago)
    values = {"person": person.pk, "purpose": purpose, "state": state, "decided_on": day,
              "source": "官网", "channel": "any"}  # fmt: skip
    return create_consent(Consent, values, by=BY_TEST)


def event(person, **changes):
    return {
        "person": person.pk, "kind": "page_view", "source": "官网", "title": "环氧树脂选型",
        "url": "https://shop.example.com/epoxy?token=abc#top",
        "occurred_at": (timezone.now() - dt.timedelta(minutes=5)).isoformat(),
        "payload": '{"seconds": 40}', **changes,
    }  # fmt: skip


def test_an_event_arrives_through_the_interface_and_stands_on_the_timeline(ann, contact):
    consent(contact)
    answer = Api(ann).post(URL, event(contact))
    assert answer.status_code == 201, answer.content
    row = Behaviour.unscoped.get()
    assert (row.customer_id, row.kind, row.source) == (contact.customer_id, "page_view", "官网")
    assert row.url == "https://shop.example.com/epoxy"  # what follows the path may name somebody
    entries = timeline.page(contact.customer_id, actor(ann)).entries
    mine = [entry for source, entry in entries if source == "behaviour"]
    assert [(one.title, one.body) for one in mine] == [("顾明远", "环氧树脂选型")]
    client = Client(HTTP_HOST="localhost")
    client.force_login(ann)
    page = client.get(f"/customers/customer/{contact.customer_id}/").content.decode()
    assert "浏览页面 · 官网" in page
    assert "环氧树脂选型" in client.get("/interactions/behaviour/").content.decode()


@pytest.mark.parametrize(
    "given",
    [
        [],
        [("withdrawn", 1)],
        [("given", 10), ("withdrawn", 1)],
        [("given", 0)],  # today, but what is reported happened before
    ],
)
def test_without_a_valid_consent_nothing_is_stored(ann, contact, given):
    for state, days in given:
        consent(contact, state, days_ago=days)
    before = EventRow.objects.count()
    happened = timezone.now() - dt.timedelta(days=2)
    answer = Api(ann).post(URL, event(contact, occurred_at=happened.isoformat()))
    assert 400 <= answer.status_code < 500
    assert "同意" in answer.json()["detail"]
    assert not Behaviour.unscoped.exists()
    assert EventRow.objects.count() == before


def test_consent_to_something_else_is_none(ann, contact):
    consent(contact, purpose="marketing")
    with pytest.raises(PolicyRefused):
        create_behaviour(Behaviour, event(contact), by=actor(ann))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"payload": "[1]"}, "payload"),
        ({"payload": "{"}, "payload"),
        ({"payload": "[" * 900}, "payload"),
        ({"payload": '{"x": "' + "a" * 3000 + '"}'}, "payload"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "http://[::1"}, "url"),
        ({"kind": "stalk"}, "kind"),
        ({"person": 10**9}, "person"),
        ({"occurred_at": None}, "occurred_at"),
        ({"customer": 1}, "customer"),
    ],
)
def test_what_does_not_fit_is_named(ann, contact, changes, field):
    consent(contact)
    with pytest.raises(Invalid) as error:
        create_behaviour(Behaviour, event(contact) | changes, by=actor(ann))
    assert field in error.value.fields
    assert not Behaviour.unscoped.exists()


@pytest.mark.parametrize("moved", [dt.timedelta(hours=1), -dt.timedelta(days=40)])
def test_the_future_and_the_distant_past_are_refused(ann, contact, moved):
    consent(contact, days_ago=60)
    at = (timezone.now() + moved).isoformat()
    with pytest.raises(PolicyRefused):
        create_behaviour(Behaviour, event(contact, occurred_at=at), by=actor(ann))


def test_rights_and_scope(contact):
    consent(contact)
    stranger = make_user("stranger")
    with pytest.raises(Forbidden):
        create_behaviour(Behaviour, event(contact), by=actor(stranger))
    outside = make_user("outside", grants={("*", "*"): "own"})
    with pytest.raises(Invalid):
        create_behaviour(Behaviour, event(contact), by=actor(outside))
    make("interactions.behaviour")
    assert not Behaviour.objects.visible_to(actor(outside)).exists()


def stored(person, days_ago):
    return make("interactions.behaviour", person=person, customer=person.customer,
                occurred_at=timezone.now() - dt.timedelta(days=days_ago))  # fmt: skip


def test_the_night_deletes_what_the_rule_in_force_no_longer_keeps(contact):
    consent(contact, days_ago=400)
    young, old = stored(contact, 20), stored(contact, 181)
    nightly_behaviour(timestamp=0)
    assert set(Behaviour.unscoped.values_list("pk", flat=True)) == {young.pk}
    assert not hasattr(Behaviour, "pgh_event_model")  # and no history keeps it either
    make("kernel.policyversion", policy_id=BehaviourRule.id, params={"retention_days": 10},
         status=PolicyVersion.Status.APPROVED, effective_on=timezone.localdate())  # fmt: skip
    assert purge_behaviour(by=BY_TEST) == 1
    assert purge_behaviour(by=BY_TEST) == 0
    assert old.pk


def test_a_withdrawal_takes_its_events_along_at_once(contact):
    consent(contact)
    other = make("interactions.behaviour")
    stored(contact, 1)
    consent(contact, "withdrawn", days_ago=0)
    assert list(Behaviour.unscoped.values_list("pk", flat=True)) == [other.pk]


def test_the_night_also_finds_consents_that_vanished_otherwise(contact):
    given = consent(contact)
    stored(contact, 1)
    Consent.unscoped.filter(pk=given.pk).update(archived_at=timezone.now())
    assert purge_behaviour(by=BY_TEST) == 1
