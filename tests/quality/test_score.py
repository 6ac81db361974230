"""The score: the pure decision, the same in SQL, and what is read from it."""

import datetime as dt
from pathlib import Path

import pytest
import yaml
from django.utils import timezone

from tests.factories import BY_TEST, actor, make, make_user
from zhike.customers.actions import edit_customer
from zhike.customers.models import Customer
from zhike.interactions.models import ToDo
from zhike.kernel.metric_store import compute, readings
from zhike.kernel.models import PolicyVersion
from zhike.kernel.policies import BadParams
from zhike.kernel.registry import registry
from zhike.quality import actions, queries
from zhike.quality.handlers import rescore
from zhike.quality.models import CustomerScore
from zhike.quality.policies import DIMENSIONS, FIELDS, FlowParams, QualityScore
from zhike.quality.policies.score import ScoreFacts, timeliness
from zhike.quality.queries.figures import indicators

HERE = Path(__file__).parents[2] / "src/zhike/quality/policies/cases"
CASES = yaml.safe_load((HERE / "score.yaml").read_text("utf-8"))
TODAY = dt.date(2026, 3, 4)
FULL = {
    "credit_code": "91330100MA2CFX1A0D", "industry": "涂料", "size": "medium", "region": "330106",
    "address": "文三路 1 号", "phone": "0571-88001234", "email": "info@lanyu.cn", "source": "展会",
    "since": dt.date(2020, 1, 1), "payment_terms": "月结 30 天", "website": "lanyu.cn",
    "preferences": "小包装",
}  # fmt: skip


def full(grade="standard", *, days=0, missing=(), **values):
    """A customer with every field but these, verified so many days ago."""
    user = make("identity.user")
    unit = make("identity.orgunit")
    given = {name: value for name, value in FULL.items() if name not in missing} | values
    owner = {} if "owner" in missing else {"owner": user, "unit": unit}
    row = make("customers.customer", grade=grade, **given, **owner)
    made = timezone.now() - dt.timedelta(days=days)
    Customer.unscoped.filter(pk=row.pk).update(created_at=made)
    if "contact" not in missing:
        make("customers.person", customer=row)
    return row


def stored(row) -> CustomerScore:
    return CustomerScore.unscoped.get(customer=row)


@pytest.mark.requirement("DAT-016", "DAT-020")
@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_decision(case):
    policy = registry.policies[QualityScore.id]
    params = policy.parse(case.get("params", {}))
    outcome = policy.decide(ScoreFacts(**case["facts"]), params).outcome
    assert {name: outcome[name] for name in case["expect"]} == case["expect"]


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ({"weights": {"completeness": 90}}, "weights"),
        ({"weights": {"beauty": 100}}, "weights.beauty"),
        ({"fields": {"shoe_size": 1}}, "fields.shoe_size"),
        ({"thresholds": {"vip": 80, "gold": 90}}, "thresholds"),
        ({"thresholds": {"vip": 180}}, "thresholds.vip"),
        ({"fields": {"phone": 0}}, "fields"),
    ],
)
def test_impossible_parameters_are_named(raw, path):
    with pytest.raises(BadParams) as error:
        registry.policies[QualityScore.id].parse(raw)
    assert path in {problem.path for problem in error.value.problems}


@pytest.mark.requirement("DAT-016", "DAT-020")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("grade", "missing", "values", "days", "faults"),
    [
        ("vip", (), {}, 0, ()),
        ("vip", ("email",), {}, 100, ()),
        ("gold", ("address", "owner", "contact"), {}, 400, ()),
        ("standard", tuple(FULL), {}, 800, ()),
        ("silver", (), {"region": "310115"}, 366, ("region_code",)),
    ],
)
def test_sql_says_the_same(clock, grade, missing, values, days, faults):
    row = full(grade, days=days, missing=missing, **values)
    actions.score()
    found = stored(row)
    facts = ScoreFacts(grade=grade, missing=missing, faults=faults, days=days)
    policy = registry.policies[QualityScore.id]
    outcome = policy.decide(facts, policy.default()).outcome
    assert set(found.faults) == set(faults)
    asked = {name for name in missing if policy.default().fields.get(name)}
    assert set(found.missing) == asked
    for name in ("score", "below", "threshold", *DIMENSIONS):
        assert getattr(found, name) == outcome[name], name


@pytest.mark.requirement("DAT-016")
@pytest.mark.django_db
def test_each_fault_is_found(clock):
    rows = {name: full(missing=("credit_code", "phone")) for name in (
        "credit_code_format", "phone_format", "email_format", "name_improper", "mobile_format",
        "owner_without_unit", "correction_waiting", "unmapped_value")}  # fmt: skip
    broken = {
        "credit_code_format": {"credit_code": "12345"}, "phone_format": {"phone": "无"},
        "email_format": {"email": "x"}, "name_improper": {"name": "测试"},
        "owner_without_unit": {"unit": None}, "unmapped_value": {"industry": "油漆"},
    }  # fmt: skip
    for name, values in broken.items():
        Customer.unscoped.filter(pk=rows[name].pk).update(**values)  # as an old system left it
    type(make("customers.person")).unscoped.filter(customer=rows["mobile_format"]).update(
        mobile="123"
    )
    make("quality.updaterequest", customer=rows["correction_waiting"])
    make("quality.codelist", field="industry", standards="涂料\n农化")
    twin = full(name=rows["phone_format"].name, missing=("credit_code",), phone="0571-87654321")
    other = full(missing=("credit_code",), phone="0571-87654321")
    actions.score()
    for name, row in rows.items():
        assert name in stored(row).faults, name
    assert {"same_name", "same_phone"} <= set(stored(twin).faults)
    assert stored(other).faults == ["same_phone"]


@pytest.mark.django_db
def test_a_second_run_writes_nothing_and_archived_customers_leave(clock):
    row, gone = full(), full(credit_code=None)
    assert actions.score() == 2
    assert actions.score() == 0
    Customer.unscoped.filter(pk=gone.pk).update(archived_at=timezone.now())
    actions.score()
    assert list(CustomerScore.unscoped.values_list("customer_id", flat=True)) == [row.pk]


@pytest.mark.django_db
def test_the_rule_in_force_on_the_day_counts(clock):
    row = full(missing=("address",))
    params = {"thresholds": {"vip": 95, "gold": 95, "silver": 95, "bronze": 95, "standard": 95}}
    make("kernel.policyversion", policy_id=QualityScore.id, status=PolicyVersion.Status.APPROVED,
         effective_on=dt.date(2026, 4, 1), params=params)  # fmt: skip
    actions.score()
    assert not stored(row).below
    actions.score(on=dt.date(2026, 4, 1))
    assert stored(row).below


@pytest.mark.requirement("DAT-016")
@pytest.mark.django_db
def test_an_edit_scores_the_customer_anew(clock):
    from zhike.kernel.models import EventRow

    row = full(missing=("address",))
    actions.score()
    before = stored(row).completeness
    edit_customer(Customer, row, {"address": "文三路 1 号"}, by=BY_TEST)
    event = EventRow.objects.get(name="customers.customer_edited")
    rescore(registry.events[event.name].load(event.payload))
    assert (before, stored(row).completeness) == (90, 100)


@pytest.mark.requirement("DAT-003")
@pytest.mark.django_db
def test_each_principle_has_its_indicator(clock):
    full("vip", days=10)
    full(
        "vip",
        days=500,
        missing=("address",),
        credit_code=None,
        email="",
        name="测试有限",
        phone="0571-87654321",
    )
    Customer.unscoped.filter(name="测试有限").update(name="测试")
    actions.score()
    compute()
    found = {one.metric.id: float(one.value) for one in indicators()}
    assert found == {
        "quality.completeness": 87.5,
        "quality.accuracy": 50.0,
        "quality.fresh_share": 50.0,
    }
    assert float(readings(("quality.score_mean",))[0].value) > 0


@pytest.mark.requirement("DAT-016")
@pytest.mark.django_db
def test_departments_and_grades_are_added_up_within_sight(clock):
    mine, other = full("vip", missing=("address",)), full("gold", credit_code=None)
    actions.score()
    reader = make_user("ann", grants={("customers.customer", "view"): "unit"}, unit=mine.unit)
    found = queries.aggregates(actor(reader))
    assert [line["customer__unit_id"] for line in found["units"]] == [mine.unit_id]
    assert [line["grade"] for line in found["grades"]] == ["vip"]
    assert found["grades"][0]["below"] == 1
    assert {line["name"] for line in found["missing"]} == {"address"}
    everything = queries.aggregates(BY_TEST)
    assert {line["customer__unit_id"] for line in everything["units"]} == {
        mine.unit_id,
        other.unit_id,
    }


@pytest.mark.requirement("DAT-009", "DAT-010")
@pytest.mark.django_db
def test_records_flow_from_collecting_to_use_and_get_stuck(clock):
    row = full(days=5)
    today = timezone.localdate()

    def now() -> tuple:
        actions.score()
        found = stored(row)
        return found.stage, found.stage_since, found.stuck

    assert now() == ("collect", today - dt.timedelta(5), True)
    rows = queries.worklist(BY_TEST, "unsorted")
    assert [one.customer_id for one in rows] == [row.pk]
    actions.sort_data([row.pk], by=BY_TEST)
    assert now() == ("sort", today, False)
    actions.file_data([row.pk], by=BY_TEST, note="档案柜 3")
    assert now() == ("store", today, False)
    make("customers.gradeassessment", customer=row, valid_from=today)
    assert now()[0] == "analyse"
    Customer.unscoped.filter(pk=row.pk).update(last_order_on=today)
    assert now() == ("use", today, False)
    report = {
        line["stage"]: (line["count"], line["stuck"]) for line in queries.flow_report(BY_TEST)
    }
    assert report["use"] == (1, 0)
    assert report["collect"] == (0, 0)
    shelf = registry.resource("quality.filing")
    from zhike.kernel.listing import Listing

    found = Listing(shelf, BY_TEST, {"q": row.name[:8], "status": "filed"})
    assert [line["note"] for line in found.page_rows] == ["档案柜 3"]


@pytest.mark.requirement("DAT-019")
@pytest.mark.django_db
def test_stale_records_go_to_their_owner_until_confirmed(clock):
    row, fine = full("vip", days=181), full("standard", days=300, credit_code=None)
    actions.score()
    assert stored(row).stale
    assert not stored(fine).stale
    assert actions.ask_owners() == 1
    todo = ToDo.unscoped.get(policy_id="quality.freshness")
    assert (todo.owner_id, todo.status) == (row.owner_id, "open")
    due = todo.due_at
    clock.shift(86_400)
    actions.ask_owners()
    assert ToDo.unscoped.get(policy_id="quality.freshness").due_at == due
    actions.confirm_data([row.pk], by=BY_TEST)
    assert not stored(row).stale
    todo.refresh_from_db()
    assert todo.status == "done"
    assert actions.ask_owners() == 0


def test_timeliness_falls_evenly():
    assert [timeliness(days, 100) for days in (0, 100, 101, 150, 199, 200, 999)] == [
        100, 100, 99, 50, 1, 0, 0]  # fmt: skip


def test_flow_refuses_unknown_stages():
    with pytest.raises(BadParams):
        registry.policies["quality.data_flow"].parse({"days": {"use": 3}})
    assert FlowParams().days["collect"] == 3
    assert "contact" in FIELDS
