"""A person can always take over from automation, and may have the last word on its messages."""

import dataclasses
import datetime as dt
import functools
import re
from pathlib import Path

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app

from tests.factories import make
from tests.identity.world import actor
from tests.teamwork.test_pages import browsing
from zhike.identity.actions.notices import Message, notify, notify_many
from zhike.identity.models import Notice, OrgUnit
from zhike.interactions import cadence
from zhike.interactions.actions import (
    ask_a_person,
    complete_todo,
    create_todo,
    drop_todo,
    tell_robots,
)
from zhike.interactions.actions.people import is_automated
from zhike.interactions.events import ToDoCompleted
from zhike.interactions.handlers import after_review
from zhike.interactions.models import Robot, RobotMessage, ToDo
from zhike.interactions.policies import AutomationReview
from zhike.kernel import automation
from zhike.kernel.actions import recorded
from zhike.kernel.actor import SYSTEM
from zhike.kernel.errors import Invalid, NotFound, Refusal
from zhike.kernel.events import flow_of
from zhike.kernel.jobs import every, handle_event, job
from zhike.kernel.models import EventRow, PolicyVersion
from zhike.kernel.registry import registry
from zhike.teamwork.actions.meetings import OVERDUE, flag_overdue, plan_meetings
from zhike.web.views.automation import TITLES, title_of

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


def told(*people, title="自动消息", by=None):
    by = by or SYSTEM(reason="test")
    with recorded(by, "test.told"):
        return notify([one.pk for one in people], title, by=by, url="/todos/")


@pytest.mark.requirement("ORG-034")
def test_every_flow_of_the_registry_passes_the_gate_and_is_sent_after_review(firm):
    review(*automation.flows)
    lead = actor(firm.lead)
    for code in sorted(automation.flows):
        with automation.run(code):
            assert told(firm.ann, title=f"来自 {code}") == 0
        assert not Notice.unscoped.filter(title=f"来自 {code}").exists(), code
        row = ToDo.unscoped.get(policy_id=AutomationReview.id, title__endswith=f"来自 {code}")
        assert row.source_key.startswith(f"review:{code}:")
        assert (row.owner_id, row.family) == (firm.lead.pk, "approval")
        complete_todo(row.pk, by=lead)
        with automation.run("interactions.after_review"):
            after_review(ToDoCompleted(row.pk, None, "approval", True))
        assert Notice.unscoped.get(title=f"来自 {code}").user_id == firm.ann.pk


@pytest.mark.requirement("ORG-034")
def test_without_a_listed_flow_and_for_people_nothing_waits(firm):
    review("teamwork.morning")
    with automation.run("segments.nightly"):
        assert told(firm.ann) == 1
    assert told(firm.ann, by=actor(firm.lead)) == 1
    with automation.run("teamwork.morning"), automation.run("teamwork.alignment_overdue"):
        assert told(firm.ann) == 0, "the outer flow is listed"


@pytest.mark.requirement("ORG-034")
def test_every_scheduled_work_and_job_says_which_flow_it_is():
    names = set(app.tasks) - {
        "kernel.handle_event",
        "kernel.retry_stalled",
        "kernel.forget_finished",
    }
    names = {name for name in names if not name.startswith(("builtin", "procrastinate", "tests."))}
    assert names - set(automation.flows) == set()
    seen = []
    probe = every("0 0 1 1 *", "tests.probe")(lambda: seen.append(automation.running()))
    probe(0)
    job("tests.probe_job")(lambda: seen.append(automation.running()))()
    assert seen == [("tests.probe",), ("tests.probe_job",)]
    for name in ("tests.probe", "tests.probe_job"):
        app.tasks.pop(name)
        del automation.flows[name]
    assert automation.running() == ()


@pytest.mark.requirement("ORG-034")
def test_every_reaction_runs_as_its_flow(db, monkeypatch):
    for name, handlers in list(registry.handlers.items()):
        expected = [flow_of(one) for one in handlers]
        assert set(expected) <= set(automation.flows)
        seen: list[tuple[str, ...]] = []
        probes = []
        for one in handlers:

            @functools.wraps(one)
            def probe(_event, seen=seen):
                seen.append(automation.running())

            probes.append(probe)
        monkeypatch.setitem(registry.handlers, name, probes)
        payload = {f.name: None for f in dataclasses.fields(registry.events[name])}
        row = EventRow.objects.create(name=name, payload=payload, occurred_at=timezone.now())
        handle_event(row.pk)
        assert seen == [(code,) for code in expected], name


@pytest.mark.requirement("ORG-034")
def test_no_message_is_written_past_the_gate():
    source = Path(automation.__file__).parents[1]
    writers = {
        str(path.relative_to(source))
        for path in source.rglob("*.py")
        if "migrations" not in path.parts
        and re.search(r"\bNotice\(|INTO identity_notice|RobotMessage\(", path.read_text("utf-8"))
    }
    models = {"identity/models.py", "interactions/models/robots.py"}
    assert writers - models == {"identity/actions/notices.py", "interactions/actions/robots.py"}


@pytest.mark.requirement("ORG-034")
def test_every_todo_that_is_made_by_itself_can_be_handed_to_a_person():
    """Whoever writes to-dos past ``raise_todo`` gives them a cause, by which the button knows them."""
    source = Path(automation.__file__).parents[1]
    found = 0
    for path in source.rglob("*.py"):
        text = path.read_text("utf-8")
        for statement in re.findall(r"INSERT INTO interactions_todo \(([^)]*)\)", text):
            found += 1
            assert {"source_key", "policy_id"} <= set(re.findall(r"\w+", statement)), path
    assert found >= 4
    assert is_automated(ToDo(source_key="x"))
    assert is_automated(ToDo(policy_id="x"))
    assert not is_automated(ToDo())


@pytest.mark.requirement("ORG-034")
def test_the_group_robots_wait_too(firm):
    robot = make("interactions.robot", unit=None)
    Robot.unscoped.filter(pk=robot.pk).update(address="https://oapi.dingtalk.com/robot/send?x=1",
                                              active=True)  # fmt: skip
    review("interactions.after_mention")
    with automation.run("interactions.after_mention"):
        assert tell_robots([firm.ann.pk], "有人提到安", by=SYSTEM(reason="test")) == 0
    assert not RobotMessage.unscoped.exists()
    row = ToDo.unscoped.get(policy_id=AutomationReview.id)
    complete_todo(row.pk, by=actor(firm.lead))
    after_review(ToDoCompleted(row.pk, None, "approval", True))
    assert RobotMessage.unscoped.get().text == "有人提到安"


@pytest.mark.requirement("ORG-034")
def test_a_downgrade_notice_waits_too(firm):
    review("customers.nightly")
    source = notify_many([Message([firm.ann.pk], "客户即将降级")], by=SYSTEM(reason="test"))
    assert source == 1
    with automation.run("customers.nightly"), recorded(SYSTEM(reason="test"), "test"):
        both = [Message([firm.ann.pk], "甲即将降级"), Message([firm.ann.pk], "乙即将降级")]
        assert notify_many(both, by=SYSTEM(reason="test")) == 0
    assert ToDo.unscoped.filter(policy_id=AutomationReview.id).count() == 2


@pytest.mark.requirement("ORG-034")
def test_an_automated_message_can_be_handed_to_a_person(firm):
    told(firm.ann, title="客户已回收")
    row = Notice.unscoped.get(title="客户已回收")
    browser = browsing(firm.ann)
    assert f"/notices/{row.pk}/ask/" in browser.get("/notices/").content.decode()
    assert browser.post(f"/notices/{row.pk}/ask/", {"reason": " "}).status_code == 422
    assert browser.post(f"/notices/{row.pk}/ask/", {"reason": "客户正在谈"}).status_code == 302
    todo = ToDo.unscoped.get(source_key=f"notice:{row.pk}")
    assert (todo.owner_id, todo.facts["reason"]) == (firm.lead.pk, "客户正在谈")
    assert browsing(firm.bob).post(f"/notices/{row.pk}/ask/", {"reason": "x"}).status_code == 404
    told(firm.ann, title="同事的话", by=actor(firm.bob))
    words = Notice.unscoped.get(title="同事的话")
    assert f"/notices/{words.pk}/ask/" not in browser.get("/notices/").content.decode()
    assert browser.post(f"/notices/{words.pk}/ask/", {"reason": "x"}).status_code == 409


@pytest.mark.requirement("ORG-034")
def test_all_flows_stand_on_the_page_with_their_title_and_review(firm):
    review("segments.nightly")
    html = browsing(firm.ann).get("/automation/").content.decode()
    for code, flow in automation.flows.items():
        assert f">{code}</td>" in html
        assert title_of(flow) != code, f"{code} has no title in zhike/web/views/automation.py"
        assert title_of(flow) in html
    assert html.count("人工审核后发送") == 1
    assert set(TITLES) <= set(automation.flows), "titles of flows that no longer exist"
