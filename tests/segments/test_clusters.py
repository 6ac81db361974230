"""Segments that a model finds, and access by segment (SEG-008)."""

import datetime as dt

import numpy as np
import pytest

from tests.factories import BY_TEST, actor, make, make_user
from tests.segments.conftest import TODAY, bought, customer
from tests.segments.test_segments import group, leaf
from zhike.customers.models import Customer, TeamMember
from zhike.kernel.errors import Forbidden, Invalid
from zhike.kernel.listing import Listing
from zhike.kernel.registry import registry
from zhike.segments.actions import (
    apply_grants,
    define_segment,
    end_grant,
    grant_segment,
    recluster,
    save_segment,
)
from zhike.segments.models import Segment, SegmentMember
from zhike.segments.policies import ClusterFacts, ClusterModel
from zhike.segments.queries.clustering import cluster
from zhike.segments.queries.members import customers_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.mark.requirement("SEG-008")
def test_the_groups_are_the_obvious_ones_and_the_same_each_time():
    dice = np.random.default_rng(1)
    near = [dice.normal(centre, 0.05, (40, 3)) for centre in ((1.0, 3.0, 12.0), (5.0, 0.7, 7.0))]
    values = np.expm1(np.vstack(near))
    one, two = (cluster(values, 2, 7, 100) for _n in range(2))
    assert one.labels.tolist() == [0] * 40 + [1] * 40, "the group that spends most is the first"
    assert one.labels.tolist() == two.labels.tolist()
    assert np.array_equal(one.centres, two.centres)
    other = cluster(values, 2, 8, 100)
    assert other.labels.tolist() == one.labels.tolist(), "clear groups do not hang on the seed"
    same = cluster(np.ones((10, 3)), 4, 7, 100)
    assert (len(same.centres), same.inertia) == (1, 0.0), "equal rows are one group"


@pytest.mark.requirement("SEG-008")
def test_the_rule_finds_the_group_of_one_customer_with_its_distances():
    values = np.array([[5, 20, 900_000], [6, 22, 800_000], [300, 1, 2_000], [280, 1, 3_000]], float)
    model = cluster(values, 2, 7, 100)
    rule = ClusterModel()
    for row, label in zip(values, model.labels, strict=True):
        facts = ClusterFacts(
            values=tuple(row), centres=tuple(map(tuple, model.centres)),
            means=tuple(model.means), spreads=tuple(model.spreads),
        )  # fmt: skip
        decision = rule.decide(facts, rule.default())
        assert decision.outcome == label, "SQL-sized and single decisions agree"
        assert [reason.holds for reason in decision.reasons].count(True) == 1


@pytest.fixture
def market(today):
    rich, poor = [], []
    for number in range(6):
        one, two = customer(f"富{number}"), customer(f"贫{number}")
        for days in (3, 30, 60, 90):
            bought(one, 200_000 + number, days + number)
        bought(two, 900 + number, 300 + number)
        rich.append(one.pk)
        poor.append(two.pk)
    customer("未下单")
    return rich, poor


@pytest.mark.requirement("SEG-008")
def test_the_job_writes_segments_that_lists_know_and_explain(market, monkeypatch):
    rich, poor = market
    small = registry.policies["segments.cluster_model"].default()
    small = small.model_copy(update={"groups": 2, "least": 5})
    monkeypatch.setattr("zhike.segments.actions.clusters.in_force", lambda *_a: (None, small))
    assert recluster(TODAY, BY_TEST) == 2
    first, second = Segment.unscoped.filter(kind="cluster").order_by("cluster")
    boss = actor(make_user("boss", grants={("*", "*"): "all"}))
    assert set(customers_of(first, boss).values_list("pk", flat=True)) == set(rich)
    assert set(customers_of(second, boss).values_list("pk", flat=True)) == set(poor)
    model = first.definition
    assert (model["size"], model["customers"], model["seed"]) == (6, 12, small.seed)
    assert model["centre"][2] > model["everybody"][2] > second.definition["centre"][2]
    assert "6 家" in first.note
    listing = Listing(registry.resource("customers.customer"), boss, {"segment": str(first.pk)})
    assert len(listing.page_rows) == 6
    seller = actor(make_user("seller", grants={
        ("customers.customer", "view"): "own", ("segments.segment", "view"): "own",
    }))  # fmt: skip
    assert first in Segment.objects.visible_to(seller), "whoever sees segments sees the model's"
    assert not customers_of(first, seller).exists(), "and of it his own customers only"
    assert recluster(TODAY, BY_TEST) == 2
    assert Segment.unscoped.filter(kind="cluster").count() == 2, "the same rows, no new ones"
    assert SegmentMember.objects.filter(segment=first).count() == 6
    fewer = small.model_copy(update={"active": False})
    monkeypatch.setattr("zhike.segments.actions.clusters.in_force", lambda *_a: (None, fewer))
    assert recluster(TODAY, BY_TEST) == 0


@pytest.mark.requirement("SEG-008")
def test_too_few_customers_make_no_model(market):
    assert recluster(TODAY, BY_TEST) == 0, "twelve are fewer than the shipped fifty"
    assert not Segment.unscoped.filter(kind="cluster").exists()


@pytest.mark.requirement("SEG-008")
def test_a_cluster_is_not_written_by_hand():
    boss = actor(make_user("boss", grants={("*", "*"): "all"}))
    with pytest.raises(Invalid):
        save_segment({"name": "假聚类", "kind": "cluster"}, group("and"), by=boss)
    row = make("segments.segment", kind="cluster", cluster=0)
    with pytest.raises(Invalid):
        save_segment({"name": "改"}, group("and"), by=boss, target=row.pk)
    with pytest.raises(Invalid):
        define_segment(row, by=boss, definition='{"op": "and", "items": []}')


@pytest.fixture
def shared(today):
    """Two large customers of the boss and a small one, a live segment of the large, a colleague."""
    rows = [
        customer("甲", size="large"),
        customer("乙", size="large"),
        customer("丙", size="small"),
    ]
    boss_user = make_user("boss", grants={("*", "*"): "all"})
    boss = actor(boss_user)
    segment = save_segment({"name": "大客户"}, group("and", leaf("size", "in", "large")), by=boss)
    mate = make_user("mate", grants={("customers.customer", "view"): "own",
                                     ("customers.customer", "change"): "own"})  # fmt: skip
    return rows, boss, segment, mate


def seen(user) -> set[str]:
    rows = Customer.objects.visible_to(actor(user)).values_list("name", flat=True)
    return {name.removesuffix("有限公司") for name in rows}


@pytest.mark.requirement("SEG-008")
def test_a_permission_may_be_given_by_segment(shared):
    (_a, b, c), boss, segment, mate = shared
    assert seen(mate) == set()
    until = TODAY + dt.timedelta(days=30)
    grant = grant_segment(segment, by=boss, user=mate, valid_to=until)
    assert seen(mate) == {"甲", "乙"}
    Customer.unscoped.filter(pk=b.pk).update(size="small")
    Customer.unscoped.filter(pk=c.pk).update(size="large")
    assert apply_grants(TODAY) == 2, "the segment is live: one came, one went"
    assert seen(mate) == {"甲", "丙"}
    assert apply_grants(TODAY) == 0
    end_grant(grant, by=boss)
    assert seen(mate) == set()
    assert TeamMember.unscoped.filter(user=mate).exists(), "the memberships stay in the history"


@pytest.mark.requirement("SEG-008")
def test_a_grant_ends_and_leaves_what_people_shared_alone(shared, clock):
    (a, _b, _c), boss, segment, mate = shared
    make("customers.teammember", customer=a, user=mate, role="follower", valid_from=TODAY)
    until = TODAY + dt.timedelta(days=10)
    grant_segment(segment, by=boss, user=mate, valid_to=until)
    assert seen(mate) == {"甲", "乙"}
    clock.move_to("2026-12-31T12:00:00+08:00")
    apply_grants(dt.date(2026, 12, 31))
    assert seen(mate) == {"甲"}


@pytest.mark.requirement("SEG-008")
def test_nobody_grants_more_than_he_may_assign(shared):
    (a, _b, _c), _boss, segment, mate = shared
    lead = make_user("lead", grants={
        ("customers.customer", "view"): "all", ("segments.segment", "view"): "all",
        ("customers.customer", "assign"): "own",
    })  # fmt: skip
    Customer.unscoped.filter(pk=a.pk).update(owner=lead)
    until = TODAY + dt.timedelta(days=30)
    grant_segment(segment, by=actor(lead), user=mate, valid_to=until)
    assert seen(mate) == {"甲"}, "only those that the grantor may assign"
    reader = make_user("reader", grants={("*", "view"): "all"})
    with pytest.raises(Forbidden):
        grant_segment(segment, by=actor(reader), user=mate, valid_to=until)
    boss = actor(make_user("boss2", grants={("*", "*"): "all"}))
    for day in (TODAY, TODAY + dt.timedelta(days=9_999), None):
        with pytest.raises(Invalid):
            grant_segment(segment, by=boss, user=mate, valid_to=day)
    type(lead).unscoped.filter(pk=lead.pk).update(is_active=False)
    apply_grants(TODAY)
    assert seen(mate) == set(), "the grants of who has left end"
