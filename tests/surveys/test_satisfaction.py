"""Satisfaction: recorded on one scale, averaged by customer, counted by the standard in force."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.factories import BY_TEST, actor, make, make_user
from zhike.kernel.errors import Invalid
from zhike.kernel.metric_store import compute, readings
from zhike.kernel.models import EventRow, PolicyVersion
from zhike.kernel.policies import BadParams
from zhike.kernel.registry import registry
from zhike.loyalty.queries.measures import measures_of
from zhike.surveys.actions import record_satisfaction
from zhike.surveys.models import Satisfaction
from zhike.surveys.queries import by_customer, level_of, levels, scores

pytestmark = pytest.mark.django_db
STANDARD = "surveys.satisfaction_standard"
CASES = Path(__file__).parents[2] / "src/zhike/surveys/policies/cases/satisfaction_standard.yaml"


def today(back: int = 0) -> dt.date:
    return timezone.localdate() - dt.timedelta(days=back)


def rated(customer, score, back=0, **values):
    return make(
        "surveys.satisfaction", customer=customer, score=score, rated_on=today(back), **values
    )


def publish(**params):
    policy = registry.policies[STANDARD]
    cache.clear()
    return make(
        "kernel.policyversion", policy_id=STANDARD, number=1, status=PolicyVersion.Status.APPROVED,
        params=policy.parse(params).model_dump(mode="json"), effective_on=dt.date(2020, 1, 1),
    )  # fmt: skip


@pytest.mark.parametrize("case", yaml.safe_load(CASES.read_text(encoding="utf-8")), ids=str)
def test_the_standard(case):
    policy = registry.policies[STANDARD]
    facts, params = policy.Facts(**case["facts"]), policy.parse(case.get("params", {}))
    assert policy.decide(facts, params).outcome == case["outcome"]


def test_bands_do_not_overlap():
    with pytest.raises(BadParams, match="unsatisfied_below"):
        registry.policies[STANDARD].parse({"satisfied_from": 60, "unsatisfied_below": 60})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rated_on": "2999-01-01"}, "rated_on"),
        ({"score": 101}, "score"),
        ({"score": -1}, "score"),
        ({"score": "x"}, "score"),
        ({"aspect": "mood"}, "aspect"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(change, field):
    customer = make("customers.customer")
    values = {"customer": customer.pk, "rated_on": today().isoformat(), "score": 90, **change}
    with pytest.raises(Invalid) as refusal:
        record_satisfaction(Satisfaction, values, by=BY_TEST)
    assert field in refusal.value.fields
    assert not Satisfaction.unscoped.exists()
    assert not EventRow.objects.filter(name="surveys.satisfaction_recorded").exists()


def test_the_contact_belongs_to_the_customer_also_when_corrected():
    customer, stranger = make("customers.customer"), make("customers.person")
    values = {"customer": customer.pk, "rated_on": today().isoformat(), "score": 59}
    with pytest.raises(Invalid):
        record_satisfaction(Satisfaction, {**values, "person": stranger.pk}, by=BY_TEST)
    row = record_satisfaction(Satisfaction, values, by=BY_TEST)
    event = EventRow.objects.get(name="surveys.satisfaction_recorded")
    assert (event.subject_id, event.payload["level"]) == (customer.pk, "unsatisfied")
    edit = registry.resource(Satisfaction).edit
    with pytest.raises(Invalid):
        edit(Satisfaction, row.pk, {"person": stranger.pk}, by=BY_TEST)


def test_a_customer_counts_once_however_often_it_was_asked():
    often, once = make("customers.customer"), make("customers.customer")
    for score in (100, 100, 70):
        rated(often, score)
    rated(once, 40)
    rated(once, 10, back=400)
    rows = scores(BY_TEST, today(364), today())
    found = level_of(rows)
    assert (found.score, found.share, found.answers, found.customers) == (
        Decimal("65.0"), Decimal("50.0"), 4, 2,
    )  # fmt: skip
    assert by_customer(today()) == {often.pk: Decimal("90.00"), once.pk: Decimal("40.00")}
    publish(satisfied_from=70, unsatisfied_below=30)
    assert level_of(rows).share == Decimal("75.0")
    assert level_of(rows.none()).score is None


def test_groups_and_the_readers_scope():
    north, south = make("identity.orgunit"), make("identity.orgunit")
    seller = make_user("seller", grants={("*", "*"): "own"})
    mine = make("customers.customer", unit=north, owner=seller)
    rated(mine, 80, owner=seller)
    rated(make("customers.customer", unit=south), 20)
    found = levels(scores(BY_TEST, today(9), today()), "customer__unit")
    assert {unit: one.score for unit, one in found.items()} == {
        north.pk: Decimal("80.0"), south.pk: Decimal("20.0"),
    }  # fmt: skip
    assert level_of(scores(actor(seller), today(9), today())).answers == 1


@pytest.mark.requirement("SEG-038")
def test_the_metrics_say_the_same_as_the_queries():
    often, once = make("customers.customer"), make("customers.customer")
    for score in (100, 70):
        rated(often, score)
    rated(once, 40)
    rated(once, 100, back=400)
    Satisfaction.unscoped.filter(pk=rated(once, 0).pk).update(archived_at=timezone.now())
    compute()
    mean, share = readings(["surveys.mean_score", "surveys.satisfied_share"])
    level = level_of(scores(BY_TEST, today(364), today()))
    assert (mean.value, share.value) == (Decimal("62.50"), Decimal("33.33"))
    assert (level.score, level.share) == (Decimal("62.5"), Decimal("33.3"))


def test_satisfaction_is_a_measure_of_the_relation():
    customer, silent = make("customers.customer"), make("customers.customer")
    rated(customer, 80)
    rated(customer, 90)
    found = measures_of([customer.pk, silent.pk], today())
    assert found[customer.pk].satisfaction == 85
    assert found[silent.pk].satisfaction is None


def test_it_stands_on_the_customers_page():
    customer = make("customers.customer")
    rated(customer, 73, remark="送货总是提前通知")
    client = Client(HTTP_HOST="localhost")
    client.force_login(make_user("reader", grants={("*", "*"): "all"}))
    html = client.get(f"/customers/customer/{customer.pk}/?tab=satisfaction").content.decode()
    assert "满意度" in html
    assert "73" in html
