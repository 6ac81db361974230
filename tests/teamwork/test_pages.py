"""The board with its queue, the matrix, and the report with its paper."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import make
from tests.identity.world import actor
from zhike.teamwork.actions.reports import draw_up_reports, sign_report
from zhike.teamwork.models import StatusReport, Team

pytestmark = pytest.mark.django_db


def browsing(user) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.mark.requirement("ORG-012")
def test_the_board_and_the_queue(firm):
    browser = browsing(firm.eve)
    assert "没有等待处理的反馈" in browser.get("/improvement/").content.decode()
    make("teamwork.feedback", customer=firm.customer, text="<b>交货晚</b>")
    make("teamwork.improvementitem", owner=firm.bob, unit=firm.service, title="缩短交货时间")
    make("teamwork.team", name="体验小组", missing="技术")
    html = browser.get("/improvement/").content.decode()
    for text in ("缩短交货时间", "&lt;b&gt;交货晚", "“体验小组”还缺少：技术", "待分析"):
        assert text in html, text
    assert 'style="' not in html
    queue = browser.get("/improvement/queue/", headers={"HX-Request": "true"}).content.decode()
    assert "交货晚" in queue
    assert "<html" not in queue
    assert browser.get("/improvement/?team=x").status_code == 200


def test_the_cost_of_the_board_does_not_grow(firm):
    browser = browsing(firm.eve)
    browser.get("/improvement/")
    for _n in range(6):
        make("teamwork.improvementitem", owner=firm.bob, unit=firm.service)
        make("teamwork.feedback", customer=firm.customer)
    with CaptureQueriesContext(connection) as queries:
        browser.get("/improvement/")
    assert len(queries) <= 22, len(queries)
    assert not Team.unscoped.exists()


@pytest.mark.requirement("ORG-016")
def test_the_matrix_stands_on_the_process_page(firm):
    step = make("teamwork.processstep", name="执行回访")
    make("teamwork.processrole", step=step, part="r", role=make("identity.role", name="回访员"))
    url = f"/teamwork/process/{step.process_id}/"
    html = browsing(firm.ann).get(url).content.decode()
    assert "回访员" in html
    assert "没有负责（A）的角色" in html
    assert "publish-process" not in html
    lead = browsing(firm.lead)
    assert "publish-process" in lead.get(url).content.decode()
    answer = lead.post(f"{url}publish-process/", {"version": step.process.version})
    assert "执行回访" in answer.content.decode()
    assert lead.get("/teamwork/process/999999/").status_code == 404


@pytest.mark.requirement("ORG-021")
def test_the_report_is_read_and_downloaded(firm, clock):
    clock.move_to(dt.datetime(2026, 4, 1, 4, tzinfo=dt.UTC))
    draw_up_reports()
    row = StatusReport.unscoped.get(owner=firm.lead)
    url = f"/teamwork/statusreport/{row.pk}/"
    author, boss = browsing(firm.lead), browsing(firm.boss)
    assert "尚未签发" in author.get(url).content.decode()
    assert author.get(f"{url}pdf/").content.startswith(b"%PDF")
    sign_report(row, by=actor(firm.lead), remark="重点是交期")
    html = boss.get(url).content.decode()
    assert "文件与签发时一致" in html
    assert "重点是交期" in html
    assert "已阅" in html
    paper = boss.get(f"{url}pdf/")
    row.refresh_from_db()
    assert paper.content == bytes(row.pdf)
    assert paper["Content-Type"] == "application/pdf"
    assert browsing(firm.ann).get(url).status_code == 404
