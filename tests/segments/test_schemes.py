"""Classification: the SQL of every scheme says what the rule says; history, runs, figures."""

import datetime as dt

import pytest

from tests.factories import BY_TEST, actor, make, make_user
from tests.segments.conftest import TODAY, bought, customer, publish
from zhike.identity.models import Notice, Role
from zhike.kernel.errors import Forbidden, Invalid
from zhike.kernel.models import EventRow
from zhike.kernel.registry import registry
from zhike.kernel.simulation import simulators
from zhike.segments.actions import run_schemes
from zhike.segments.models import ClassFigure, ClassFlow, ClassMembership, ClassRun
from zhike.segments.policies.scheme import schemes
from zhike.segments.queries import explain_classes, facts_of, with_class_on
from zhike.segments.queries.mix import counts, deviations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def held(scheme: str) -> dict[int, str]:
    rows = ClassMembership.unscoped.filter(scheme=scheme, valid_to__isnull=True)
    return dict(rows.values_list("customer_id", "code"))


@pytest.mark.requirement("SEG-009")
@pytest.mark.parametrize("scheme", schemes())
def test_sql_classes_as_the_rule_decides(scheme, crowd):
    policy = registry.policies[scheme]
    facts = facts_of([row.pk for row in crowd], TODAY)
    assert len(facts) == len(crowd)
    expected = {pk: policy.decide(one, policy.default()).outcome for pk, one in facts.items()}
    run_schemes(TODAY, BY_TEST)
    assert held(scheme) == {pk: code for pk, code in expected.items() if code}
    assert len(set(expected.values())) > 2, "the crowd must meet most classes"
    overlaps = sum(len(policy.fitting(one, policy.default())) > 1 for one in facts.values())
    stored = ClassFigure.objects.filter(scheme=scheme, on=TODAY)
    assert sum(row.overlapping for row in stored) == overlaps
    assert sum(row.members for row in stored) == len(crowd)


@pytest.mark.requirement("SEG-036")
def test_the_stage_held_counts_in_sql_as_in_the_rule(crowd):
    """A second day: stages are left by exit rules only, in both tellings."""
    run_schemes(TODAY - dt.timedelta(days=200), BY_TEST)
    facts = facts_of([row.pk for row in crowd], TODAY)
    policy = registry.policies["segments.lifecycle_model"]
    assert len({one.current for one in facts.values()}) > 2
    expected = {pk: policy.decide(one, policy.default()).outcome for pk, one in facts.items()}
    run_schemes(TODAY, BY_TEST)
    assert held("segments.lifecycle_model") == expected


@pytest.mark.requirement("SEG-009")
def test_a_class_has_a_beginning_and_an_end():
    row = customer("蓝屿", since=dt.date(2024, 1, 1))
    order = bought(row, 600_000, 100)
    before, day = TODAY - dt.timedelta(days=50), TODAY
    run_schemes(before, BY_TEST)
    order.status = "cancelled"
    order.save(update_fields=["status"])
    run_schemes(day, BY_TEST)
    rows = type(row).unscoped.filter(pk=row.pk)
    assert with_class_on(rows, "segments.resource", before).get().class_then == "core"
    assert with_class_on(rows, "segments.resource", day).get().class_then == "potential"
    early = before - dt.timedelta(days=1)
    assert with_class_on(rows, "segments.resource", early).get().class_then is None
    flow = ClassFlow.objects.get(scheme="segments.resource", on=day)
    assert (flow.before, flow.after, flow.customers, flow.dwelt) == ("core", "potential", 1, 50)
    told = EventRow.objects.filter(name="segments.class_changed", subject_id=row.pk)
    moves = {(one.payload["scheme"], one.payload["old"], one.payload["new"]) for one in told}
    assert ("segments.resource", "core", "potential") in moves


def test_a_second_run_on_the_day_changes_the_day_in_place():
    row = customer("蓝屿", since=dt.date(2024, 1, 1))
    run_schemes(TODAY, BY_TEST)
    bought(row, 600_000, 3)
    run_schemes(TODAY, BY_TEST)
    run_schemes(TODAY, BY_TEST)
    rows = ClassMembership.unscoped.filter(customer=row, scheme="segments.resource")
    assert [(one.code, one.valid_from, one.valid_to) for one in rows] == [("core", TODAY, None)]
    growth = ClassMembership.unscoped.get(customer=row, scheme="segments.growth")
    assert growth.code == "new"
    assert ClassRun.unscoped.filter(scheme="segments.growth").count() == 3


def test_runs_refuse_the_future_the_past_and_the_unknown(boss_like):
    run_schemes(TODAY, BY_TEST)
    for on, only in (
        (TODAY + dt.timedelta(days=1), None),
        (TODAY - dt.timedelta(days=1), None),
        (TODAY, ["segments.nothing"]),
    ):
        with pytest.raises(Invalid):
            run_schemes(on, BY_TEST, only=only)
    with pytest.raises(Forbidden):
        run_schemes(TODAY, actor(make_user("nobody")))


@pytest.fixture
def boss_like():
    return actor(make_user("boss", grants={("*", "*"): "all"}))


@pytest.mark.requirement("SEG-010")
def test_the_formula_can_be_changed_and_simulated(boss_like):
    row = customer("蓝屿", since=TODAY)
    bought(row, 300_000, 10)
    policy = registry.policies["segments.value"]
    assert policy.decide(facts_of([row.pk], TODAY)[row.pk], policy.default()).outcome == "low"
    plain = policy.default().model_dump(mode="json")
    plain["terms"] = [{"source": "annual_spend", "full": 300_000, "weight": 100}]
    run_schemes(TODAY, BY_TEST)
    found = simulators["segments.value"](policy.parse(plain), TODAY, boss_like)
    assert (found.counts_now["low"], found.counts_then["high"], found.moved_up) == (1, 1, 1)
    assert found.movers[0].after == "high"
    version = publish("segments.value", plain)
    run_schemes(TODAY, BY_TEST)
    stored = ClassMembership.unscoped.get(customer=row, scheme="segments.value")
    assert (stored.code, stored.policy_version_id) == ("high", version.pk)
    why = next(o for o in explain_classes(row.pk, boss_like) if o.scheme == "segments.value")
    assert why.label == "高价值"
    assert ("高价值：总分 ≥ 60", True, "100") in [(o.text, o.holds, o.value) for o in why.lines]


@pytest.mark.requirement("SEG-013")
def test_a_mix_far_from_the_reference_is_told_once():
    supervisor = make_user("chief")
    role = Role.unscoped.filter(code="crm_supervisor").first() or make(
        "identity.role", code="crm_supervisor"
    )
    make("identity.roleassignment", user=supervisor, role=role)
    for number in range(10):
        row = customer(f"第{number}", since=dt.date(2024, 1, 1))
        bought(row, 600_000 if number < 4 else 1_000, 5)
    run_schemes(TODAY - dt.timedelta(days=1), BY_TEST)
    params = registry.policies["segments.resource"].default()
    found = {o.code: o for o in deviations("segments.resource", params, TODAY - dt.timedelta(1))}
    assert found["core"].share == 40
    assert found["core"].points == 20
    assert {code for code, one in found.items() if one.hot} == {"core", "target", "potential"}
    run_schemes(TODAY, BY_TEST)
    told = Notice.unscoped.filter(user=supervisor, url="/segments/schemes/segments.resource/")
    assert sorted(told.values_list("title", flat=True)) == [
        "核心客户占 40.0%，基准 20.0%", "潜在客户占 0.0%，基准 30.0%", "目标客户占 60.0%，基准 40.0%",
    ]  # fmt: skip


@pytest.mark.requirement("SEG-009")
def test_each_reader_counts_his_own_customers():
    seller = make_user("seller", grants={("customers.customer", "view"): "own"})
    bought(customer("一", owner=seller), 600_000, 5)
    bought(customer("二"), 600_000, 5)
    customer("三", owner=seller)
    run_schemes(TODAY, BY_TEST)
    assert counts("segments.resource", actor(seller)) == {"core": 1, "potential": 1}
    assert counts("segments.growth", actor(seller)) == {"new": 1, "": 1}
    assert counts("segments.resource", BY_TEST) == {"core": 2, "potential": 1}
