"""The needs meeting, its cycle, and the needs document that comes of it."""

import datetime as dt

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from tests.factories import actor, make, make_user
from zhike.identity.models import Notice
from zhike.interactions.models import ToDo
from zhike.kernel.actions import recorded
from zhike.kernel.approvals import waiting
from zhike.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from zhike.kernel.models import EventRow
from zhike.needs.actions import (
    approve_document,
    assign_task,
    cancel_meeting,
    create_meeting,
    deliver_document,
    draft_customer_document,
    draft_meeting_document,
    draft_project_document,
    gather_topics,
    hold_meeting,
    invite,
    keep_cycle,
    move_project,
    new_document_version,
    reject_document,
    sign_document,
    submit_document,
    write_clauses,
)
from zhike.needs.actions.documents import create_clause
from zhike.needs.models import Clause, Meeting, NeedsDocument, Receipt, Topic
from zhike.needs.queries.cycle import periods
from zhike.needs.queries.documents import read_document

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 4)


@pytest.fixture
def meeting(world):
    """The meeting of March, this morning."""
    starts = timezone.now() - dt.timedelta(hours=2)
    values = {"title": "三月需求分析会", "starts_at": starts.isoformat(), "place": "三楼会议室"}
    return create_meeting(Meeting, values, by=world.by_boss)


@pytest.fixture
def project(world):
    """The customer's project with a team of one."""
    row = make("needs.project", customer=world.customer, owner=world.ann, unit=world.unit)
    make("needs.projectmember", project=row, user=world.tech)
    return row


@pytest.fixture
def document(world, meeting, project, analysed):
    """The draft that the meeting left."""
    analysed(project=project.pk)
    meeting.project = project
    from zhike.kernel.actions import store

    with recorded(world.by_boss, "test"):
        store(meeting, by=world.by_boss, fields=["project"])
    gather_topics(meeting, by=world.by_boss)
    hold_meeting(meeting, by=world.by_boss, conclusions="小包装列入二季度计划。")
    return draft_meeting_document(meeting, by=world.by_boss)


@pytest.mark.requirement("NEED-003")
def test_a_meeting_from_agenda_to_tasks(world, meeting, record):
    need = record()
    invite(meeting, by=world.by_boss, user=world.ann)
    assert Notice.unscoped.filter(user=world.ann, title__contains="三月需求分析会").exists()
    with pytest.raises(Invalid):
        hold_meeting(meeting, by=world.by_boss, conclusions="没有议题")
    gather_topics(meeting, by=world.by_boss)
    gather_topics(meeting, by=world.by_boss)
    topic = Topic.unscoped.get(meeting=meeting)
    assert (topic.need, topic.customer) == (need, world.customer)
    with pytest.raises(Invalid):
        hold_meeting(meeting, by=world.by_boss, conclusions=" ")
    held = hold_meeting(meeting, by=world.by_boss, conclusions="小包装列入二季度计划。")
    assert held.status == "held"
    due = TODAY + dt.timedelta(days=7)
    assign_task(meeting, by=world.by_boss, task="核算小包装成本", owner=world.ann, due_on=due)
    assign_task(meeting, by=world.by_boss, task="联系包材供应商", owner=world.ann, due_on=due)
    tasks = ToDo.unscoped.filter(source_key__startswith=f"needs.task:{meeting.pk}:")
    assert [t.title for t in tasks.order_by("id")] == ["核算小包装成本", "联系包材供应商"]
    assert {t.owner_id for t in tasks} == {world.ann.pk}
    assert Meeting.objects.visible_to(world.by_ann).get() == meeting, "attendees may look"
    with pytest.raises(Conflict):
        cancel_meeting(meeting, by=world.by_boss, reason="来不及")


@pytest.mark.requirement("NEED-003")
def test_a_meeting_that_lies_ahead_cannot_have_been_held(world, record):
    record()
    starts = (timezone.now() + dt.timedelta(days=3)).isoformat()
    row = create_meeting(Meeting, {"title": "下次", "starts_at": starts}, by=world.by_boss)
    gather_topics(row, by=world.by_boss)
    with pytest.raises(Invalid):
        hold_meeting(row, by=world.by_boss, conclusions="提前写好")


@pytest.mark.requirement("NEED-003")
def test_a_missed_cycle_raises_an_alert_once(world, record, clock):
    clock.move_to("2026-01-15T12:00:00+08:00")
    record()
    assert keep_cycle() == {"reminders": 0, "alerts": 0}
    clock.move_to("2026-01-28T12:00:00+08:00")
    assert keep_cycle() == {"reminders": 1, "alerts": 0}
    reminder = ToDo.unscoped.get(source_key="needs.cycle:2026-01-01")
    assert reminder.owner_id == world.boss.pk
    clock.move_to("2026-02-02T12:00:00+08:00")
    assert keep_cycle()["alerts"] == 1
    assert keep_cycle()["alerts"] == 0
    alert = ToDo.unscoped.get(source_key="needs.missed:2026-01-01", status="open")
    assert alert.policy_id == "needs.meeting_cycle"
    assert Notice.unscoped.filter(user=world.boss, title__contains="漏开").count() == 1
    assert EventRow.objects.filter(name="needs.meeting_missed").count() == 1
    reminder.refresh_from_db()
    assert reminder.status == "done"
    starts = timezone.now().isoformat()
    row = create_meeting(Meeting, {"title": "二月", "starts_at": starts}, by=world.by_boss)
    gather_topics(row, by=world.by_boss)
    hold_meeting(row, by=world.by_boss, conclusions="补开")
    outcomes = {one.begins_on.month: one.outcome for one in periods(on=dt.date(2026, 3, 1))}
    assert outcomes[2] == "held"
    assert outcomes[1] == "missed"


@pytest.mark.requirement("NEED-005")
def test_the_document_is_written_from_the_classified_needs(world, document):
    text = read_document(document.pk, world.by_boss)
    headings = [one.heading for one in text.clauses]
    assert headings[:2] == ["背景与范围", "需求概览"]
    assert "包装需求 · 5 公斤小包装" in headings
    assert headings[-1] == "会议结论与后续安排"
    clause = next(one for one in text.clauses if one.need_id)
    assert "重要度 9" in clause.text
    assert "每次领料 5 公斤" in clause.text
    assert document.project.customer == world.customer


@pytest.mark.requirement("NEED-005")
def test_a_second_person_approves_and_the_text_freezes(world, document, project):
    rows = [
        {"id": c.pk, "heading": c.heading, "text": c.text}
        for c in Clause.unscoped.filter(document=document).order_by("position")
    ]
    write_clauses(
        document, by=world.by_boss, clauses=[*rows[1:], {"heading": "附则", "text": "按季更新。"}]
    )
    submit_document(document, by=world.by_boss)
    with pytest.raises(Conflict):
        write_clauses(document, by=world.by_boss, clauses=rows)
    with pytest.raises(Forbidden):
        approve_document(document, by=world.by_boss)
    assert [one.id for _source, one in waiting(world.by_head)] == [document.pk]
    with pytest.raises(Invalid):
        reject_document(document, by=world.by_head, note=" ")
    approved = approve_document(document, by=world.by_head, note="同意")
    assert approved.status == "approved"
    with pytest.raises(Conflict):
        create_clause(
            Clause, {"document": document.pk, "heading": "加一条", "text": "不行"}, by=world.by_boss
        )
    with pytest.raises(ProgrammingError), transaction.atomic(), recorded(world.by_boss, "test"):
        Clause.unscoped.filter(document=document).update(text="偷偷改")
    headings = [one.heading for one in read_document(document.pk, world.by_boss).clauses]
    assert headings[-1] == "附则"


@pytest.mark.requirement("NEED-005", "NEED-006")
def test_the_project_team_receives_and_signs(world, document, project):
    submit_document(document, by=world.by_boss)
    approve_document(document, by=world.by_head)
    receipt = Receipt.unscoped.get(document=document)
    assert (receipt.user, receipt.read_at) == (world.tech, None)
    assert Notice.unscoped.filter(user=world.tech, title__contains="签收").exists()
    member = make_user("member", grants={("needs.needsdocument", "view"): "own"})
    by_member = actor(member)
    with pytest.raises(NotFound):
        read_document(document.pk, by_member)
    make("needs.projectmember", project=project, user=member)
    deliver_document(document, by=world.by_boss)
    assert Receipt.unscoped.filter(document=document).count() == 2, "only who lacks it gets it"
    assert read_document(document.pk, by_member).row == document
    sign_document(document, by=by_member)
    assert Receipt.unscoped.get(document=document, user=member).read_at is not None
    with pytest.raises(Conflict):
        sign_document(document, by=by_member)


@pytest.mark.requirement("NEED-005")
def test_versions_follow_each_other(world, document):
    with pytest.raises(Conflict):
        new_document_version(document, by=world.by_boss, change_note="草稿还不能有新版")
    submit_document(document, by=world.by_boss)
    approve_document(document, by=world.by_head)
    with pytest.raises(Invalid):
        new_document_version(document, by=world.by_boss, change_note=" ")
    later = new_document_version(document, by=world.by_boss, change_note="补充交期")
    assert (later.number, later.former, later.status) == (2, document, "draft")
    text = read_document(later.pk, world.by_boss)
    assert [row.number for row in text.versions] == [2, 1]
    assert len(text.clauses) == len(read_document(document.pk, world.by_boss).clauses)
    with pytest.raises(Conflict):
        new_document_version(document, by=world.by_boss, change_note="再来一份")


def test_a_rejected_draft_is_mended(world, document):
    submit_document(document, by=world.by_boss)
    reject_document(document, by=world.by_head, note="缺少交期")
    submit_document(document, by=world.by_boss)
    assert NeedsDocument.unscoped.get(pk=document.pk).status == "submitted"
    with pytest.raises(Conflict):
        draft_meeting_document(document.meeting, by=world.by_boss)


def test_wrong_clauses_are_named(world, document):
    with pytest.raises(Invalid) as refused:
        write_clauses(document, by=world.by_boss, clauses=[{"heading": "", "text": "无标题"}])
    assert list(refused.value.fields) == ["clauses.0"]
    other = make("needs.clause")
    with pytest.raises(Invalid):
        write_clauses(
            document, by=world.by_boss,
            clauses=[{"id": other.pk, "heading": "别人的", "text": "条文"}],
        )  # fmt: skip


@pytest.mark.requirement("NEED-005")
def test_documents_of_a_project_and_of_a_customer(world, analysed, project):
    with pytest.raises(Invalid):
        draft_project_document(project, by=world.by_boss)
    analysed(project=project.pk)
    made = draft_project_document(project, by=world.by_boss)
    assert (made.project, made.customer) == (project, world.customer)
    told = draft_customer_document(world.customer, by=world.by_boss)
    assert told.url.startswith("/needs/needsdocument/")


@pytest.mark.requirement("NEED-006")
def test_a_project_moves_on_with_its_financing(world, project):
    make(
        "needs.financing", project=project, kind="loan", amount="8000000", party="江苏银行泰州分行"
    )
    row = move_project(project, by=world.by_ann, stage="financing")
    assert row.stage == "financing"
    with pytest.raises(Invalid):
        move_project(project, by=world.by_ann, stage="planning")
    with pytest.raises(Invalid):
        move_project(project, by=world.by_ann, stage="financing")
    with pytest.raises(Invalid):
        make("needs.financing", project=project, amount="0")
    event = EventRow.objects.get(name="needs.stage_changed")
    assert (event.payload["old"], event.payload["new"]) == ("planning", "financing")
