"""The needs meeting of the month writes its document, the team gets it, the customer is told."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import accessibility_problems

pytestmark = pytest.mark.journey
DECISION = "灌装线改造成本高于两年毛利，暂不采纳。"


def press(page: Page, name: str) -> None:
    """Press a button or link of the record's head."""
    tool = page.locator(".zk-head .zk-acts").get_by_text(name, exact=True)
    tool.first.click()


def fill_dialog(page: Page, button: str, **values: str) -> None:
    """Fill the dialog of an action and send it."""
    dialog = page.locator("#dialog")
    for name, value in values.items():
        dialog.locator(f"[name={name}]").fill(value)
    dialog.get_by_role("button", name=button, exact=True).click()


def hold_the_meeting(page: Page, url: str) -> None:
    page.goto(f"{url}/needs/meeting/?status=planned")
    page.goto(url + page.locator("#table tbody tr").first.get_attribute("data-href"))
    press(page, "登记召开")
    fill_dialog(page, "登记召开", conclusions="小包装与二期同步，驻场支持由技术支持部安排。")
    expect(page.get_by_text("小包装与二期同步").first).to_be_visible()


def write_the_document(page: Page) -> str:
    press(page, "生成需求文档")
    page.wait_for_load_state("networkidle")
    page.goto(page.url.split("/needs/")[0] + "/needs/needsdocument/?status=draft")
    row = page.locator("#table tbody tr").first
    address = page.url.split("/needs/")[0] + row.get_attribute("data-href")
    page.goto(f"{address}text/")
    page.locator("textarea").first.fill("依据本月需求分析会整理，适用于泰州基地二期。")
    page.get_by_role("button", name="提交审批").click()
    expect(page.get_by_text("等待另一人审批").first).to_be_visible()
    assert page.locator("a[href$='approve-document/']").count() == 0, "the author cannot approve"
    return address


@pytest.mark.requirement("NEED-003", "NEED-005", "NEED-006", "NEED-010")
def test_from_the_meeting_to_the_customer(signed_in, demo_product):
    url = demo_product.url
    chair = signed_in("songyanqiu")
    chair.goto(f"{url}/needs/")
    assert accessibility_problems(chair) == []
    hold_the_meeting(chair, url)
    document = write_the_document(chair)

    director = signed_in("qinruochuan")
    director.goto(f"{url}/approvals/")
    expect(director.locator(f"a[href='{document.removeprefix(url)}']").first).to_be_visible()
    director.goto(document)
    press(director, "批准")
    fill_dialog(director, "批准", note="同意，按期推进")
    expect(director.get_by_text("已批准并冻结").first).to_be_visible()

    technician = signed_in("xutinglan")
    technician.goto(f"{url}/notices/")
    expect(technician.get_by_text("请签收需求文档").first).to_be_visible()
    technician.goto(document)
    press(technician, "我已阅读并签收")
    expect(technician.get_by_text("1/2").first).to_be_visible()
    with technician.expect_download() as caught:
        technician.get_by_role("link", name="Word").click()
    assert caught.value.suggested_filename.endswith(".docx")
    technician.goto(f"{document}print/")
    expect(technician.get_by_text("适用于泰州基地二期").first).to_be_visible()
    tell_the_customer(signed_in("luzhixing"), url)


def tell_the_customer(seller: Page, url: str) -> None:
    seller.goto(f"{url}/needs/need/?q=投料验证")
    need = url + seller.locator("#table tbody tr").first.get_attribute("data-href")
    seller.goto(need)
    press(seller, "不采纳")
    fill_dialog(seller, "不采纳", reason=DECISION)
    expect(seller.get_by_text("待告知客户").first).to_be_visible()
    seller.goto(f"{url}/todos/")
    expect(seller.get_by_text(re.compile("告知客户决定与理由")).first).to_be_visible()
    seller.goto(need)
    press(seller, "告知客户")
    fill_dialog(seller, "告知客户", told="电话告知唐经理原因，并约定年底再评估。")
    expect(seller.get_by_text("已告知客户").first).to_be_visible()
    customer = seller.locator("main a[href^='/customers/customer/']").first.get_attribute("href")
    seller.goto(url + customer)
    expect(seller.get_by_text("电话告知唐经理").first).to_be_visible()


@pytest.mark.requirement("NEED-008", "NEED-013")
def test_ranking_and_board_on_the_phone(signed_in, demo_product):
    page = signed_in("songyanqiu", phone=True)
    page.goto(f"{demo_product.url}/needs/ranking/")
    expect(page.locator("svg circle").first).to_be_visible()
    assert accessibility_problems(page) == []
    page.goto(f"{demo_product.url}/needs/board/")
    vote = page.get_by_role("button", name="投票").first
    vote.click()
    expect(page.get_by_text("已投票").first).to_be_visible()
    assert accessibility_problems(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not wide, "nothing sticks out at phone width"
