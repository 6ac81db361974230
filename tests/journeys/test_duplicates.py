"""A steward clears up duplicates by keyboard, and takes a merge back; a seller checks before entering."""

import os
import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey


def _shoot(page, name):
    folder = os.environ.get("ZHIKE_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png")


@pytest.mark.requirement("DAT-024", "DAT-025", "DAT-026")
def test_duplicates_are_merged_and_separated(signed_in, demo_product):
    bench = f"{demo_product.url}/quality/duplicates/"
    steward = signed_in("songyanqiu")
    steward.goto(bench)
    expect(steward.get_by_role("heading", name="数据质量")).to_be_visible()
    _shoot(steward, "workbench")
    pairs = steward.locator(".zk-dup-pairs li")
    before = pairs.count()
    assert before > 5
    steward.keyboard.press("j")
    expect(steward).to_have_url(re.compile(r"/quality/duplicates/\d+/"))
    steward.get_by_role("link", name="取最完整").click()
    expect(steward.get_by_role("link", name="取最完整")).to_have_attribute("aria-current", "true")
    steward.keyboard.press("m")
    expect(steward.get_by_text("已合并为").first).to_be_visible()
    expect(pairs).to_have_count(before - 1)
    steward.goto(f"{demo_product.url}/quality/merges/")
    _shoot(steward, "merges")
    steward.get_by_role("button", name="撤销合并").first.click()
    steward.get_by_role("dialog").get_by_role("button").last.click()
    expect(steward.get_by_text("已撤销合并").first).to_be_visible()

    seller = signed_in("luzhixing", phone=True)
    seller.goto(f"{demo_product.url}/quality/check/")
    seller.get_by_label("客户名称").fill("华东蓝屿化工")
    seller.locator("#main").get_by_role("button", name="查重").click()
    expect(seller.get_by_text("可能已有")).to_be_visible()
    _shoot(seller, "check-phone")
    seller.goto(f"{demo_product.url}/customers/customer/new/")
    seller.get_by_label("客户名称").type("华东蓝屿化工")
    expect(seller.locator("#looks-like").get_by_text("可能已有")).to_be_visible()
    steward.set_viewport_size({"width": 390, "height": 844})
    steward.goto(bench)
    _shoot(steward, "workbench-phone")
