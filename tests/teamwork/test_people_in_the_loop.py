"""A person can always take over from automation, and may have the last word on its messages."""

import datetime as dt

import pytest
from django.utils import timezone

from tests.factories import make
from tests.identity.world import actor
from tests.teamwork.test_pages import browsing
from zhike.identity.models import Notice, OrgUnit
from zhike.interactions import cadence
from zhike.interactions.actions import ask_a_person, complete_todo, create_todo, drop_todo
from zhike.interactions.events import ToDoCompleted
from zhike.interactions.handlers import after_review
from zhike.interactions.models import ToDo
from zhike.interactions.policies import AutomationReview
from zhike.kernel.errors import Invalid, NotFound, Refusal
from zhike.kernel.models import EventRow, PolicyVersion
from zhike.kernel.registry import registry
from zhike.teamwork.actions.meetings import OVERDUE, flag_overdue, plan_meetings

pytestmark = pytest.mark.django_db


def review(*flows):
    """Put the flows on the review list."""
    make(
        "kernel.policyversion", policy_id=AutomationReview.id, number=1,
        params=AutomationReview.Params(flows=flows).model_dump(mode="json"),
        status=PolicyVersion.Status.APPROVED, effective_on=dt.date(2020, 1, 1),
    )  # fmt: skip


@pytest.mark.requirement("ORG-034")
def test_a_contact_the_rule_asked_for_goes_to_the_superior_and_stays_there(firm, clock):
    clock.move_to(timezone.now() + dt.timedelta(days=9))
    cadence.fill()
    row = ToDo.unscoped.get(policy_id=cadence.POLICY)
    with pytest.raises(Invalid):
        ask_a_person(row.pk, by=actor(firm.ann), reason=" ")
    ask_a_person(row.pk, by=actor(firm.ann), reason="客户要求与负责人谈")
    row.refresh_from_db()
    assert row.owner_id == firm.lead.pk
    assert row.extra["handed"]["reason"] == "客户要求与负责人谈"
    assert Notice.unscoped.filter(user=firm.lead, body="客户要求与负责人谈").exists()
    assert (
        EventRow.objects.filter(name="interactions.handed_to_person", subject_id=row.pk).count()
        == 1
    )
    cadence.fill()
    row.refresh_from_db()
    assert row.owner_id == firm.lead.pk


@pytest.mark.requirement("ORG-034")
def test_a_to_do_of_a_process_is_not_taken_back(firm):
    from zhike.interactions.actions import raise_todo
    from zhike.kernel.actions import recorded
    from zhike.kernel.actor import SYSTEM

    plan_meetings()
    row = ToDo.unscoped.get(title__startswith="召开对齐会议")
    ask_a_person(row.pk, by=actor(firm.ann), reason="需要上级出面")
    by, due = SYSTEM(reason="test"), timezone.now() + dt.timedelta(days=2)
    with recorded(by, "test.raise"):
        raise_todo(row.source_key, row.title, owner_id=firm.ann.pk, due_at=due, by=by)
    row.refresh_from_db()
    assert (row.owner_id, row.due_at) == (firm.lead.pk, due)


@pytest.mark.requirement("ORG-034")
def test_without_a_superior_the_reviewer_takes_it_else_says_so(firm):
    OrgUnit.unscoped.update(leader=None)
    plan_meetings()
    row = ToDo.unscoped.get(title__startswith="召开对齐会议")
    ask_a_person(row.pk, by=actor(firm.ann), reason="无主管")
    row.refresh_from_db()
    assert row.owner_id == firm.lead.pk
    with pytest.raises(Refusal, match="没有可以接手的主管"):
        ask_a_person(row.pk, by=actor(firm.lead), reason="再转")


def test_ones_own_note_is_not_automation(firm):
    due = timezone.now() + dt.timedelta(days=1)
    row = create_todo(ToDo, {"title": "寄样", "due_at": due}, by=actor(firm.ann))
    with pytest.raises(Refusal):
        ask_a_person(row.pk, by=actor(firm.ann), reason="x")
    plan_meetings()
    other = ToDo.unscoped.get(title__startswith="召开对齐会议")
    with pytest.raises(NotFound):
        ask_a_person(other.pk, by=actor(firm.bob), reason="x")


@pytest.mark.requirement("ORG-034")
def test_a_listed_message_waits_for_a_person(firm, clock):
    review(OVERDUE)
    plan_meetings()
    clock.move_to(timezone.now() + dt.timedelta(days=60))
    assert flag_overdue() == 1
    late = Notice.unscoped.filter(title__contains="逾期", title__startswith="厂") | (
        Notice.unscoped.filter(title__contains="的对齐会议已逾期").exclude(title__contains="审核")
    )
    assert not late.exists()
    row = ToDo.unscoped.get(policy_id=AutomationReview.id)
    assert row.owner_id == firm.lead.pk
    assert "的对齐会议已逾期" in row.title
    complete_todo(row.pk, by=actor(firm.lead))
    done = ToDoCompleted(row.pk, None, "approval", True)
    after_review(done)
    after_review(done)
    assert sorted(late.values_list("user_id", flat=True)) == sorted([firm.ann.pk, firm.lead.pk])


@pytest.mark.requirement("ORG-034")
def test_a_refused_message_is_never_sent(firm, clock):
    review(OVERDUE)
    plan_meetings()
    clock.move_to(timezone.now() + dt.timedelta(days=60))
    flag_overdue()
    row = ToDo.unscoped.get(policy_id=AutomationReview.id)
    drop_todo(row.pk, by=actor(firm.lead), reason="会议已改期")
    after_review(ToDoCompleted(row.pk, None, "approval", True))
    told = Notice.unscoped.filter(title__contains="的对齐会议已逾期")
    assert not told.exclude(title__contains="审核").exists()


@pytest.mark.parametrize(
    ("params", "flow", "outcome"),
    [({}, OVERDUE, False), ({"flows": [OVERDUE]}, OVERDUE, True), ({"flows": [OVERDUE]}, "x", False)],
)  # fmt: skip
def test_the_rule(params, flow, outcome):
    rule = registry.policies[AutomationReview.id]
    assert rule.decide(rule.Facts(flow=flow), rule.parse(params)).outcome is outcome
    assert [p.path for p in rule.Params(flows=["nothing"]).problems()] == ["flows"]


@pytest.mark.requirement("ORG-034")
def test_the_button_stands_on_the_list(firm):
    plan_meetings()
    row = ToDo.unscoped.get(title__startswith="召开对齐会议")
    ToDo.unscoped.filter(pk=row.pk).update(due_at=timezone.now())
    browser = browsing(firm.ann)
    assert f"/todos/{row.pk}/ask/" in browser.get("/").content.decode()
    assert "交由执行人的主管处理" in browser.get(f"/todos/{row.pk}/ask/").content.decode()
    assert browser.post(f"/todos/{row.pk}/ask/", {"reason": ""}).status_code == 422
    assert browser.post(f"/todos/{row.pk}/ask/", {"reason": "客户不满"}).status_code == 302
    row.refresh_from_db()
    assert row.owner_id == firm.lead.pk
