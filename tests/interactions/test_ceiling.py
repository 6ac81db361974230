"""The ceiling of contacts: the rule by cases, counting across departments, plans, logs, steps."""

import datetime as dt
from pathlib import Path

import pytest
import yaml
from django.utils import timezone

from tests.factories import next_working_morning
from tests.interactions.people import actor, customer, save, tomorrow, unit, user
from zhike.interactions.actions import cancel_plan, log_interaction, move_plan, plan_contact
from zhike.interactions.models import ContactPlan, Interaction, ToDo
from zhike.interactions.policies import (
    CeilingFacts,
    ContactCeiling,
    EffectFacts,
    EffectWindow,
    InquiryFacts,
    InquiryTime,
)
from zhike.interactions.queries import check_contact
from zhike.kernel.errors import Invalid, PolicyRefused
from zhike.kernel.models import PolicyVersion
from zhike.kernel.policies import BadParams
from zhike.kernel.registry import registry

HERE = Path(__file__).parent / "policies"
pytestmark = pytest.mark.requirement("COM-006")
RULES = [
    ("contact_ceiling", ContactCeiling, CeilingFacts),
    ("contact_effect", EffectWindow, EffectFacts),
    ("inquiry_time", InquiryTime, InquiryFacts),
]
CASES = [
    pytest.param(rule, facts, case, id=f"{name}: {case['case']}")
    for name, rule, facts in RULES
    for case in yaml.safe_load((HERE / f"{name}.yaml").read_text("utf-8"))
]


@pytest.mark.parametrize(("rule", "facts", "case"), CASES)
def test_cases(rule, facts, case):
    policy = registry.policies[rule.id]
    decision = policy.decide(facts(**case["facts"]), policy.parse(case.get("params", {})))
    assert decision.outcome == case["outcome"]
    assert decision.reasons
    assert policy.describe(policy.default())


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ({"total": {"diamond": 3}}, "total.diamond"),
        ({"call": {"vip": 7}}, "call.vip"),
        ({"visit": {"vip": 1000}}, "visit.vip"),
        ({"quiet_from": "25:00"}, "quiet_from"),
        ({"on_plan": "maybe"}, "on_plan"),
    ],
)
def test_bad_parameters_are_refused(raw, path):
    with pytest.raises(BadParams) as found:
        registry.policies[ContactCeiling.id].parse(raw)
    assert path in [problem.path for problem in found.value.problems]


@pytest.fixture
def me():
    return user()


def in_unit(person, name):
    department = unit(name)
    return actor(person, everything=True, unit_ids=(department.pk,))


def logged(company, by, day, channel="call"):
    row = Interaction(
        customer=company, channel=channel, direction="out", summary="x", no_next_step=True,
        occurred_at=timezone.make_aware(dt.datetime.combine(day, dt.time(10))),
        owner_id=by.user_id, unit_id=by.unit_ids[0] if by.unit_ids else None,
    )  # fmt: skip
    return save(row)


@pytest.mark.django_db
class TestAcrossDepartments:
    def test_another_department_used_the_quota_and_only_it_is_named(self, me):
        company = customer(me)
        sales, service = in_unit(me, "华东大区"), in_unit(user("周岚"), "客服中心")
        morning = next_working_morning()
        logged(company, service, timezone.localtime(morning).date())
        with pytest.raises(PolicyRefused) as refused:
            plan_contact(company, by=sales, planned_at=morning, topic="回访", channel="call")
        told = " ".join(refused.value.reasons)
        assert "客服中心" in told
        assert "周岚" not in told
        assert not ContactPlan.unscoped.exists()
        plan_contact(company, by=sales, planned_at=morning, topic="发资料", channel="mail")

    def test_plans_count_like_contacts_until_they_are_cancelled(self, me):
        company, by = customer(me), actor(me)
        morning = next_working_morning()
        first = plan_contact(company, by=by, planned_at=morning, topic="一", channel="call")
        with pytest.raises(PolicyRefused):
            plan_contact(company, by=by, planned_at=morning, topic="二", channel="call")
        cancel_plan(first, by=by, result="客户出差")
        plan_contact(company, by=by, planned_at=morning, topic="二", channel="call")

    def test_incoming_contacts_and_notes_do_not_count(self, me):
        company, by = customer(me), actor(me, unit_ids=(unit().pk,))
        morning = next_working_morning()
        row = logged(company, by, timezone.localtime(morning).date())
        Interaction.unscoped.filter(pk=row.pk).update(direction="in")
        logged(company, by, timezone.localtime(morning).date(), channel="note")
        found = check_contact(company, "call", at=morning, purpose="send")
        assert (found.outcome, found.used) == ("allow", [])

    def test_contacts_before_the_period_do_not_count(self, me):
        company, by = customer(me), actor(me, unit_ids=(unit().pk,))
        morning = next_working_morning()
        day = timezone.localtime(morning).date()
        logged(company, by, day - dt.timedelta(days=7))
        assert check_contact(company, "call", at=morning, purpose="send").fine
        logged(company, by, day - dt.timedelta(days=6))
        assert not check_contact(company, "call", at=morning, purpose="send").fine

    def test_quiet_hours_and_days_off_refuse_a_plan(self, me):
        company, by = customer(me), actor(me)
        night = next_working_morning().replace(hour=21)
        with pytest.raises(PolicyRefused, match="安静时段"):
            plan_contact(company, by=by, planned_at=night, topic="回访")
        sunday = next_working_morning() + dt.timedelta(days=7)
        sunday += dt.timedelta(days=6 - timezone.localtime(sunday).weekday())
        with pytest.raises(PolicyRefused, match="休息日"):
            plan_contact(company, by=by, planned_at=sunday, topic="回访")

    def test_a_moved_plan_does_not_stand_in_its_own_way(self, me):
        company, by = customer(me), actor(me)
        row = plan_contact(company, by=by, planned_at=next_working_morning(), topic="一")
        moved = move_plan(row, by=by, planned_at=next_working_morning(2))
        assert moved.planned_at == next_working_morning(2)
        with pytest.raises(PolicyRefused):
            move_plan(row.pk, by=by, planned_at=next_working_morning().replace(hour=6))

    def test_what_happened_is_kept_and_warned_about(self, me):
        company, by = customer(me), actor(me, unit_ids=(unit().pk,))
        logged(company, by, timezone.localdate())
        row = log_interaction(
            company, by=by, summary="又打了一次", channel="call", no_next_step=True
        )
        assert Interaction.unscoped.filter(pk=row.pk).exists()
        assert any("通话至多 1 次" in one for one in row.warnings)
        assert Interaction.unscoped.get(pk=row.pk).extra["ceiling"] == row.warnings

    def test_a_next_step_on_a_day_off_warns_or_is_refused_by_the_rule(self, me):
        company, by = customer(me), actor(me)
        sunday = tomorrow(7)
        sunday += dt.timedelta(days=6 - sunday.weekday())
        row = log_interaction(company, by=by, summary="谈好了", next_step_on=sunday)
        assert any("休息日" in one for one in row.warnings)
        save(
            PolicyVersion(
                policy_id=ContactCeiling.id, number=1, params={"on_step": "refuse"},
                status="approved", effective_on=timezone.localdate(), reason="x",
            )
        )  # fmt: skip
        with pytest.raises(PolicyRefused):
            log_interaction(company, by=by, summary="再谈", next_step_on=sunday)
        assert ToDo.unscoped.filter(customer=company).count() == 1

    def test_a_plan_in_the_past_is_refused(self, me):
        with pytest.raises(Invalid) as error:
            plan_contact(
                customer(me), by=actor(me), topic="x",
                planned_at=timezone.now() - dt.timedelta(days=1),
            )  # fmt: skip
        assert "planned_at" in error.value.fields
