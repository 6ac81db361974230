"""How relations begin, deepen, and are measured (LOY-016, 017, 018, 022, 023)."""

import datetime as dt
from decimal import Decimal

import pytest

from tests.factories import BY_TEST, make
from zhike.interactions.actions import complete_todo
from zhike.interactions.models import ToDo
from zhike.kernel.actions import create_record
from zhike.kernel.errors import Conflict, Invalid, NotFound
from zhike.kernel.policy_store import sentence
from zhike.loyalty import actions
from zhike.loyalty.models import DeepeningPlan, PlanGoal, RelationHealth, RelationStep
from zhike.loyalty.policies import HealthParams, HealthRule, UnderstandingVisits
from zhike.loyalty.policies.visits import VisitFacts, VisitParams
from zhike.loyalty.queries.measures import measures_of, provide_measure, provided
from zhike.loyalty.queries.relations import drivers_of, health_at

DAY = dt.timedelta(days=1)


def begin(world, happened="ordered", first=True):
    return actions.begin_if_due(world.customer.pk, happened, first_order=first, by=BY_TEST)


@pytest.mark.requirement("LOY-016")
def test_the_first_order_begins_the_checklist_once(world):
    assert begin(world, "created", first=False) == 0
    assert begin(world, "ordered", first=False) == 0
    assert begin(world) == 7
    assert begin(world) == 0, "a repeated event does nothing"
    steps = RelationStep.unscoped.filter(customer=world.customer).order_by("place")
    assert [(one.due_on - world.today).days for one in steps] == [1, 3, 14, 21, 30, 60, 90]
    todos = ToDo.unscoped.filter(source_key__startswith="loyalty.step:", status="open")
    assert {one.owner for one in todos} == {world.ann}
    assert todos.count() == 7


@pytest.mark.requirement("LOY-016")
def test_the_rule_says_what_begins_it_and_the_steps(world, rule):
    steps = [{"code": "welcome", "title": "欢迎致意", "days": 2}]
    rule("loyalty.establishing", starts="created", steps=steps)
    assert begin(world) == 0
    assert begin(world, "created") == 1
    with pytest.raises(Conflict):
        actions.begin_relation(world.customer.pk, by=world.by_ann)


@pytest.mark.requirement("LOY-016")
def test_events_reach_the_checklist(world, django_capture_on_commit_callbacks):
    from zhike.loyalty.handlers import after_order
    from zhike.sales.events import OrderBooked

    order = make("sales.order", customer=world.customer)
    event = OrderBooked(world.customer.pk, order.number, "1", order.pk)
    for _twice in range(2):
        after_order(event)
    assert RelationStep.unscoped.filter(customer=world.customer).count() == 7


@pytest.mark.requirement("LOY-016")
def test_steps_are_done_here_or_in_the_to_dos(world):
    begin(world)
    first, second, third = RelationStep.unscoped.order_by("place")[:3]
    actions.complete_step(first.pk, by=world.by_ann, result="已发欢迎信")
    assert ToDo.unscoped.get(source_key=f"loyalty.step:{first.pk}").status == "done"
    todo = ToDo.unscoped.get(source_key=f"loyalty.step:{second.pk}")
    complete_todo(todo.pk, by=world.by_ann)
    actions.follow_todo(todo.pk, by=BY_TEST)
    second.refresh_from_db()
    assert second.status == "done"
    actions.skip_step(third.pk, by=world.by_ann, reason="客户在海外")
    assert ToDo.unscoped.get(source_key=f"loyalty.step:{third.pk}").status == "dropped"
    with pytest.raises(NotFound):
        actions.complete_step(third.pk, by=world.by_bob)


@pytest.mark.requirement("LOY-017")
def test_a_plan_needs_goals_and_its_progress_follows_them(world):
    values = {
        "customer": world.customer.pk, "title": "2026 深化计划", "sponsor": world.boss.pk,
        "joint_plan": "联合开发低气味分散剂", "starts_on": "2026-03-10", "ends_on": "2026-12-31",
    }  # fmt: skip
    plan = create_record(DeepeningPlan, values, by=world.by_ann)
    with pytest.raises(Invalid):
        actions.start_plan(plan.pk, by=world.by_ann)
    goals = [
        actions.create_goal(
            PlanGoal, {"plan": plan.pk, "kind": kind, "title": title, "target": target},
            by=world.by_ann,
        )
        for kind, title, target in (
            ("contacts", "研发与品质对接人", 2), ("product_lines", "引入流平剂", 1),
            ("co_creation", "共创配方", 1),
        )
    ]  # fmt: skip
    actions.start_plan(plan.pk, by=world.by_ann)
    actions.edit_goal(PlanGoal, goals[0].pk, {"reached": 1}, by=world.by_ann)
    actions.edit_goal(PlanGoal, goals[1].pk, {"reached": 5}, by=world.by_ann)
    plan.refresh_from_db()
    assert plan.progress == 50
    assert goals[0].customer_id == world.customer.pk
    with pytest.raises(Invalid):
        actions.create_goal(
            PlanGoal, {"plan": plan.pk, "kind": "joint", "title": "x"}, by=world.by_bob
        )
    actions.close_plan(plan.pk, by=world.by_ann, result="完成两项")
    with pytest.raises(Conflict):
        actions.edit_goal(PlanGoal, goals[2].pk, {"reached": 1}, by=world.by_ann)


def busy(world):
    """Two contacts spoken to, three talks, growth, one late order, two of three deliveries in time."""
    today, customer = world.today, world.customer
    at = dt.datetime.combine(today, dt.time(8), dt.UTC)
    for n in range(3):
        talk = make("interactions.interaction", customer=customer, occurred_at=at - n * DAY)
        if n < 2:
            person = make("customers.person", customer=customer)
            make("interactions.participant", interaction=talk, person=person)
    make("sales.order", customer=customer, amount=100, ordered_on=today - 500 * DAY)
    make("sales.order", customer=customer, amount=90, ordered_on=today - 30 * DAY,
         due_on=today - 15 * DAY)  # fmt: skip
    for late in (0, 0, 3):
        asked = at - 10 * DAY
        make("loyalty.driverrecord", customer=customer, asked_at=asked,
             promised_at=asked + DAY, done_at=asked + dt.timedelta(hours=12) + late * DAY)  # fmt: skip


@pytest.mark.requirement("LOY-018")
def test_the_score_rests_on_what_is_known_and_says_what_is_left_out(world):
    busy(world)
    facts = measures_of([world.customer.pk], world.today)[world.customer.pk]
    assert (facts.breadth, facts.frequency, facts.payment) == (2, 3, 15)
    assert facts.growth == Decimal("-10.00")
    assert facts.delivery == Decimal("66.67")
    assert facts.satisfaction is None
    decision = HealthRule().decide(facts, HealthParams())
    assert decision.outcome["left_out"] == ["satisfaction", "complaints"]
    # 20·66.7 + 20·50 + 20·75 + 20·57.1 + 10·17.6 over 90
    assert decision.outcome["score"] == 57
    assert any("满意度" in sentence(one) and "不计入" in sentence(one) for one in decision.reasons)


@pytest.mark.requirement("LOY-018")
def test_the_statement_and_the_rule_agree_for_every_customer(world, rule):
    busy(world)
    quiet = make("customers.customer", owner=world.ann)
    paying = make("customers.customer", owner=world.ann)
    make("sales.order", customer=paying, ordered_on=world.today, amount=10, paid=10)
    params = {"breadth": {"weight": 35, "nothing": 0, "everything": 4}, "good": 55, "fair": 30}
    rule("loyalty.relation_health", **params)
    assert actions.score_relations(world.today, by=BY_TEST) == 3
    assert actions.score_relations(world.today, by=BY_TEST) == 0
    wanted = HealthParams(**{**params, "breadth": params["breadth"]})
    for pk, facts in measures_of([world.customer.pk, quiet.pk, paying.pk], world.today).items():
        held = RelationHealth.unscoped.get(customer_id=pk, valid_to__isnull=True)
        outcome = HealthRule().decide(facts, wanted).outcome
        assert (held.score, held.level) == (outcome["score"], outcome["level"])


@pytest.mark.requirement("LOY-018")
def test_scores_are_kept_as_of_each_day_and_explained(world):
    actions.score_relations(world.today - 20 * DAY, by=BY_TEST)
    busy(world)
    actions.score_relations(world.today, by=BY_TEST)
    then = health_at(world.customer.pk, world.by_ann, world.today - DAY)
    now = health_at(world.customer.pk, world.by_ann, world.today)
    assert (then.score, now.score) == (0, 57)
    assert (then.level, now.level) == ("poor", "fair")
    assert len(now.reasons) == 7
    assert health_at(world.customer.pk, world.by_bob, world.today) is None
    assert health_at(world.customer.pk, world.by_ann, world.today - 21 * DAY) is None


@pytest.mark.requirement("LOY-018")
def test_other_packages_may_bring_satisfaction(world):
    busy(world)
    provide_measure(
        "satisfaction", "SELECT id, 75 FROM customers_customer WHERE %(on)s IS NOT NULL"
    )
    try:
        facts = measures_of([world.customer.pk], world.today)[world.customer.pk]
    finally:
        provided.clear()
    assert facts.satisfaction == 75
    assert HealthRule().decide(facts, HealthParams()).outcome["left_out"] == ["complaints"]
    with pytest.raises(ValueError):
        provide_measure("mood", "SELECT 1, 1")


@pytest.mark.requirement("LOY-022")
def test_key_customers_are_visited_and_the_statement_is_the_rule(world):
    known = {"gold": 170, "silver": 400, "vip": 60}
    for grade, days in known.items():
        make("customers.customer", grade=grade, owner=world.ann, since=world.today - days * DAY)
    lost = make("customers.customer", grade="vip", lifecycle="lost", since=dt.date(2020, 1, 1))
    make("interactions.interaction", customer=world.customer, channel="visit",
         occurred_at=dt.datetime(2025, 12, 12, 3, tzinfo=dt.UTC))  # fmt: skip
    assert actions.plan_visits(world.today, by=BY_TEST) == 2
    assert actions.plan_visits(world.today, by=BY_TEST) == 0
    todos = {one.customer_id: one for one in ToDo.unscoped.filter(title="理解性拜访")}
    assert world.customer.pk in todos
    assert lost.pk not in todos
    for grade, days, show in (("gold", 170, True), ("silver", 400, None), ("vip", 60, False)):
        facts = VisitFacts(grade=grade, known_on=world.today - days * DAY, today=world.today)
        outcome = UnderstandingVisits().decide(facts, VisitParams()).outcome
        assert (outcome and outcome["show"]) == show
    actions.note_visit(world.customer.pk, by=BY_TEST)
    todos[world.customer.pk].refresh_from_db()
    assert todos[world.customer.pk].status == "done"


@pytest.mark.requirement("LOY-022")
def test_trust_indicators_are_assessed_with_evidence(world):
    one = make("loyalty.trustindicator", customer=world.customer, owner=world.ann)
    with pytest.raises(Invalid):
        actions.assess_trust(one.pk, by=world.by_ann, level=6, evidence="x")
    actions.assess_trust(one.pk, by=world.by_ann, level=4, evidence="全年 98.6% 按期")
    one.refresh_from_db()
    assert (one.level, one.assessed_on) == (4, world.today)


@pytest.mark.requirement("LOY-023")
def test_drivers_count_what_was_promised(world):
    busy(world)
    asked = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    for solved in (True, False):
        make("loyalty.driverrecord", customer=world.customer, kind="support", asked_at=asked,
             promised_at=asked + DAY, done_at=asked + DAY, solved=solved)  # fmt: skip
    make("loyalty.driverrecord", customer=world.customer, kind="response", asked_at=asked,
         promised_at=asked + 60 * DAY, done_at=None)  # fmt: skip
    delivery, support = drivers_of(world.customer.pk, world.by_ann, world.today)
    assert (delivery.kind, delivery.count, delivery.in_time) == ("delivery", 3, 2)
    assert delivery.hours == pytest.approx(36)
    assert (support.kind, support.share, support.solved) == ("support", 1.0, 1)
    assert drivers_of(world.customer.pk, world.by_bob, world.today) == []
    with pytest.raises(Invalid):
        make("loyalty.driverrecord", customer=world.customer, done_at=asked - 99 * DAY)
