"""Grading of everybody in SQL: equal to the rule, history, grace, overrides, runs, simulation."""

import datetime as dt
import random
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from tests.customers import make
from zhike.customers.actions import (
    approve_grade_override,
    reject_grade_override,
    request_grade_override,
    run_grading,
)
from zhike.customers.jobs import nightly
from zhike.customers.models import Customer, GradeAssessment, GradeOverride, GradingRun
from zhike.customers.policies import AbcGradePolicy, CustomGradePolicy, GradePolicy
from zhike.customers.queries import (
    explain_grade,
    facts_of,
    facts_sql,
    grade_history,
    grade_on,
    with_grade_on,
)
from zhike.identity.models import Notice
from zhike.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from zhike.kernel.models import EventRow, PolicyVersion
from zhike.kernel.simulation import simulators
from zhike.sales.actions import cancel_order, refresh_sales
from zhike.sales.models import Order

TODAY = dt.date(2026, 3, 4)
FIVE = "customers.grade"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def publish(policy, plain, on=TODAY):
    now = timezone.now()
    number = PolicyVersion.unscoped.filter(policy_id=policy.id).count() + 1
    return PolicyVersion.unscoped.create(
        policy_id=policy.id, number=number, params=plain, effective_on=on, status="approved",
        created_at=now, updated_at=now,
    )  # fmt: skip


def raw(policy, **changes):
    return {**policy.default().model_dump(mode="json"), **changes}


BOUNDARIES = ("1000000.01", "1000000.00", "500000.00", "499999.99", "200000.00", "199999.99",
              "100000.00", "99999.99", "0.01", "-20.00")  # fmt: skip


def crowd(by, seed=7, count=160):
    """Many customers with every kind of fact, the boundaries among them, by bulk."""
    chance = random.Random(seed)
    now = timezone.now()
    base = {"created_at": now, "updated_at": now}
    rows = Customer.unscoped.bulk_create(
        Customer(
            code=f"X{i}", name=f"第{i}号客户有限公司", size=chance.choice(["", "large", "medium", "small"]),
            position=chance.choice(["", "leader", "strong"]),
            since=chance.choice([None, dt.date(2021, 3, 4), dt.date(2021, 3, 3), dt.date(2012, 2, 29),
                                 dt.date(2027, 1, 1), dt.date(2024, 8, 9)]),
            purchase_volume=chance.choice([None, 0, 700_000, 6_000_000]),
            lifecycle=chance.choice(["prospect", "customer", "lost"]), owner_id=by.user_id, **base,
        )
        for i in range(count)
    )  # fmt: skip
    orders = []
    for i, row in enumerate(rows):
        if i < len(BOUNDARIES):
            amounts = [Decimal(BOUNDARIES[i])]
        else:
            amounts = [
                Decimal(chance.randrange(0, 60_000_000)) / 100 for _ in range(chance.randrange(5))
            ]
        for j, amount in enumerate(amounts):
            on = TODAY - dt.timedelta(days=chance.randrange(500) if i >= len(BOUNDARIES) else 3)
            orders.append(
                Order(
                    number=f"N{i}-{j}", customer=row, ordered_on=on, amount=amount,
                    status=chance.choice(["placed", "placed", "cancelled"]) if i >= 10 else "placed",
                    due_on=chance.choice([None, on + dt.timedelta(30)]), **base,
                )
            )  # fmt: skip
    Order.unscoped.bulk_create(orders)
    return rows


def demanding():
    """Parameters that use every construction of the standard."""
    policy = CustomGradePolicy()
    plain = raw(policy)
    plain["tiers"][0] |= {"lower": 40, "lower_inclusive": False, "minimum": {"loyalty": 30},
                          "max_overdue_days": 60}  # fmt: skip
    plain["tiers"][1] |= {
        "lower": "20.01",
        "upper": 40,
        "upper_inclusive": True,
        "minimum": {"potential": 5},
    }
    plain["tiers"][2] |= {"upper": "20.01"}
    plain["exceptions"] = [
        {
            "source": "position",
            "operator": "is",
            "word": "leader",
            "effect": "at_least",
            "tier": "k",
            "why": "a",
        },
        {
            "source": "days_since_order",
            "operator": "ge",
            "value": 300,
            "effect": "at_most",
            "tier": "k",
            "why": "b",
        },
        {
            "source": "lifecycle",
            "operator": "is",
            "word": "lost",
            "effect": "exactly",
            "tier": "o",
            "why": "c",
        },
        {
            "source": "purchase_share",
            "operator": "le",
            "value": 1,
            "effect": "at_most",
            "tier": "o",
            "why": "d",
        },
    ]
    return policy, policy.parse(plain)


def strict_five():
    policy = GradePolicy()
    plain = raw(policy)
    plain["tiers"][0] |= {"minimum": {"loyalty": 40, "potential": 20}, "max_overdue_days": 60}
    plain["tiers"][3] |= {"minimum": {"potential": 40}}
    return policy, policy.parse(plain)


@pytest.mark.requirement("SEG-021", "SEG-015", "SEG-023", "SEG-028")
@pytest.mark.parametrize(
    "choice",
    [
        lambda: (GradePolicy(), GradePolicy().default()),
        lambda: (AbcGradePolicy(), AbcGradePolicy().default()),
        lambda: (CustomGradePolicy(), CustomGradePolicy().default()),
        demanding,
        strict_five,
    ],
)
def test_sql_equals_decide_on_every_customer(by, choice):
    policy, params = choice()
    rows = crowd(by)
    refresh_sales(None, by=by)
    with connection.cursor() as cursor:
        sql = f"SELECT customer_id, {policy.sql(params)} FROM ({facts_sql()}) f"
        cursor.execute(sql, {"on": TODAY})
        found = dict(cursor.fetchall())
    facts = facts_of([row.pk for row in rows], TODAY)
    assert len(found) == len(rows)
    for pk, outcome in found.items():
        assert policy.decide(policy.Facts(**facts[pk]), params).outcome == outcome, facts[pk]
    assert len(set(found.values())) >= 2


@pytest.mark.requirement("SEG-016", "SEG-017", "SEG-018", "SEG-019", "SEG-020", "SEG-021")
def test_boundaries_from_order_to_grade(by):
    wanted = {"1000000.01": "vip", "1000000.00": "gold", "500000.00": "gold",
              "100000.00": "bronze", "99999.99": "standard"}  # fmt: skip
    rows = {}
    for amount in wanted:
        rows[amount] = make.customer(by, f"客户{amount}")
        make.order(by, rows[amount], amount, TODAY)
    without = make.customer(by, "没有订单的客户")
    run = run_grading(TODAY, by)
    assert run.assessed == 6
    for amount, grade in wanted.items():
        rows[amount].refresh_from_db()
        assert (rows[amount].grade, rows[amount].annual_spend) == (grade, Decimal(amount))
        assert rows[amount].order_count == 1
        assert rows[amount].last_order_on == TODAY
    without.refresh_from_db()
    assert (without.grade, without.annual_spend) == ("standard", 0)


def test_spend_is_of_the_last_twelve_months_without_cancelled_orders(by):
    row = make.customer(by)
    make.order(by, row, 300, TODAY.replace(year=2025))
    make.order(by, row, 200_000, TODAY.replace(year=2025) + dt.timedelta(1))
    make.order(by, row, -50, TODAY)
    gone = make.order(by, row, 900_000, TODAY)
    cancel_order(gone, by=by, reason="客户撤单")
    row.refresh_from_db()
    assert row.annual_spend == Decimal("199950.00")
    assert row.receivable == Decimal("200250.00")
    assert row.order_count == 2


@pytest.mark.requirement("SEG-029")
def test_run_is_kept_and_touches_nothing_when_nothing_changed(by):
    row = make.customer(by)
    make.order(by, row, 600_000, TODAY)
    first = run_grading(TODAY, by)
    assert (first.moved_up, first.moved_down) == (1, 0)
    row.refresh_from_db()
    again = run_grading(TODAY, by)
    assert (again.assessed, again.moved_up, again.moved_down) == (1, 0, 0)
    then = Customer.unscoped.get(pk=row.pk)
    assert (then.version, then.updated_at) == (row.version, row.updated_at)
    assert GradeAssessment.unscoped.filter(customer=row).count() == 1
    assert GradingRun.unscoped.count() == 2
    changed = EventRow.objects.get(name="customers.grade_changed")
    assert changed.subject_id == row.pk
    assert changed.payload["new"] == "gold"


def test_run_refuses_a_future_day_an_unknown_standard_and_people_without_the_right(by, seller):
    with pytest.raises(Invalid):
        run_grading(TODAY + dt.timedelta(1), by)
    with pytest.raises(Invalid):
        run_grading(TODAY, by, scheme="customers.nothing")
    from zhike.kernel.actor import ANONYMOUS

    with pytest.raises(Forbidden):
        run_grading(TODAY, ANONYMOUS)
    assert not GradingRun.unscoped.exists()


@pytest.mark.requirement("SEG-032", "SEG-035")
def test_downgrade_is_kept_in_grace_told_to_the_owner_and_then_takes_effect(by, clock):
    row = make.customer(by)
    order = make.order(by, row, 600_000, TODAY)
    run_grading(TODAY, by)
    cancel_order(order, by=by, reason="退货")
    clock.move_to("2026-03-05T02:00:00+08:00")
    day = dt.date(2026, 3, 5)
    run_grading(day, by)
    row.refresh_from_db()
    assert row.grade == "gold"
    held = GradeAssessment.unscoped.get(customer=row, valid_to=None)
    assert (held.origin, held.grade, held.ruled_grade) == ("grace", "gold", "standard")
    assert held.expires_on == day + dt.timedelta(90)
    notice = Notice.unscoped.get(user_id=by.user_id)
    assert row.name in notice.title
    assert "金卡" in notice.body
    assert str(held.expires_on) in notice.body
    planned = EventRow.objects.get(name="customers.downgrade_planned")
    assert planned.payload["ruled"] == "standard"

    clock.move_to("2026-06-01T02:00:00+08:00")  # three days before the end: told once more
    run_grading(dt.date(2026, 6, 1), by)
    run_grading(dt.date(2026, 6, 1), by)
    assert Notice.unscoped.filter(user_id=by.user_id).count() == 2
    row.refresh_from_db()
    assert row.grade == "gold"

    clock.move_to("2026-06-04T02:00:00+08:00")
    run = run_grading(dt.date(2026, 6, 4), by)
    row.refresh_from_db()
    assert row.grade == "standard"
    assert run.moved_down == 1
    assert [grade_on(row.pk, on) for on in (dt.date(2026, 3, 3), TODAY, day, dt.date(2026, 6, 4))] == [
        "", "gold", "gold", "standard"
    ]  # fmt: skip


@pytest.mark.requirement("SEG-032")
def test_recovery_during_grace_ends_it_and_no_grace_where_the_standard_gives_none(by, clock):
    row = make.customer(by)
    order = make.order(by, row, 600_000, TODAY)
    run_grading(TODAY, by)
    cancel_order(order, by=by, reason="退货")
    clock.move_to("2026-03-05T02:00:00+08:00")
    run_grading(dt.date(2026, 3, 5), by)
    second = make.order(by, row, 700_000, dt.date(2026, 3, 5))
    run_grading(dt.date(2026, 3, 5), by)
    held = GradeAssessment.unscoped.get(customer=row, valid_to=None)
    assert (held.origin, held.grade, held.expires_on) == ("rule", "gold", None)

    publish(GradePolicy(), raw(GradePolicy(), grace_days=0), dt.date(2026, 3, 5))
    cancel_order(second, by=by, reason="退货")
    run_grading(dt.date(2026, 3, 5), by)
    row.refresh_from_db()
    assert row.grade == "standard"


@pytest.mark.requirement("SEG-032")
def test_owner_is_asked_to_tell_the_customer_if_the_standard_says_so(by):
    publish(GradePolicy(), raw(GradePolicy(), notify_customer=True))
    row = make.customer(by)
    order = make.order(by, row, 600_000, TODAY)
    run_grading(TODAY, by)
    cancel_order(order, by=by, reason="退货")
    run_grading(TODAY, by)
    assert "请在此之前告知客户" in Notice.unscoped.get().body


@pytest.mark.requirement("SEG-031")
def test_override_needs_reason_expiry_and_another_approver_and_is_in_the_history(by, other, clock):
    row = make.customer(by)
    run_grading(TODAY, by)
    good = {"grade": "vip", "reason": "战略合作客户", "expires_on": dt.date(2026, 4, 30)}
    for change, field in (
        ({"reason": "  "}, "reason"),
        ({"grade": "platinum"}, "grade"),
        ({"expires_on": TODAY}, "expires_on"),
        ({"expires_on": dt.date(2028, 1, 1)}, "expires_on"),
        ({"scheme": "customers.nothing"}, "scheme"),
    ):
        with pytest.raises(Invalid) as caught:
            request_grade_override(row, by=by, **{**good, **change})
        assert field in caught.value.fields
    request = request_grade_override(row, by=by, **good)
    with pytest.raises(Invalid):
        request_grade_override(row, by=by, **good)
    with pytest.raises(Forbidden):
        approve_grade_override(request, by=by)
    row.refresh_from_db()
    assert row.grade == "standard"

    approve_grade_override(request, by=other, note="同意")
    row.refresh_from_db()
    assert row.grade == "vip"
    with pytest.raises(Conflict):
        approve_grade_override(request, by=other)
    held = GradeAssessment.unscoped.get(customer=row, valid_to=None)
    assert (held.origin, held.ruled_grade, held.reason) == ("override", "standard", "战略合作客户")
    assert held.approved_by_id == other.user_id
    audit = (
        GradeOverride.pgh_event_model.objects.filter(pgh_obj_id=request.pk)
        .order_by("pgh_id")
        .last()
    )
    assert audit.status == "approved"
    assert audit.pgh_context.metadata["action"] == "customers.approve_grade_override"
    assert audit.pgh_context.metadata["user"] == other.user_id

    run_grading(TODAY, by)
    row.refresh_from_db()
    assert row.grade == "vip"  # respected until it expires
    clock.move_to("2026-04-30T02:00:00+08:00")
    run_grading(dt.date(2026, 4, 30), by)
    row.refresh_from_db()
    assert row.grade == "vip"
    clock.move_to("2026-05-01T02:00:00+08:00")
    run_grading(dt.date(2026, 5, 1), by)
    row.refresh_from_db()
    assert row.grade == "standard"


@pytest.mark.requirement("SEG-031")
def test_rejected_override_changes_nothing_and_tells_the_requester(by, other):
    row = make.customer(by)
    request = request_grade_override(
        row, by=by, grade="gold", reason="老客户", expires_on=dt.date(2026, 9, 1)
    )
    reject_grade_override(request, by=other, note="依据不足")
    row.refresh_from_db()
    assert row.grade == "standard"
    assert Notice.unscoped.get(user_id=by.user_id).body == "依据不足"


@pytest.mark.requirement("SEG-035")
def test_grade_as_of_a_day_for_any_list(by, clock):
    row = make.customer(by)
    run_grading(TODAY, by)
    clock.move_to("2026-03-10T12:00:00+08:00")
    make.order(by, row, 250_000, dt.date(2026, 3, 10))
    run_grading(dt.date(2026, 3, 10), by)
    rows = Customer.objects.visible_to(by)
    then = with_grade_on(rows, dt.date(2026, 3, 9)).values_list("grade_then", flat=True)
    now = with_grade_on(rows, dt.date(2026, 3, 10)).values_list("grade_then", flat=True)
    before = with_grade_on(rows, dt.date(2026, 1, 1)).values_list("grade_then", flat=True)
    assert ([*then], [*now], [*before]) == (["standard"], ["silver"], [None])
    assert [one.grade for one in grade_history(row.pk, by)] == ["silver", "standard"]


@pytest.mark.requirement("SEG-030")
def test_simulation_shows_moves_and_entitlements_and_writes_nothing(by):
    rows = [make.customer(by, f"模拟客户{i}") for i in range(4)]
    for row, amount in zip(rows, (1_500_000, 950_000, 300_000, 10), strict=True):
        make.order(by, row, amount, TODAY)
    run_grading(TODAY, by)
    events = EventRow.objects.count()
    plain = raw(GradePolicy())
    plain["tiers"][0] |= {"lower": 900_000}
    plain["tiers"][1] |= {"upper": 900_000}
    plain["tiers"][2] |= {"lower": 400_000}
    plain["tiers"][1] |= {"lower": 450_000}
    plain["tiers"][2] |= {"lower": 350_000, "upper": 450_000}
    plain["tiers"][3] |= {"upper": 350_000}
    plain["tiers"][0]["entitlement"] |= {"response_minutes": 15}
    result = simulators[FIVE](GradePolicy().parse(plain), TODAY, by)
    assert result.counts_now == {"vip": 1, "gold": 1, "silver": 1, "bronze": 0, "standard": 1}
    assert result.counts_then == {"vip": 2, "gold": 0, "silver": 0, "bronze": 1, "standard": 1}
    assert (result.moved_up, result.moved_down, result.unchanged) == (1, 1, 2)
    assert [(m.id, m.before, m.after) for m in result.movers] == [
        (rows[1].pk, "gold", "vip"), (rows[2].pk, "silver", "bronze")
    ]  # fmt: skip
    assert "950,000" in result.movers[0].reasons[0]
    assert any("350,000" in reason for reason in result.movers[1].reasons)
    assert [*result.notes] == ["VIP · 响应时限（分钟）：30 → 15"]
    assert result.seconds >= 0
    assert EventRow.objects.count() == events
    assert not PolicyVersion.unscoped.exists()


@pytest.mark.requirement("SEG-030")
def test_simulation_stays_inside_the_readers_scope(by, seller):
    make.customer(by, "别人的客户")
    mine = make.customer(seller, "我的客户")
    make.order(by, mine, 2_000_000, TODAY)
    result = simulators[FIVE](GradePolicy().default(), TODAY, seller)
    assert sum(result.counts_then.values()) == 1


@pytest.mark.requirement("SEG-029", "SEG-015")
def test_explanation_with_evidence(by, seller):
    publish(GradePolicy(), raw(GradePolicy()), dt.date(2026, 1, 1))
    row = make.customer(by)
    make.order(by, row, 3_864_000, TODAY)
    run_grading(TODAY, by)
    found = explain_grade(row, by)
    assert (found.grade, found.label, found.version) == ("vip", "VIP", 1)
    assert (found.lines[0].text, found.lines[0].value) == (
        "VIP：近 12 月消费 > 1,000,000",
        "3,864,000",
    )
    assert found.lines[0].holds
    assert found.reserve == Decimal("2864000.00")
    assert (
        f"customer={row.pk}&ordered_on__gte=2025-03-05&ordered_on__lte=2026-03-04" in found.evidence
    )
    assert set(found.scores) == {"value", "loyalty", "potential", "total"}
    with pytest.raises(NotFound):
        explain_grade(row, seller)


@pytest.mark.requirement("SEG-023", "SEG-024", "SEG-025", "SEG-026", "SEG-027")
def test_abc_run_and_its_explanation(by):
    a = make.customer(by, "大型老客户", size="large", since=dt.date(2018, 1, 1))
    b = make.customer(by, "合作超过五年", size="small", since=dt.date(2021, 3, 3))
    c = make.customer(by, "恰好五年", size="small", since=dt.date(2021, 3, 4))
    run_grading(TODAY, by, scheme="customers.abc_grade")
    grades = []
    for row in (a, b, c):
        row.refresh_from_db()
        grades.append(row.abc_grade)
    assert grades == ["a", "b", "c"]
    lines = explain_grade(a, by, scheme="customers.abc_grade").lines
    assert "同时符合 A 级、B 级，取最高的 A 级" in [line.text for line in lines]


@pytest.mark.requirement("SEG-028")
def test_own_standard_runs_at_night_once_in_force(by):
    row = make.customer(by, size="large")
    make.order(by, row, 600_000, TODAY)
    nightly(0)
    assert not GradeAssessment.unscoped.filter(scheme="customers.custom_grade").exists()
    publish(CustomGradePolicy(), raw(CustomGradePolicy(), currency="BRL"))
    nightly(0)
    own = GradeAssessment.unscoped.get(scheme="customers.custom_grade")
    assert own.grade == "k" or own.grade == "o"
    row.refresh_from_db()
    assert row.grade == "gold"  # the five tiers are untouched by it
    assert explain_grade(row, by, scheme="customers.custom_grade").grade == own.grade


@pytest.mark.requirement("SEG-029", "SEG-035")
@pytest.mark.parametrize("few", [0, 100_000], ids=["everybody in one pass", "candidates alone"])
def test_a_run_writes_the_same_whichever_way_it_reads(by, clock, monkeypatch, few):
    monkeypatch.setitem(run_grading.__globals__, "FEW", few)
    rows = crowd(by)
    refresh_sales(None, by=by)
    facts = facts_of([row.pk for row in rows], TODAY)
    order = Order.unscoped.filter(customer=rows[1]).get()
    cancel_order(order, by=by, reason="退货")  # from gold into the grace of a downgrade
    clock.move_to("2026-03-05T02:00:00+08:00")
    day = TODAY + dt.timedelta(1)
    run = run_grading(day, by)
    assert (run.assessed, run.moved_down) == (len(rows), 0)
    held = {
        one.customer_id: one for one in GradeAssessment.unscoped.filter(scheme=FIVE, valid_to=None)
    }
    assert set(held) == {row.pk for row in rows}
    policy, params = GradePolicy(), GradePolicy().default()
    for pk, one in held.items():
        assert one.ruled_grade == policy.decide(policy.Facts(**one.facts), params).outcome
        if one.valid_from == TODAY:
            assert policy.Facts(**one.facts) == policy.Facts(**facts[pk])
    graced = held[rows[1].pk]
    assert (graced.origin, graced.grade, graced.valid_from) == ("grace", "gold", day)
    assert GradeAssessment.unscoped.get(customer=rows[1], scheme=FIVE, valid_to=day).grade == "gold"
