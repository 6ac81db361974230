"""Where segments are used beyond lists: rules, reports, win-back programmes (SEG-008)."""

import datetime as dt

import pytest
from django.utils import timezone

from tests.factories import BY_TEST, actor, make, make_user
from tests.segments.conftest import TODAY, bought, customer
from tests.segments.test_segments import group, leaf
from zhike.customers.models import Customer
from zhike.customers.queries.segments import members_of, segments_among
from zhike.interactions import cadence
from zhike.interactions.policies import CadenceFacts, CeilingFacts
from zhike.kernel.errors import Invalid
from zhike.kernel.registry import registry
from zhike.loyalty.actions import invite_segment, list_lost
from zhike.pool.policies import RecyclingFacts
from zhike.pool.queries import due
from zhike.segments.actions import save_segment
from zhike.teamwork.queries import figures_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock"),
              pytest.mark.requirement("SEG-008")]  # fmt: skip


@pytest.fixture
def boss():
    return actor(make_user("boss", grants={("*", "*"): "all"}))


@pytest.fixture
def big(boss, today):
    """A large and a small customer; the segment of the large."""
    large = customer("大", size="large", grade="standard", lifecycle="customer")
    small = customer("小", size="small", grade="standard", lifecycle="customer")
    row = save_segment({"name": "大客户"}, group("and", leaf("size", "in", "large")), by=boss)
    return large, small, row


def test_rules_ask_by_id_and_a_broken_segment_has_nobody(big):
    large, small, row = big
    assert members_of(row.pk) == [large.pk]
    assert members_of(row.pk, [small.pk]) == []
    assert segments_among(large.pk, [row.pk, 10**9]) == [row.pk]
    row.definition = group("and", leaf("shoe_size", "gte", 44))
    row.save(update_fields=["definition"])
    assert members_of(row.pk) == []


def test_the_contact_rule_by_segment_in_python_and_sql(big):
    large, small, row = big
    rule = registry.policies["interactions.contact_cadence"]
    params = rule.parse({"segments": [{"segment": row.pk, "days": 5}]})
    assert params.interval("standard", "customer") is None, "the grade alone prescribes nothing"
    found = cadence.deadlines(params, [large.pk, small.pk], TODAY)
    assert list(found) == [large.pk]
    known = timezone.localtime(large.created_at).date()
    facts = CadenceFacts(
        grade="standard", lifecycle="customer", known_on=known, today=TODAY, segments=[row.pk],
    )  # fmt: skip
    decided = rule.decide(facts, params.model_copy(update={"skip_weekends": False})).outcome
    assert decided["due_on"] == (known + dt.timedelta(days=5)).isoformat()
    none = rule.parse({"segments": [{"segment": row.pk, "days": None}]})
    Customer.unscoped.filter(pk__in=[large.pk, small.pk]).update(grade="vip")
    assert list(cadence.deadlines(none, [large.pk, small.pk], TODAY)) == [small.pk]


def test_the_ceiling_by_segment(big):
    _large, _small, row = big
    rule = registry.policies["interactions.contact_ceiling"]
    params = rule.parse({"segments": [{"segment": row.pk, "total": 1}], "rest_days": False})
    facts = {"grade": "vip", "channel_class": "total", "purpose": "plan", "day": TODAY,
             "used": {"total": 1}}  # fmt: skip
    assert rule.decide(CeilingFacts(**facts), params).outcome == "allow"
    assert rule.decide(CeilingFacts(**facts, segments=[row.pk]), params).outcome == "refuse"


def test_customers_of_a_spared_segment_stay_with_their_owner(boss, today):
    owner = make_user("ann")
    rows = [make("customers.customer", owner=owner, size=size) for size in ("large", "small")]
    segment = save_segment({"name": "大"}, group("and", leaf("size", "in", "large")), by=boss)
    rule = registry.policies["pool.recycling"]
    plain = {"rules": [{"follow_up_days": 1}], "protect_days": 0}
    later = TODAY + dt.timedelta(days=400)
    ids = [row.pk for row in rows]
    assert {one.customer_id for one in due.listed(rule.parse(plain), later, only=ids)} == set(ids)
    params = rule.parse({**plain, "spared_segments": [segment.pk]})
    assert [one.customer_id for one in due.listed(params, later, only=ids)] == [rows[1].pk]
    facts: dict[int, RecyclingFacts] = due.facts(params, later, ids)
    states = {pk: rule.decide(one, params).outcome["state"] for pk, one in facts.items()}
    assert states == {rows[0].pk: "keep", rows[1].pk: "recycle"}, "the rule says as the SQL"


def test_the_periodic_report_has_a_section_of_segments(boss, big):
    large, _small, row = big
    bought(large, 1_200, 3)
    first = TODAY - dt.timedelta(days=30)
    section = next(one for one in figures_of(boss, first, TODAY) if one["title"] == "客户细分")
    assert section["lines"] == [("大客户", "1 家，订单 1,200.00 元")]
    row.definition = group("and", leaf("shoe_size", "gte", 44))
    row.save(update_fields=["definition"])
    section = next(one for one in figures_of(boss, first, TODAY) if one["title"] == "客户细分")
    assert section["lines"] == [("大客户", "条件已失效")]
    blind = actor(make_user("blind", grants={("customers.customer", "view"): "all"}))
    assert all(one["title"] != "客户细分" for one in figures_of(blind, first, TODAY))


def test_a_win_back_programme_takes_a_segment(boss, big):
    large, small, row = big
    Customer.unscoped.filter(pk__in=[large.pk, small.pk]).update(lifecycle="lost")
    programme = make("loyalty.winbackprogramme", by=BY_TEST)
    list_lost(programme, by=boss, segment=row)
    assert [case.customer_id for case in programme.cases.all()] == [large.pk]
    list_lost(programme, by=boss)
    assert {case.customer_id for case in programme.cases.all()} == {large.pk, small.pk}


def test_a_customer_activity_invites_a_segment(boss, big):
    large, small, row = big
    for one in (large, small):
        person = make("customers.person", customer=one)
        Customer.unscoped.filter(pk=one.pk).update(primary_contact=person)
    activity = make("loyalty.activity", status="approved")
    assert invite_segment(activity, by=boss, segment=row).count == 1
    assert [one.customer_id for one in activity.invitees.all()] == [large.pk]
    assert invite_segment(activity, by=boss, segment=row).count == 0, "nobody twice"
    row.definition = group("and", leaf("shoe_size", "gte", 44))
    row.save(update_fields=["definition"])
    with pytest.raises(Invalid):
        invite_segment(activity, by=boss, segment=row)
