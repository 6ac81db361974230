"""The first working day, in a real browser: today's list, search, why VIP, log a visit."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import accessibility_problems

pytestmark = pytest.mark.journey
LIMIT = 15.0  # seconds to log a visit


def open_palette(page: Page, query: str) -> None:
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Control+k")
    page.fill("#zk-palette input[name=q]", query)


def test_the_workbench_shows_todays_list_with_its_rules(signed_in, demo_product):
    page = signed_in("luzhixing")
    expect(page.locator("#todos")).to_be_visible()
    assert page.locator("#todos li, #todos .zk-todo").count() >= 3
    assert page.locator("#todos a[href*='/rulebook/']").count() >= 1
    assert accessibility_problems(page) == []


@pytest.mark.parametrize("query", ["hdly", "蓝屿"])
@pytest.mark.requirement("TOOL-004")
def test_search_arrives_at_the_customer(signed_in, query):
    page = signed_in("luzhixing")
    open_palette(page, query)
    hit = page.locator("#zk-palette-list [role=option]", has_text="华东蓝屿化工").first
    expect(hit).to_be_visible()
    hit.click()
    expect(page.locator("h1, h2").filter(has_text="华东蓝屿化工").first).to_be_visible()


@pytest.mark.requirement("TOOL-004")
def test_enter_waits_for_the_words_that_were_typed(signed_in):
    page = signed_in("luzhixing")
    open_palette(page, "")
    expect(page.locator("#zk-palette-list [role=option]").first).to_be_visible()
    page.fill("#zk-palette input[name=q]", "hdly")
    page.keyboard.press("Enter")  # the list still offers what it offers without words
    expect(page.locator("h1, h2").filter(has_text="华东蓝屿化工").first).to_be_visible()


def test_the_search_box_says_what_must_be_settled_first(signed_in):
    page = signed_in("wenzhaolin")  # an administrator without a second factor
    open_palette(page, "hdly")
    expect(page.locator("#zk-palette-list")).to_have_text("请先完成这一页要求的设置。")


@pytest.mark.requirement("TOOL-004")
def test_the_end_of_a_contacts_phone_number_arrives_at_the_customer(signed_in):
    page = signed_in("luzhixing")
    open_palette(page, "1234")
    hit = page.locator("#zk-palette-list [role=option]", has_text="顾明远").first
    expect(hit).to_be_visible()
    hit.click()
    expect(page.locator("h1, h2").filter(has_text="华东蓝屿化工").first).to_be_visible()


def customer_page(page: Page, demo_product, name: str = "华东蓝屿化工") -> str:
    page.goto(f"{demo_product.url}/customers/customer/?q={name}")
    path = page.locator("#table a", has_text=name).first.get_attribute("href")
    page.goto(f"{demo_product.url}{path}")
    return page.url


@pytest.mark.requirement("SEG-035")
def test_the_page_says_why_it_is_vip(signed_in, demo_product):
    page = signed_in("luzhixing")
    customer_page(page, demo_product)
    why = page.locator("section, .zk-card, .zk-section").filter(has_text="为什么是").last
    expect(why).to_contain_text("近 12 月消费")
    expect(why.locator("a[href*='/rulebook/']").first).to_be_visible()
    assert accessibility_problems(page) == []


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.requirement("COM-002", "COM-013")
def test_a_visit_is_logged_in_fifteen_seconds(signed_in, demo_product, phone):
    page = signed_in("luzhixing", phone=phone)
    address = customer_page(page, demo_product)
    number = address.rstrip("/").rpartition("/")[2]
    begun = time.monotonic()
    if phone:
        page.goto(f"{demo_product.url}/log/{number}/")
    form = page.locator("form.zk-composer").first
    form.locator("label", has_text="拜访").click()
    words = f"参观中试线，确认下季度用量（{'手机' if phone else '电脑'}）"
    form.locator("textarea[name=summary]").fill(words)
    form.locator("label.zk-pick").first.click()
    form.locator("input[name=next_step]").fill("提交年度框架报价")
    form.locator("button[type=submit]").click()
    expect(page.get_by_text("已记录").first).to_be_visible()
    assert time.monotonic() - begun < LIMIT
    page.goto(address)
    expect(page.get_by_text(words).first).to_be_visible()
    if phone:
        assert accessibility_problems(page) == []


def test_a_stranger_gets_404_and_a_way_out(signed_in, demo_product):
    page = signed_in("luzhixing")
    address = customer_page(page, demo_product)
    other = signed_in("wenyining")
    answer = other.goto(address)
    assert answer.status == 404
    expect(other.locator("h1").first).to_be_visible()
