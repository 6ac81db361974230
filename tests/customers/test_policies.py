"""The grading standards as pure rules: their cases, their parameters, one tier for everybody."""

import re
from decimal import Decimal
from importlib.resources import files

import pytest
import yaml
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from zhike.customers.policies import AbcGradePolicy, CustomGradePolicy, GradePolicy
from zhike.customers.policies.facts import GradeFacts
from zhike.kernel.policies import BadParams
from zhike.kernel.policy_store import sentence
from zhike.kernel.registry import registry


def shipped_cases():
    folder = files("zhike.customers.policies") / "cases"
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        for number, case in enumerate(document["cases"]):
            yield pytest.param(document["policy"], case, id=f"{document['policy']}-{number}")


@pytest.mark.requirement("SEG-016", "SEG-017", "SEG-018", "SEG-019", "SEG-020", "SEG-021")
@pytest.mark.requirement("SEG-023", "SEG-024", "SEG-025", "SEG-026", "SEG-027", "SEG-028")
@pytest.mark.parametrize(("policy_id", "case"), list(shipped_cases()))
def test_cases(policy_id, case):
    policy = registry.policies[policy_id]
    decision = policy.decide(policy.Facts(**case["facts"]), policy.default())
    assert decision.outcome == case["outcome"], case["because"]
    assert any(reason.holds for reason in decision.reasons)
    assert all(sentence(reason) for reason in decision.reasons)


@pytest.mark.requirement("SEG-021")
@given(spend=st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_exactly_one_tier_for_every_spend(spend):
    params = GradePolicy().default()
    inside = []
    for tier in params.tiers:
        above = tier.reached(spend)
        below = (
            tier.upper is None
            or spend < tier.upper
            or (tier.upper_inclusive and spend == tier.upper)
        )
        if above and below:
            inside.append(tier.code)
    assert len(inside) == 1
    assert GradePolicy().decide(GradeFacts(annual_spend=spend), params).outcome == inside[0]


def raw(**changes):
    """The shipped parameters as plain values, tiers changed by place."""
    plain = GradePolicy().default().model_dump(mode="json")
    for place, change in changes.pop("tiers", {}).items():
        plain["tiers"][place].update(change)
    return {**plain, **changes}


def faults(plain, policy=None):
    with pytest.raises(BadParams) as caught:
        (policy or GradePolicy()).parse(plain)
    return {problem.path: sentence(problem) for problem in caught.value.problems}


@pytest.mark.requirement("SEG-021")
@pytest.mark.parametrize(
    ("tiers", "path", "word"),
    [
        ({1: {"upper": 1_200_000}}, "tiers.1.upper", "重叠"),
        ({1: {"upper": 900_000}}, "tiers.1.upper", "空档"),
        ({1: {"upper_inclusive": False}}, "tiers.1.upper_inclusive", "不属于"),
        ({0: {"lower_inclusive": True}}, "tiers.1.upper_inclusive", "同时属于"),
        ({0: {"upper": 5_000_000}}, "tiers.0.upper", "最高级"),
        ({4: {"lower": 0}}, "tiers.4.lower", "最低级"),
        ({4: {"minimum": {"loyalty": 10}}}, "tiers.4", "最低级"),
        ({2: {"lower": 600_000}}, "tiers.2.upper", "上限应大于下限"),
        ({2: {"upper": None}}, "tiers.2.upper", "缺少界限"),
        ({2: {"code": "platinum"}}, "tiers.2.code", "platinum"),
        ({1: {"code": "vip"}}, "tiers", "缺少级别"),
        ({0: {"minimum": {"charm": 10}}}, "tiers.0.minimum.charm", "charm"),
        ({0: {"lower": "abc"}}, "tiers.0.lower", "格式"),
        ({0: {"lower": "NaN"}}, "tiers.0.lower", "格式"),
        ({0: {"bonus": 1}}, "tiers.0.bonus", "没有这个参数"),
    ],
)
def test_bad_bands_are_named(tiers, path, word):
    found = faults(raw(tiers=tiers))
    assert word in found[path]


def test_unordered_bands_are_refused():
    plain = raw()
    plain["tiers"].reverse()
    assert any("由高到低" in text or "上限" in text for text in faults(plain).values())


@pytest.mark.requirement("SEG-015")
def test_three_weighted_dimensions_each_with_source_weight_and_scale():
    params = GradePolicy().default()
    assert [d.key for d in params.dimensions] == ["value", "loyalty", "potential"]
    assert sum(d.weight for d in params.dimensions) == 100
    for dimension in params.dimensions:
        assert sum(item.weight for item in dimension.items) == 100
    facts = GradeFacts(annual_spend=Decimal(600_000), cooperation_years=Decimal(4), repeat_orders=2)
    scores = GradePolicy().scores(facts, params)
    # value 80 % x 80 + 20 % x 100; loyalty 40 % x 70 + 60 % x 40; potential nothing
    assert scores["value"] == 84
    assert scores["loyalty"] == 52
    assert scores["potential"] == 0
    assert scores["total"] == Decimal("57.60")


@pytest.mark.requirement("SEG-015")
def test_weights_other_than_100_percent_are_named():
    plain = raw()
    plain["dimensions"][0]["weight"] = 60
    plain["dimensions"][1]["items"][0]["weight"] = 10
    found = faults(plain)
    assert "110" in found["dimensions"]
    assert "70" in found["dimensions.1.items"]


def test_scales_must_rise_and_words_must_exist():
    plain = raw()
    plain["dimensions"][0]["items"][0]["steps"] = [
        {"at_least": 10, "points": 1},
        {"at_least": 10, "points": 2},
    ]
    plain["dimensions"][2]["items"][1]["words"] = {"giant": 5}
    plain["dimensions"].append(plain["dimensions"][0])
    found = faults({**plain, "dimensions": plain["dimensions"][:3]})
    assert "由低到高" in found["dimensions.0.items.0.steps.1.at_least"]
    assert "giant" in found["dimensions.2.items.1.words.giant"]


def test_better_tier_failing_on_a_condition_falls_to_the_next():
    params = GradePolicy().parse(
        raw(tiers={0: {"minimum": {"loyalty": 70}, "max_overdue_days": 60}})
    )
    facts = GradeFacts(annual_spend=Decimal(2_000_000), overdue_days=61)
    decision = GradePolicy().decide(facts, params)
    assert decision.outcome == "gold"
    lacking = [sentence(line) for line in decision.reasons if not line.holds]
    assert lacking == ["VIP：忠诚度得分 ≥ 70", "VIP：无逾期超 60 天应收"]
    loyal = facts.model_copy(
        update={"overdue_days": 60, "cooperation_years": Decimal(6), "repeat_orders": 6}
    )
    assert GradePolicy().decide(loyal, params).outcome == "vip"


@pytest.mark.requirement("SEG-022")
def test_entitlements_of_the_five_tiers():
    rights = GradePolicy().default().entitlements()
    services = [right.service for right in rights.values()]
    assert services == ["专属服务", "优先服务", "一般服务", "基础服务", "标准服务"]
    minutes = [right.response_minutes for right in rights.values()]
    assert minutes == sorted(minutes)
    assert rights["vip"].named_contact
    assert not rights["standard"].named_contact
    assert rights["vip"].discount > rights["gold"].discount > rights["standard"].discount
    assert rights["vip"].contact_days == 7


@pytest.mark.requirement("SEG-024", "SEG-025", "SEG-026")
def test_entitlements_of_the_three_classes():
    rights = AbcGradePolicy().default().entitlements()
    assert [right.service for right in rights.values()] == ["定制化服务", "优惠政策", "基础服务"]


@pytest.mark.requirement("SEG-027")
def test_highest_class_wins_and_says_why():
    policy = AbcGradePolicy()
    facts = policy.Facts(size="large", cooperation_years="9")
    decision = policy.decide(facts, policy.default())
    assert decision.outcome == "a"
    assert "同时符合 A 级、B 级，取最高的 A 级" in [sentence(line) for line in decision.reasons]


@pytest.mark.requirement("SEG-028")
def test_own_standard_with_exceptions():
    policy = CustomGradePolicy()
    plain = policy.default().model_dump(mode="json")
    plain["currency"] = "BRL"
    plain["exceptions"] = [
        {"source": "position", "operator": "is", "word": "leader", "effect": "at_least",
         "tier": "k", "why": "行业龙头"},
        {"source": "overdue_days", "operator": "ge", "value": 90, "effect": "exactly",
         "tier": "o", "why": "长期欠款"},
    ]  # fmt: skip
    params = policy.parse(plain)
    assert policy.decide(GradeFacts(position="leader"), params).outcome == "k"
    assert policy.decide(GradeFacts(position="leader", overdue_days=90), params).outcome == "o"
    rich = {"annual_spend": 10**7, "cooperation_years": 9, "repeat_orders": 9, "size": "large",
            "purchase_volume": 10**7, "position": "leader"}  # fmt: skip
    assert policy.decide(GradeFacts(**rich), params).outcome == "s"


@pytest.mark.requirement("SEG-028")
def test_own_standard_names_faulty_exceptions():
    policy = CustomGradePolicy()
    plain = policy.default().model_dump(mode="json")
    plain["exceptions"] = [
        {"source": "size", "operator": "ge", "word": "large", "effect": "at_least", "tier": "k",
         "why": "大"},
        {"source": "orders", "operator": "ge", "effect": "at_most", "tier": "z", "why": "少"},
    ]  # fmt: skip
    found = faults(plain, policy)
    assert set(found) == {"exceptions.0.word", "exceptions.1.tier", "exceptions.1.value"}
    assert "100%" in faults({**plain, "exceptions": [], "dimensions": [
        {**plain["dimensions"][0], "weight": 1}]}, policy)["dimensions"]  # fmt: skip
    assert (
        "至少需要一个维度"
        in faults({**plain, "exceptions": [], "dimensions": []}, policy)["dimensions"]
    )


def test_describe_says_the_standard_in_words():
    assert "VIP：近 12 月消费 > 1,000,000，专属服务" in GradePolicy().describe(
        GradePolicy().default()
    )
    assert "合作年限超过 5 年" in AbcGradePolicy().describe(AbcGradePolicy().default())


def test_describe_speaks_english():
    with translation.override("en"):
        grades = GradePolicy().describe(GradePolicy().default(), translation.gettext)
        classes = AbcGradePolicy().describe(AbcGradePolicy().default(), translation.gettext)
    assert grades.startswith("VIP: Spend, last 12 months > 1,000,000, exclusive service; Gold")
    assert not re.search(r"[\u4e00-\u9fff]", grades + classes)
