"""Alignment meetings, conflicting actions, one shared record, and reports upward."""

import datetime as dt
import hashlib
import shutil
import subprocess

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.factories import make
from tests.identity.world import actor, person
from zhike.customers.models import Customer
from zhike.identity.models import Notice, OrgUnit
from zhike.interactions.actions import log_interaction
from zhike.interactions.models import Interaction, ToDo
from zhike.kernel.actions import edit_record
from zhike.kernel.errors import Conflict, Invalid, NotFound
from zhike.kernel.models import EventRow
from zhike.kernel.registry import registry
from zhike.teamwork.actions.conflicts import find_conflicts, settle_conflict
from zhike.teamwork.actions.meetings import (
    add_meeting_action,
    flag_overdue,
    hold_meeting,
    plan_meetings,
)
from zhike.teamwork.actions.reports import (
    draw_up_reports,
    receive_report,
    refresh_report,
    sign_report,
)
from zhike.teamwork.models import ActionConflict, AlignmentMeeting, StatusReport
from zhike.teamwork.queries import overdue_meetings, report, report_intact, report_paper

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 4)


def visit(firm, who, moment, **more):
    return make(
        "interactions.interaction", customer=firm.customer, owner=who, occurred_at=moment,
        unit=more.pop("unit", None), channel=more.pop("channel", "visit"), **more,
    )  # fmt: skip


@pytest.mark.requirement("ORG-018")
def test_meetings_are_planned_by_grade_held_and_planned_again(firm, clock):
    make("customers.customer", owner=firm.ann, unit=firm.sales, grade="bronze")
    assert plan_meetings() == 1
    assert plan_meetings() == 0
    meeting = AlignmentMeeting.unscoped.get()
    assert meeting.customer_id == firm.customer.pk
    assert meeting.planned_on == dt.date(2026, 4, 3)  # thirty days on
    assert ToDo.unscoped.get(status="open").owner_id == firm.ann.pk
    ann = actor(firm.ann)
    with pytest.raises(Invalid):
        hold_meeting(meeting, by=ann, held_on=dt.date(2026, 3, 5), minutes="x")
    hold_meeting(meeting, by=ann, held_on=TODAY, minutes="服务转述了交期问题")
    assert not ToDo.unscoped.filter(status="open").exists()
    todo = add_meeting_action(
        meeting, by=ann, title="书面回复交期", owner=firm.ann, due_on=dt.date(2026, 3, 6)
    )
    assert todo.customer_id == firm.customer.pk
    with pytest.raises(Invalid):
        add_meeting_action(meeting, by=ann, title="x", owner=firm.ann, due_on=dt.date(2026, 3, 3))
    assert EventRow.objects.filter(name="teamwork.alignment_held").count() == 1
    assert plan_meetings() == 1


@pytest.mark.requirement("ORG-018")
def test_a_late_meeting_is_flagged_to_host_and_superior_once(firm, clock):
    plan_meetings()
    clock.move_to(dt.datetime(2026, 4, 3, 12, tzinfo=dt.UTC))
    assert not overdue_meetings(actor(firm.lead))
    clock.move_to(dt.datetime(2026, 4, 9, 4, tzinfo=dt.UTC))  # Qingming is not counted
    assert overdue_meetings(actor(firm.lead)).count() == 1
    assert flag_overdue() == 0
    clock.move_to(dt.datetime(2026, 4, 13, 4, tzinfo=dt.UTC))
    assert flag_overdue() == 1
    assert flag_overdue() == 0
    told = set(Notice.unscoped.filter(title__contains="逾期").values_list("user_id", flat=True))
    assert told == {firm.ann.pk, firm.lead.pk}


@pytest.mark.requirement("ORG-020")
def test_two_departments_on_one_day_alert_both_owners(firm):
    noon = timezone.now()
    first = visit(firm, firm.ann, noon - dt.timedelta(hours=3), unit=firm.sales)
    assert find_conflicts(first.pk) == []
    second = visit(firm, firm.bob, noon - dt.timedelta(hours=1), unit=firm.service)
    found = find_conflicts(second.pk)
    assert len(found) == 1
    assert find_conflicts(second.pk) == find_conflicts(first.pk) == []
    told = Notice.unscoped.filter(title__contains="不同部门的拜访")
    assert set(told.values_list("user_id", flat=True)) == {firm.ann.pk, firm.bob.pk}
    settle_conflict(found[0], by=actor(firm.ann), settlement="由销售统一安排")
    assert ActionConflict.unscoped.get().status == "settled"
    assert Notice.unscoped.filter(user=firm.bob, body="由销售统一安排").exists()


@pytest.mark.requirement("ORG-020")
def test_what_is_no_conflict(firm):
    noon = timezone.now()
    mine = visit(firm, firm.ann, noon, unit=firm.sales)
    visit(firm, firm.lead, noon, unit=firm.sales)
    visit(firm, firm.bob, noon, unit=firm.service, channel="call")
    visit(firm, firm.bob, noon - dt.timedelta(days=1), unit=firm.service)
    other = make("customers.customer", owner=firm.ann, unit=firm.sales)
    make("interactions.interaction", customer=other, owner=firm.bob, unit=firm.service)
    assert find_conflicts(mine.pk) == []


@pytest.mark.requirement("ORG-020")
def test_the_alert_follows_what_is_logged(firm):
    for who in (firm.ann, firm.bob):
        make("customers.teammember", customer=firm.customer, user=who, role="csm")
        log_interaction(
            firm.customer, by=actor(who), summary="拜访", channel="visit", no_next_step=True
        )
    event = registry.events["interactions.interaction_logged"]
    row = Interaction.unscoped.latest("pk")
    logged = event(firm.customer.pk, row.pk, "visit", 0)
    for _again in range(2):
        for handler in registry.handlers[event.name]:
            if handler.__module__ == "zhike.teamwork.handlers":
                handler(logged)
    assert ActionConflict.unscoped.count() == 1


@pytest.mark.requirement("ORG-019")
def test_departments_share_one_record(firm):
    mark = person("mark六", "marketing", unit=firm.company)
    care = person("care七", "service", unit=firm.service)
    edit_record(Customer, firm.customer, {"phone": "021-50001234"}, by=actor(firm.ann))
    for reader in (mark, care, firm.lead):
        seen = Customer.objects.visible_to(actor(reader)).get()
        assert seen.pk == firm.customer.pk
        assert "50001234" in str(seen.phone).replace(" ", "")
    log_interaction(firm.customer, by=actor(firm.ann), summary="改了交期", no_next_step=True)
    assert Interaction.objects.visible_to(actor(care)).get().summary == "改了交期"
    stranger = person("else八", "sales", unit=firm.service)
    assert not Customer.objects.visible_to(actor(stranger)).exists()


class TestReports:
    """The report upward."""

    def drawn(self, clock) -> StatusReport:
        clock.move_to(dt.datetime(2026, 4, 1, 4, tzinfo=dt.UTC))
        draw_up_reports()
        return StatusReport.unscoped.get(owner__username="lead二")

    @pytest.mark.requirement("ORG-021")
    def test_is_drawn_up_once_a_month_from_live_data(self, firm, clock):
        make(
            "interactions.interaction", customer=firm.customer, owner=firm.ann,
            occurred_at=timezone.now() - dt.timedelta(hours=2), channel="visit",
        )  # fmt: skip
        row = self.drawn(clock)
        assert draw_up_reports() == 0
        assert (row.starts_on, row.ends_on) == (dt.date(2026, 3, 1), dt.date(2026, 3, 31))
        assert row.superior_id == firm.boss.pk
        lines = dict(line for part in row.snapshot["sections"] for line in part["lines"])
        assert lines["在管客户（家）"] == "1"
        assert lines["其中拜访（次）"] == "1"
        assert ToDo.unscoped.filter(owner=firm.lead, title__contains="签发").exists()
        make("customers.customer", owner=firm.ann, unit=firm.sales)
        row.refresh_from_db()
        assert ["在管客户（家）", "1"] in row.snapshot["sections"][0]["lines"]
        refresh_report(row, by=actor(firm.lead))
        row.refresh_from_db()
        assert ["在管客户（家）", "2"] in row.snapshot["sections"][0]["lines"]

    @pytest.mark.requirement("ORG-021")
    def test_signed_is_archived_and_never_changes(self, firm, clock, tmp_path):
        row = self.drawn(clock)
        with pytest.raises(Conflict):
            sign_report(row, by=actor(firm.boss))
        sign_report(row, by=actor(firm.lead), remark="重点跟进交期，𠮷")
        row.refresh_from_db()
        assert bytes(row.pdf).startswith(b"%PDF")
        assert row.digest == hashlib.sha256(bytes(row.pdf)).hexdigest()
        assert report_intact(row)
        assert report_paper(row) == bytes(row.pdf)
        assert Notice.unscoped.filter(user=firm.boss, title__contains="报送").exists()
        with pytest.raises(Conflict):
            refresh_report(row, by=actor(firm.lead))
        for change in ({"remark": "改"}, {"snapshot": {}}, {"pdf": b"x"}, {"status": "draft"},
                       {"digest": "0" * 64}, {"archived_at": timezone.now()}):  # fmt: skip
            with pytest.raises(IntegrityError), transaction.atomic():
                StatusReport.unscoped.filter(pk=row.pk).update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            StatusReport.unscoped.filter(pk=row.pk).delete()
        receive_report(row, by=actor(firm.boss))
        assert report(row.pk, actor(firm.boss)).status == "received"
        with pytest.raises(NotFound):
            report(row.pk, actor(firm.ann))

    @pytest.mark.requirement("ORG-021")
    def test_the_paper_can_be_read(self, firm, clock, tmp_path):
        row = self.drawn(clock)
        path = tmp_path / "report.pdf"
        path.write_bytes(report_paper(row))
        reader = shutil.which("pdftotext")
        if reader is None:
            pytest.skip("no pdftotext here")
        text = subprocess.run([reader, str(path), "-"], capture_output=True, text=True).stdout
        assert "客户关系管理情况报告" in text
        assert "在管客户" in text

    def test_nobody_above_means_nobody_to_report_to(self, firm, clock):
        row = self.drawn(clock)
        StatusReport.unscoped.filter(pk=row.pk).update(superior=None)
        OrgUnit.unscoped.filter(leader=firm.boss).update(leader=None)
        with pytest.raises(Conflict, match="上级"):
            sign_report(row, by=actor(firm.lead))
