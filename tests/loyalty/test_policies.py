"""The rules of this package: their cases, and parameters that they refuse."""

from importlib.resources import files

import pytest
import yaml

from zhike.kernel.policies import BadParams
from zhike.kernel.policy_store import sentence
from zhike.kernel.registry import registry


def shipped_cases():
    folder = files("zhike.loyalty.policies") / "cases"
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        for number, case in enumerate(document["cases"]):
            yield pytest.param(document["policy"], case, id=f"{document['policy']}-{number}")


@pytest.mark.parametrize(("policy_id", "case"), list(shipped_cases()))
def test_cases(policy_id, case):
    policy = registry.policies[policy_id]
    decision = policy.decide(policy.Facts(**case["facts"]), policy.default())
    assert decision.outcome == case["outcome"], case["because"]
    assert all(sentence(reason) for reason in decision.reasons)


def test_every_rule_has_cases():
    told = {param.values[0] for param in shipped_cases()}
    assert told == {key for key in registry.policies if key.startswith("loyalty.")}


@pytest.mark.parametrize(
    ("policy_id", "changes", "path"),
    [
        ("loyalty.care_rule", {"occasions": [{"kind": "moon"}]}, "occasions.0.kind"),
        ("loyalty.care_rule", {"occasions": [{"kind": "birthday"}] * 2}, "occasions.1.kind"),
        ("loyalty.care_rule", {"festivals": ["easter"]}, "festivals"),
        ("loyalty.care_rule", {"greetings": {"birthday": "{phone}"}}, "greetings.birthday"),
        ("loyalty.care_rule", {"greetings": {"birthday": "{name"}}, "greetings.birthday"),
        ("loyalty.gift_limits", {"per_gift": 5000}, "per_gift"),
        ("loyalty.gift_limits", {"forbidden": ["club"]}, "forbidden"),
        ("loyalty.establishing", {"steps": []}, "steps"),
        ("loyalty.relation_health", {"good": 30}, "fair"),
        ("loyalty.understanding_visits", {"days": {"vip": 0}}, "days.vip"),
        ("loyalty.win_back", {"contact_days": [7, 1]}, "contact_days"),
    ],
)
def test_bad_parameters_are_refused_at_their_place(policy_id, changes, path):
    policy = registry.policies[policy_id]
    with pytest.raises(BadParams) as refused:
        policy.parse(policy.default().model_dump(mode="json") | changes)
    assert path in [one.path for one in refused.value.problems]


def test_clauses_and_greetings_read_well():
    for key, policy in registry.policies.items():
        if key.startswith("loyalty."):
            assert "{" not in policy.describe(policy.default())
