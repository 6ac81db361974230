"""The development stage: what it recommends, and how satisfied and loyal its customers are."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from tests.factories import BY_TEST, actor, make, make_user
from tests.segments.conftest import TODAY, bought, customer, publish, today  # noqa: F401
from zhike.interactions.models import ToDo
from zhike.kernel.policies import BadParams
from zhike.kernel.registry import registry
from zhike.loyalty.queries.stage import stage_loyalty
from zhike.segments.actions import open_card, recommend, run_schemes
from zhike.segments.jobs import nightly
from zhike.segments.models import ClassCard
from zhike.segments.queries.lifecycle import MODEL

pytestmark = [
    pytest.mark.django_db, pytest.mark.usefixtures("clock"), pytest.mark.requirement("SEG-038"),
]  # fmt: skip
RULE = "segments.development_offer"
WORDS = {"product_offer": "推荐分散剂新牌号", "personal_offer": "专人上门了解不满",
         "added_offer": "提供配方优化服务"}  # fmt: skip


def rated(row, score, back=10):
    on = TODAY - dt.timedelta(days=back)
    make("surveys.satisfaction", customer=row, score=score, rated_on=on)


@pytest.fixture
def stage():
    """Customers in development: content, displeased, loyal, never asked; and one beyond it."""
    owner = make_user("seller")
    names = ("甲", "乙", "丙", "丁")
    glad, sad, loyal, quiet = (customer(name, owner=owner) for name in names)
    for row in (glad, sad, quiet):
        bought(row, 1_000, 20)
    for back in (20, 40, 60):
        bought(loyal, 1_000, back)
    identify = customer("戊", owner=owner)
    run_schemes(TODAY, BY_TEST)
    for row, score in ((glad, 90), (sad, 50), (loyal, 85), (identify, 10)):
        rated(row, score)
    rated(glad, 0, back=400)
    card = open_card(MODEL, "develop", by=BY_TEST)
    registry.resource(ClassCard).edit(ClassCard, card.pk, WORDS | {"cadence_days": 30}, by=BY_TEST)
    return {"glad": glad, "sad": sad, "loyal": loyal, "quiet": quiet, "identify": identify}


def given() -> dict[int, ToDo]:
    return {row.customer_id: row for row in ToDo.unscoped.filter(policy_id=RULE)}


def test_each_customer_gets_the_recommendation_that_fits(stage, clock):
    assert recommend(TODAY, BY_TEST) == 4
    found = given()
    titles = {name: found[row.pk].title for name, row in stage.items() if row.pk in found}
    assert titles == {
        "glad": WORDS["product_offer"], "sad": WORDS["personal_offer"],
        "loyal": WORDS["added_offer"], "quiet": WORDS["product_offer"],
    }  # fmt: skip
    assert found[stage["sad"].pk].facts["satisfaction"] == 50
    assert found[stage["sad"].pk].owner_id == stage["sad"].owner_id
    nightly(0)
    assert recommend(TODAY, BY_TEST) == 0, "once while it is open"
    ToDo.unscoped.update(status="done")
    assert recommend(TODAY, BY_TEST) == 0, "the cadence is not over"
    clock.shift(dt.timedelta(days=31))
    assert recommend(TODAY + dt.timedelta(days=31), BY_TEST) == 4


def test_the_night_recommends(stage):
    nightly(0)
    assert len(given()) == 4


def test_the_sql_says_what_the_rule_says(stage):
    publish(RULE, {"personal_below": 86, "added_orders": 2})
    recommend(TODAY, BY_TEST)
    policy = registry.policies[RULE]
    params = policy.parse({"personal_below": 86, "added_orders": 2})
    for row in given().values():
        facts = policy.Facts(satisfaction=row.facts["satisfaction"], orders=row.facts["orders"])
        assert policy.decide(facts, params).outcome == row.facts["kind"]
    assert given()[stage["loyal"].pk].facts["kind"] == "personal"


@pytest.mark.parametrize(
    ("score", "orders", "kind"),
    [(79, 9, "personal"), (80, 3, "added"), (80, 2, "product"), (None, 0, "product"),
     (None, 3, "added")],
)  # fmt: skip
def test_the_rule_at_its_edges(score, orders, kind):
    policy = registry.policies[RULE]
    facts = policy.Facts(satisfaction=None if score is None else Decimal(score), orders=orders)
    decision = policy.decide(facts, policy.default())
    assert decision.outcome == kind
    assert len(decision.reasons) == 2
    with pytest.raises(BadParams):
        policy.parse({"added_orders": 0})


def test_a_card_without_words_for_a_kind_makes_no_todo(stage):
    ClassCard.unscoped.update(personal_offer="")
    assert recommend(TODAY, BY_TEST) == 3
    assert stage["sad"].pk not in given()


def test_satisfaction_and_loyalty_of_the_stage(stage):
    recommend(TODAY, BY_TEST)
    ToDo.unscoped.filter(customer=stage["sad"]).update(status="done")
    make("customers.customerrelation", customer=stage["glad"], other=stage["identify"],
         kind="referrer")  # fmt: skip
    make("customers.customerrelation", customer=stage["sad"], other=stage["identify"],
         kind="referrer", valid_to=TODAY)  # fmt: skip
    make("customers.customerrelation", customer=stage["identify"], other=stage["loyal"],
         kind="referrer")  # fmt: skip
    make("loyalty.relationhealth", customer=stage["loyal"], score=70, level="good")
    found = stage_loyalty("develop", TODAY, BY_TEST)
    assert found.members == 4
    level = found.satisfaction
    assert (level.score, level.share, level.answers) == (Decimal("75.0"), Decimal("66.7"), 3)
    assert (found.repeat, found.referrers, found.health) == (Decimal("25.0"), 1, 70)
    assert [(one.kind, one.open, one.done) for one in found.offers] == [
        ("product", 2, 0), ("personal", 0, 1), ("added", 1, 0),
    ]  # fmt: skip


def test_who_may_not_see_ratings_gets_none(stage):
    reader = actor(make_user("reader", grants={("customers.customer", "view"): "all"}))
    found = stage_loyalty("develop", TODAY, reader)
    assert (found.members, found.satisfaction, found.repeat, found.health) == (4, None, None, None)


def test_both_pages_show_it(stage):
    client = Client(HTTP_HOST="localhost")
    client.force_login(make_user("boss", grants={("*", "*"): "all"}))
    for address in ("/segments/lifecycle/?stage=develop", f"/segments/classes/{MODEL}/develop/"):
        html = client.get(address).content.decode()
        assert "满意度与忠诚度" in html, address
        assert "75.0" in html, address
        assert "个性化服务" in html, address
    assert "满意度与忠诚度" not in client.get("/segments/lifecycle/?stage=mature").content.decode()
    assert (
        WORDS["added_offer"] in client.get(f"/segments/classes/{MODEL}/develop/").content.decode()
    )
