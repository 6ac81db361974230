"""Leaders promote, managers run, the front line records: each has its own home page."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import make
from tests.identity.world import actor
from tests.teamwork.test_pages import browsing
from zhike.interactions import cadence
from zhike.interactions.models import ToDo
from zhike.kernel.registry import registry
from zhike.teamwork.actions.reports import draw_up_reports, sign_report
from zhike.teamwork.models import StatusReport
from zhike.teamwork.queries import (
    adoption,
    compliance,
    improvement_items,
    overdue_contacts,
    tier_of,
    unit_figures,
)

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("ORG-017")]
UPPER = ("部门数据", "团队逾期回访", "使用情况", "制度执行", "待签与待阅的报告")


def home(person) -> str:
    return browsing(person).get("/").content.decode()


def talk(firm, who, **more):
    return make(
        "interactions.interaction", customer=firm.customer, owner=who, unit=firm.sales,
        occurred_at=timezone.now() - dt.timedelta(hours=1), **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("roles", "params", "tier"),
    [
        ([], {}, "front"), (["sales"], {}, "front"), (["sales", "sales_manager"], {}, "manager"),
        (["crm_supervisor", "crm_owner"], {}, "leader"),
        (["sales"], {"leaders": ["sales"]}, "leader"),
    ],
)  # fmt: skip
def test_the_rule(roles, params, tier):
    rule = registry.policies["teamwork.rollout_tiers"]
    assert rule.decide(rule.Facts(roles=roles), rule.parse(params)).outcome == tier
    twice = rule.Params(leaders=["x"], managers=["x"])
    assert [p.path for p in twice.problems()] == ["managers"]


def test_the_front_line_has_its_list_alone(firm):
    html = home(firm.ann)
    assert "今日待办" in html
    assert not [name for name in UPPER if name in html]


def test_managers_run_the_daily_work(firm, clock):
    html = home(firm.lead)
    for text in (
        "团队没有逾期的回访。",
        "没有等您签发或审阅的报告。",
        "近期没有新的改进项",
        "部门数据",
    ):
        assert text in html, text
    assert "使用情况" not in html
    talk(firm, firm.ann)
    make("teamwork.improvementitem", owner=firm.bob, unit=firm.service, title="缩短交货时间")
    clock.move_to(timezone.now() + dt.timedelta(days=12))
    cadence.fill()
    html = home(firm.lead)
    assert "缩短交货时间" in html
    assert f"owner={firm.ann.pk}&amp;sort=due_at" in html
    assert "1 家" in html
    total, behind = overdue_contacts(actor(firm.lead))
    assert (total, [(one.owner_id, one.count) for one in behind]) == (1, [(firm.ann.pk, 1)])
    unit = unit_figures(actor(firm.lead), tier_of(actor(firm.lead)).since)
    assert (unit.talks, unit.talked_to, unit.due, unit.met) == (1, 1, 1, 0)


def test_a_manager_sees_no_further_than_his_scope(firm, clock):
    stranger = make("customers.customer", owner=firm.bob, unit=firm.service, grade="vip")
    clock.move_to(timezone.now() + dt.timedelta(days=12))
    cadence.fill()
    assert ToDo.unscoped.filter(customer=stranger).exists()
    assert overdue_contacts(actor(firm.ann)) == (0, [])
    assert overdue_contacts(actor(firm.lead))[0] == 2


def test_leaders_see_whether_it_is_used_and_kept(firm, clock):
    html = home(firm.boss)
    for text in (
        "还没有人写下沟通记录",
        "没有制度要求的事项到期",
        "没有未关闭的改进项",
        "没有等您签发或审阅的报告",
    ):
        assert text in html, text
    assert "团队逾期回访" not in html
    talk(firm, firm.ann)
    found = adoption(actor(firm.boss), tier_of(actor(firm.boss)))
    assert [(one.user_id, one.talks, one.share) for one in found.lines] == [(firm.ann.pk, 1, 1.0)]
    assert str(firm.bob) in found.silent
    assert str(firm.lead) not in found.silent  # a manager is not expected to record
    clock.move_to(timezone.now() + dt.timedelta(days=12))
    cadence.fill()
    by, since = actor(firm.boss), tier_of(actor(firm.boss)).since
    kept = compliance(by, since)
    assert [(one.policy_id, one.due, one.met) for one in kept] == [(cadence.POLICY, 1, 0)]
    make("teamwork.improvementitem", owner=firm.bob, unit=firm.service, title="缩短交货时间",
         due_on=timezone.localdate() - dt.timedelta(days=1))  # fmt: skip
    items = improvement_items(by, since, newest=False)
    assert (items.open, items.late, len(items.lines)) == (1, 1, 1)
    html = home(firm.boss)
    for text in (str(firm.ann), "没有记录的同事", "按时 0 / 到期 1", "缩短交货时间"):
        assert text in html, text


def test_a_signed_report_waits_on_the_superiors_page(firm, clock):
    clock.move_to(dt.datetime(2026, 4, 1, 4, tzinfo=dt.UTC))
    draw_up_reports()
    row = StatusReport.unscoped.get(owner=firm.lead)
    link = f'href="/teamwork/statusreport/{row.pk}/"'
    assert "待签发" in home(firm.lead)
    assert "待阅" not in home(firm.boss).replace("待签与待阅", "")
    sign_report(row, by=actor(firm.lead))
    html = home(firm.boss)
    assert link in html
    assert "待阅" in html.replace("待签与待阅", "")


@pytest.mark.parametrize("who", ["ann", "lead", "boss"])
def test_each_page_asks_little(firm, who):
    for _n in range(4):
        talk(firm, firm.ann)
        make("teamwork.improvementitem", owner=firm.bob, unit=firm.service)
    browser = browsing(getattr(firm, who))
    browser.get("/")
    with CaptureQueriesContext(connection) as queries:
        assert browser.get("/").status_code == 200
    assert len(queries) <= 23, "\n".join(q["sql"][:140] for q in queries)
