"""The rules about needs: their cases, their parameters, properties of the working clock."""

import datetime as dt
from importlib.resources import files

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from zhike.kernel.policies import BadParams
from zhike.kernel.policy_store import sentence
from zhike.kernel.registry import registry
from zhike.needs.policies import AnswerFacts, AnswerParams, AnswerTime, CycleParams, RankingParams

MARKS = {
    "needs.answer_time": "NEED-015",
    "needs.feedback": "NEED-010",
    "needs.guests": "NEED-013",
    "needs.listening": "NEED-011",
    "needs.meeting_cycle": "NEED-003",
    "needs.ranking": "NEED-008",
    "needs.strategy_review": "NEED-012",
}


def shipped_cases():
    folder = files("zhike.needs.policies") / "cases"
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        for number, case in enumerate(document["cases"]):
            yield pytest.param(document["policy"], case, id=f"{document['policy']}-{number}")


@pytest.mark.parametrize(("policy_id", "case"), list(shipped_cases()))
def test_cases(policy_id, case):
    policy = registry.policies[policy_id]
    decision = policy.decide(policy.Facts(**case["facts"]), policy.default())
    assert decision.outcome == case["outcome"], case["because"]
    assert decision.reasons
    assert all(sentence(reason) for reason in decision.reasons)


def test_every_rule_has_cases_and_a_clause():
    told = {param.values[0] for param in shipped_cases()}
    assert told == set(MARKS) == {key for key in registry.policies if key.startswith("needs.")}
    for key in MARKS:
        policy = registry.policies[key]
        assert "{" not in policy.describe(policy.default())


@pytest.mark.parametrize(
    ("policy_id", "change", "path"),
    [
        ("needs.answer_time", {"hours": {"urgent": 9, "high": 8, "normal": 16, "low": 40}},
         "hours.urgent"),
        ("needs.answer_time", {"hours": {"urgent": 4}}, "hours.high"),
        ("needs.answer_time", {"closes_at": "08:00"}, "closes_at"),
        ("needs.answer_time", {"opens_at": "nine"}, "opens_at"),
        ("needs.ranking", {"fit_weight": 30}, "opportunity_weight"),
        ("needs.ranking", {"kano_percent": {"magic": 1}}, "kano_percent.magic"),
        ("needs.listening", {"need_words": ["要"]}, "need_words"),
        ("needs.listening", {"pain_words": ["希望"]}, "pain_words"),
        ("needs.meeting_cycle", {"every_months": 0}, "every_months"),
        ("needs.feedback", {"reason_length": 0}, "reason_length"),
        ("needs.strategy_review", {"customers": 0}, "customers"),
    ],
)  # fmt: skip
def test_impossible_parameters_are_named(policy_id, change, path):
    policy = registry.policies[policy_id]
    with pytest.raises(BadParams) as refused:
        policy.parse({**policy.default().model_dump(mode="json"), **change})
    assert path in [problem.path for problem in refused.value.problems]


FIRST = dt.datetime.fromisoformat("2026-01-01T00:00")
MOMENTS = st.datetimes(min_value=FIRST, max_value=FIRST + dt.timedelta(days=364))


@pytest.mark.requirement("NEED-015")
@given(start=MOMENTS, minutes=st.integers(1, 6000))
def test_what_is_added_was_spent(start, minutes):
    facts = AnswerFacts(priority="low", recorded_at=start, now=start)
    params = AnswerParams()
    start = start.replace(second=0, microsecond=0)
    end = AnswerTime().add(start, minutes, facts, params)
    assert AnswerTime().spent(start, end, facts, params) == minutes
    assert end.weekday() < 5
    assert dt.time(9) <= end.time() <= dt.time(17)


@pytest.mark.requirement("NEED-003")
@given(day=st.dates(dt.date(2024, 1, 1), dt.date(2030, 12, 31)), months=st.integers(1, 12))
def test_periods_cover_every_day_once(day, months):
    params = CycleParams(every_months=months)
    begins = params.begins_on(day)
    ends = params.ends_on(begins)
    assert begins <= day <= ends
    assert params.begins_on(ends) == begins
    assert params.begins_on(ends + dt.timedelta(days=1)) == ends + dt.timedelta(days=1)


def test_the_shipped_weights_are_whole():
    params = RankingParams()
    assert params.opportunity_weight + params.yield_weight + params.fit_weight == 100
