"""The rules by cases, and the parameters that they refuse."""

from pathlib import Path

import pytest
import yaml

from zhike.kernel.policies import BadParams
from zhike.kernel.policy_store import sentence
from zhike.kernel.registry import registry
from zhike.segments.policies import ClassFacts
from zhike.segments.policies.scheme import schemes

CASES = [
    (scheme, case)
    for scheme, cases in yaml.safe_load(
        (Path(__file__).parent / "schemes.yaml").read_text("utf-8")
    ).items()
    for case in cases
]
pytestmark = pytest.mark.requirement("SEG-010", "SEG-011", "SEG-012", "SEG-014", "SEG-036")


@pytest.mark.parametrize(("scheme", "case"), CASES, ids=[f"{s}-{c['case']}" for s, c in CASES])
def test_cases(scheme, case):
    policy = registry.policies[scheme]
    facts = ClassFacts(**case["facts"])
    decision = policy.decide(facts, policy.default())
    assert decision.outcome == case["outcome"]
    assert all(sentence(one) for one in decision.reasons)


def faults(scheme: str, **changes) -> dict[str, str]:
    policy = registry.policies[scheme]
    plain = policy.default().model_dump(mode="json")
    with pytest.raises(BadParams) as caught:
        policy.parse({**plain, **changes})
    return {one.path: sentence(one) for one in caught.value.problems}


@pytest.mark.parametrize("scheme", schemes())
def test_what_ships_is_sound_and_said_in_words(scheme):
    policy = registry.policies[scheme]
    plain = policy.default().model_dump(mode="json")
    assert policy.parse(plain) == policy.default()
    assert policy.describe(policy.default())


def test_wrong_parameters_are_named_with_their_place():
    assert "90%" in faults("segments.value", terms=[
        {"source": "orders", "full": 12, "weight": 90}])["terms"]  # fmt: skip
    assert "medium_from" in faults("segments.value", medium_from=60)
    rule = {"outcome": "core", "conditions": [
        {"source": "size", "operator": "ge", "word": "huge"}]}  # fmt: skip
    found = faults("segments.resource", rules=[rule, {**rule, "outcome": "none"}])
    assert {"rules.0.conditions.0.operator", "rules.0.conditions.0.word",
            "rules.1.outcome"} <= set(found)  # fmt: skip
    assert "没有规则通往“目标客户”" in found.values()
    number = {"outcome": "core", "conditions": [{"source": "orders"}]}
    assert faults("segments.resource", rules=[number])["rules.0.conditions.0.value"] == "必填"


@pytest.mark.requirement("SEG-013")
def test_the_reference_mix_ships_and_must_be_whole():
    policy = registry.policies["segments.resource"]
    mix = {code: int(share) for code, share in policy.default().reference().items()}
    assert mix == {"potential": 30, "target": 40, "core": 20, "lost": 10}
    classes = policy.default().model_dump(mode="json")["classes"]
    classes[0]["share"] = "25"
    assert "105%" in faults("segments.resource", classes=classes)["classes"]


def test_a_lifecycle_model_lets_everybody_in_somewhere():
    plain = registry.policies["segments.lifecycle_model"].default().model_dump(mode="json")
    stages = plain["stages"]
    closed = [*stages[:3], {**stages[3], "entry": [{"source": "orders", "value": 1}]}]
    assert "stages" in faults("segments.lifecycle_model", stages=closed)
    assert "缺少进出规则：识别" in faults("segments.lifecycle_model", stages=stages[:3]).values()
    double = [*stages, stages[0]]
    assert "stages.4.code" in faults("segments.lifecycle_model", stages=double)
