"""A birthday comes up, the greeting is given, and the relation stands on the customer's page."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import accessibility_problems

pytestmark = pytest.mark.journey


@pytest.mark.requirement("LOY-011", "LOY-013", "LOY-018")
def test_from_the_occasion_to_the_greeting(signed_in, demo_product):
    page = signed_in("songyanqiu")
    page.goto(f"{demo_product.url}/loyalty/?show=leave")
    expect(page.get_by_text("不满足：").first).to_be_visible()
    page = signed_in("luzhixing")
    page.goto(f"{demo_product.url}/loyalty/?show=care")
    assert accessibility_problems(page) == []
    planned = page.locator(".zk-card-row", has_text="待关怀").first
    planned.locator("b a").click()
    expect(page).to_have_url(re.compile(r"/loyalty/careitem/\d+/"))
    page.locator(".zk-head .zk-acts").get_by_text("已关怀", exact=True).first.click()
    dialog = page.locator("#dialog")
    dialog.locator("[name=result]").fill("已发微信祝福")
    dialog.get_by_role("button", name="已关怀", exact=True).click()
    expect(page.get_by_text("已发微信祝福").first).to_be_visible()

    page.goto(f"{demo_product.url}/customers/customer/?q=蓝屿")
    page.goto(demo_product.url + page.locator("#table tbody tr").first.get_attribute("data-href"))
    rail = page.locator("#relation")
    expect(rail.get_by_text("关系健康度")).to_be_visible()
    expect(rail.get_by_text("满意度：暂无数据，不计入")).to_be_visible()
