"""The 360 page, logging from it, and what it hides."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.interactions.people import actor, customer, person, save, tomorrow, user
from tests.web.test_workbench import signed_in
from zhike.customers.models import CustomerRelation
from zhike.identity.queries import add_working_days
from zhike.interactions import cadence
from zhike.interactions.actions import add_comment, log_interaction
from zhike.interactions.models import Interaction, ToDo
from zhike.sales.models import Order, Payment
from zhike.web.views.customer import linked_counts

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("DAT-030")]
EVIL = "<script>alert(1)</script>@许听澜<img src=x onerror=alert(2)>"

HIDDEN = ("近 12 月消费<", "386.4", "24.1万", "涂料")  # shown to all but those who may not see them


@pytest.fixture
def me():
    return user()


@pytest.fixture
def browser(me):
    return signed_in(me)


@pytest.fixture
def company(me):
    row = customer(
        me, short_name="蓝屿化工", grade="vip", lifecycle="loyal", annual_spend=3_864_000,
        last_contact_at=timezone.now() - dt.timedelta(days=12), since=dt.date(2021, 7, 1),
        phone="0523-86423360", industry="涂料",
    )  # fmt: skip
    person(row, "顾明远", title="采购总监", mobile="13812341234")
    day = timezone.localdate()
    order = save(Order(number="SO-1", customer=row, ordered_on=day, amount=Decimal(241000),
                       summary="丙烯酸丁酯", owner=me))  # fmt: skip
    save(Payment(number="RC-1", customer=row, order=order, received_on=day, amount=Decimal(100)))
    other = customer(me, "蓝屿控股集团有限公司", short_name="蓝屿控股")
    save(CustomerRelation(customer=row, other=other, kind="parent"))
    cadence.fill()
    return row


def page(browser, company, query=""):
    answer = browser.get(f"/customers/customer/{company.pk}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_holds_the_whole_customer_on_one_page(browser, company, me):
    log_interaction(company, by=actor(me), summary="送样 2 kg", no_next_step=True, channel="visit")
    html = page(browser, company)
    for text in ("华东蓝屿化工有限公司", "VIP", "忠诚", "顾明远", "138****1234", "蓝屿控股", "母公司",
                 "SO-1", "RC-1", "送样 2 kg", "为什么是", *HIDDEN):  # fmt: skip
        assert text in html, text
    assert "13812341234" not in html
    assert 'style="' not in html


def test_one_statement_counts_tabs_star_and_the_spend_of_two_years(browser, company, me):
    day = timezone.localdate() - dt.timedelta(days=500)
    save(Order(number="SO-0", customer=company, ordered_on=day, amount=Decimal("1000.5"), owner=me))
    browser.post(f"/customers/customer/{company.pk}/star/")
    with CaptureQueriesContext(connection) as queries:
        counts = linked_counts(company.pk, actor(me))
    assert len(queries) == 1
    assert counts["spend"] == 241000
    assert counts["spend_before"] == Decimal("1000.5")
    assert (counts["orders"], counts["starred"], counts.get("needs", 0)) == (2, 1, 0)
    assert "同比" in page(browser, company)


def test_budget_of_queries(browser, company, me):
    for number in range(6):
        row = log_interaction(company, by=actor(me), summary=f"n{number}", no_next_step=True)
        add_comment(row, by=actor(me), text="好")
    page(browser, company)
    with CaptureQueriesContext(connection) as queries:
        page(browser, company)
    assert len(queries) <= 20, "\n".join(q["sql"][:140] for q in queries)


@pytest.mark.parametrize(
    "tab", ["people", "orders", "payments", "todos", "relations", "team", "grades"]
)
def test_tabs(browser, company, tab):
    html = page(browser, company, f"?tab={tab}")
    assert 'aria-current="page"' in html


def test_hidden_fields_leave_no_trace(me, company):
    hidden = [("customers.customer", "annual_spend"), ("customers.customer", "industry"),
              ("sales.order", "amount"), ("sales.payment", "amount")]  # fmt: skip
    html = page(signed_in(me, hidden=hidden), company)
    for text in HIDDEN:
        assert text not in html, text


def test_out_of_scope(company):
    stranger = signed_in(user("外人"))
    base = f"/customers/customer/{company.pk}/"
    assert stranger.get(base).status_code == 404
    assert stranger.get(f"{base}timeline/").status_code == 404
    assert stranger.post(f"{base}log/", {"summary": "x", "when": "none"}).status_code == 404
    assert stranger.post(f"{base}star/").status_code == 404
    assert stranger.get(f"/log/{company.pk}/").status_code == 404
    assert stranger.get(f"{base}log/more/").status_code == 404


@pytest.mark.requirement("COM-013")
def test_saving_without_next_step_asks_for_it_and_keeps_the_words(browser, company):
    answer = browser.post(f"/customers/customer/{company.pk}/log/", {"summary": "谈了锁价"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "谈了锁价" in html
    assert "请选择下次跟进的日期" in html
    assert not Interaction.unscoped.exists()


@pytest.mark.requirement("COM-002", "COM-013")
def test_composer_in_place(browser, company):
    headers = {"HX-Request": "true", "HX-Target": "flow"}
    answer = browser.post(
        f"/customers/customer/{company.pk}/log/",
        {"summary": "二期 4 月投产", "channel": "call", "when": "d7", "next_step": "报价"},
        headers=headers,
    )
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "二期 4 月投产" in html
    assert "完成 1 项待办" in html
    assert ToDo.unscoped.get(status="open").title == "报价"
    assert Interaction.unscoped.get().next_step_on == add_working_days(tomorrow(7), 0)


@pytest.mark.requirement("COM-002")
def test_the_rest_of_the_composer_comes_when_it_is_opened(browser, company):
    base = f"/customers/customer/{company.pk}/log/"
    assert 'name="findings"' not in page(browser, company)
    assert 'name="findings"' in browser.get(f"{base}more/").content.decode()
    assert 'name="findings"' in browser.get(f"/log/{company.pk}/").content.decode()
    typed = {"summary": "谈了锁价", "findings": "对方换了采购总监"}
    answer = browser.post(base, typed, headers={"HX-Request": "true", "HX-Target": "flow"})
    assert answer.status_code == 422
    assert "对方换了采购总监</textarea>" in answer.content.decode()


@pytest.mark.requirement("COM-002")
def test_text_of_people_is_escaped_everywhere(browser, company, me):
    row = log_interaction(company, by=actor(me), summary=EVIL, no_next_step=True)
    add_comment(row, by=actor(me), text=EVIL)
    for model_row in (row, row.comments.get()):
        type(model_row).unscoped.filter(pk=model_row.pk).update(extra={"mentions": ["许听澜"]})
    html = page(browser, company)
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert html.count('<span class="zk-mention">@许听澜</span>') == 2


@pytest.mark.parametrize("query", ["?after=x", "?group=nothing", "?after=2026-01-01~a~b"])
def test_bad_timeline_queries(browser, company, query):
    answer = browser.get(f"/customers/customer/{company.pk}/timeline/{query}")
    assert answer.status_code == 400


def test_star_and_unstar(browser, company):
    base = f"/customers/customer/{company.pk}/"
    browser.post(f"{base}star/")
    assert "蓝屿化工" in browser.get("/?customers=starred").content.decode()
    browser.post(f"{base}star/")
    assert 'aria-pressed="false"' in page(browser, company)


@pytest.mark.requirement("COM-002")
def test_phone_sheet_takes_four_steps(browser, company):
    """＋, the customer, a next step, save; the visit is preselected, the text is typed."""
    first = browser.get("/log/?channel=visit").content.decode()
    assert f'href="/log/{company.pk}/?channel=visit"' in first
    sheet = browser.get(f"/log/{company.pk}/?channel=visit").content.decode()
    assert 'value="visit" checked' in sheet
    assert "保存后完成待办" in sheet
    answer = browser.post(
        f"/log/{company.pk}/", {"summary": "现场看样", "channel": "visit", "when": "none"}
    )
    assert answer.status_code == 302
    assert Interaction.unscoped.get().channel == "visit"


def test_search_of_the_sheet(browser, company):
    headers = {"HX-Request": "true", "HX-Target": "choices"}
    assert "华东蓝屿" in browser.get("/log/?q=蓝屿", headers=headers).content.decode()
    html = browser.get("/log/?q=<b>", headers=headers).content.decode()
    assert "<b>" not in html
