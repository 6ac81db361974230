"""Satisfaction and improvement go up on schedule and count in the department's review (ORG-022)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from tests.factories import make
from tests.identity.world import actor
from tests.teamwork.test_pages import browsing
from zhike.identity.models import Notice
from zhike.interactions.models import ToDo
from zhike.kernel.errors import Forbidden, Invalid
from zhike.kernel.models import PolicyVersion
from zhike.kernel.policies import BadParams
from zhike.kernel.registry import registry
from zhike.teamwork.actions.reports import draw_up_reports, sign_report
from zhike.teamwork.actions.reviews import read_review, review_departments
from zhike.teamwork.jobs import morning
from zhike.teamwork.models import DepartmentReview, ImprovementItem, StatusReport
from zhike.teamwork.policies import DepartmentReviewRule, ReviewFacts, ReviewParams, period_due

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("ORG-022")]
DAY = dt.date(2026, 4, 5)
MORNING = dt.datetime(2026, 4, 5, 4, tzinfo=dt.UTC)


def item(firm, due, closed=None, **values):
    row = make("teamwork.improvementitem", owner=firm.ann, unit=firm.sales, **values)
    status = "closed" if closed else "open"
    ImprovementItem.unscoped.filter(pk=row.pk).update(due_on=due, closed_on=closed, status=status)
    return row


def rated(customer, score, on):
    make("surveys.satisfaction", customer=customer, score=score, rated_on=on)


def todo(firm, due, done=None):
    at = timezone.make_aware(dt.datetime.combine(due, dt.time(18)))
    row = make("interactions.todo", owner=firm.ann, unit=firm.sales, customer=firm.customer)
    values = {"due_at": at, "status": "open"}
    if done:
        moment = timezone.make_aware(dt.datetime.combine(done, dt.time(9)))
        values |= {"status": "done", "done_at": moment}
    ToDo.unscoped.filter(pk=row.pk).update(**values)


@pytest.fixture
def quarter(firm, clock):
    """What happened in the first quarter, and a little before and after it."""
    clock.move_to(MORNING)
    for score, on in ((90, dt.date(2026, 1, 1)), (70, dt.date(2026, 3, 31)),
                      (0, dt.date(2025, 12, 31)), (0, dt.date(2026, 4, 1))):  # fmt: skip
        rated(firm.customer, score, on)
    item(firm, dt.date(2026, 2, 10), dt.date(2026, 2, 9), source="survey")
    item(firm, dt.date(2026, 3, 10), dt.date(2026, 3, 20), source="complaint")
    item(firm, dt.date(2026, 3, 15))
    item(firm, dt.date(2026, 6, 15))
    todo(firm, dt.date(2026, 2, 1), dt.date(2026, 2, 1))
    todo(firm, dt.date(2026, 3, 1), dt.date(2026, 3, 9))
    return firm


def review_of(unit) -> DepartmentReview:
    return DepartmentReview.unscoped.get(unit=unit)


def test_each_department_is_reviewed_once_and_the_leadership_told(quarter):
    firm = quarter
    assert review_departments(DAY) == 2, "service has no leader"
    assert review_departments(DAY) == 0
    row = review_of(firm.sales)
    assert (row.starts_on, row.ends_on) == (dt.date(2026, 1, 1), dt.date(2026, 3, 31))
    assert (row.satisfaction, row.answers) == (Decimal("80.0"), 2)
    assert (row.improvement, row.timeliness) == (Decimal("33.3"), Decimal("50.0"))
    assert row.score == 57, "40 % of 80, 30 % of 33.3, 30 % of 50"
    assert dict(row.lines)["其中源自客户评价、投诉与反馈（项）"] == "2"
    assert dict(row.lines)["逾期改进项（项）"] == "1"
    assert review_of(firm.company).score == row.score, "the company holds all below it"
    told = Notice.unscoped.filter(url=f"/teamwork/departmentreview/{row.pk}/")
    assert sorted(told.values_list("user_id", flat=True)) == sorted([firm.boss.pk, firm.lead.pk])
    asked = ToDo.unscoped.filter(source_key__startswith=f"teamwork.review:{row.pk}:")
    assert [one.owner_id for one in asked] == [firm.boss.pk]


def test_the_schedule_is_kept_by_the_morning_job(quarter, clock):
    clock.move_to(MORNING - dt.timedelta(days=1))
    morning(0)
    assert not DepartmentReview.unscoped.exists()
    clock.move_to(MORNING)
    morning(0)
    assert DepartmentReview.unscoped.count() == 2


def test_weights_are_dated(quarter):
    params = ReviewParams(satisfaction=100, improvement=0, timeliness=0, months=1)
    make(
        "kernel.policyversion", policy_id=DepartmentReviewRule.id, number=1,
        params=params.model_dump(mode="json"), status=PolicyVersion.Status.APPROVED,
        effective_on=DAY,
    )  # fmt: skip
    review_departments(DAY)
    row = review_of(quarter.sales)
    assert (row.starts_on, row.score) == (dt.date(2026, 3, 1), 70)
    assert row.policy_version is not None


def test_what_nobody_knows_is_left_out(firm, clock):
    clock.move_to(MORNING)
    rated(firm.customer, 64, dt.date(2026, 2, 1))
    review_departments(DAY)
    row = review_of(firm.sales)
    assert (row.score, row.improvement, row.timeliness) == (64, None, None)


def test_the_leadership_reads_it_and_says_what_follows(quarter):
    firm = quarter
    review_departments(DAY)
    row = review_of(firm.sales)
    with pytest.raises(Forbidden):
        read_review(row, by=actor(firm.lead), opinion="好")
    with pytest.raises(Invalid):
        read_review(row, by=actor(firm.boss), opinion=" ")
    read_review(row, by=actor(firm.boss), opinion="交期问题限期解决")
    row.refresh_from_db()
    assert (row.status, row.read_by_id, row.read_on) == ("read", firm.boss.pk, DAY)
    asked = ToDo.unscoped.get(source_key__startswith=f"teamwork.review:{row.pk}:")
    assert asked.status == "done"


def test_the_page_shows_what_it_stands_on(quarter):
    review_departments(DAY)
    row = review_of(quarter.sales)
    html = browsing(quarter.lead).get(f"/teamwork/departmentreview/{row.pk}/").content.decode()
    for text in ("57", "满意评价占比（%）", "其中源自客户评价、投诉与反馈（项）"):
        assert text in html, text
    assert browsing(quarter.ann).get(f"/teamwork/departmentreview/{row.pk}/").status_code == 404


def test_the_report_upward_holds_satisfaction_by_department_and_improvement(quarter, clock):
    firm = quarter
    rated(make("customers.customer", unit=firm.service, owner=firm.bob), 40, dt.date(2026, 3, 2))
    draw_up_reports(dt.date(2026, 4, 1))
    row = StatusReport.unscoped.get(owner=firm.lead)
    (section,) = [one for one in row.snapshot["sections"] if one["title"] == "满意度评价与改进结果"]
    lines = dict(section["lines"])
    assert lines["部门SALES 满意度（分 / 评价数）"] == "70.0 / 1"
    assert lines["到期改进项（项）"] == "2"
    assert lines["按期关闭（项）"] == "0"
    sign_report(row, by=actor(firm.lead))
    row.refresh_from_db()
    assert (row.status, row.superior_id) == ("signed", firm.boss.pk)
    assert Notice.unscoped.filter(user=firm.boss, icon="report").exists()


@pytest.mark.parametrize(
    ("today", "months", "period"),
    [
        ("2026-04-05", 3, ("2026-01-01", "2026-03-31")),
        ("2026-04-04", 3, None),
        ("2026-06-30", 3, ("2026-01-01", "2026-03-31")),
        ("2026-01-05", 3, ("2025-10-01", "2025-12-31")),
        ("2026-01-05", 12, ("2025-01-01", "2025-12-31")),
        ("2026-01-31", 1, ("2025-12-01", "2025-12-31")),
        ("2026-07-05", 6, ("2026-01-01", "2026-06-30")),
    ],
)
def test_the_period(today, months, period):
    found = period_due(dt.date.fromisoformat(today), ReviewParams(months=months))
    assert found == (period and tuple(dt.date.fromisoformat(day) for day in period))


def test_the_rule():
    rule = registry.policies[DepartmentReviewRule.id]
    facts = ReviewFacts(satisfaction=Decimal(80), improvement=Decimal(50))
    decision = rule.decide(facts, rule.default())
    assert decision.outcome == {"score": 67, "left_out": ["timeliness"]}
    assert rule.decide(ReviewFacts(), rule.default()).outcome["score"] is None
    for wrong in (
        {"satisfaction": 0, "improvement": 0, "timeliness": 0}, {"roles": []}, {"months": 5},
    ):  # fmt: skip
        with pytest.raises(BadParams):
            rule.parse(wrong)
    assert "40" in rule.describe(rule.default())
