"""A director looks at the classes, reads the lifecycle, and builds a segment that a seller uses."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import accessibility_problems

pytestmark = pytest.mark.journey


@pytest.mark.requirement("SEG-008", "SEG-009", "SEG-013", "SEG-041")
def test_classes_lifecycle_and_a_segment(signed_in, demo_product):
    page = signed_in("qinruochuan")
    page.goto(f"{demo_product.url}/segments/")
    for title in ("价值分类", "生命周期分类", "资源分类", "关系分类", "客户分级"):
        expect(page.get_by_role("heading", name=title).first).to_be_visible()
    expect(page.get_by_role("heading", name="本季度换类的客户")).to_be_visible()
    assert accessibility_problems(page) == []

    page.get_by_role("link", name="资源分类").first.click()
    expect(page.get_by_role("heading", name="五项检验")).to_be_visible()
    expect(page.get_by_text("互斥性").first).to_be_visible()

    page.goto(f"{demo_product.url}/segments/lifecycle/")
    expect(page.locator("svg.zk-seg-sankey")).to_be_visible()
    assert page.locator("path.zk-seg-moved").count() > 2
    assert accessibility_problems(page) == []

    page.goto(f"{demo_product.url}/segments/segment/new/")
    page.fill("#seg-name", "华东涂料客户")
    page.select_option("select[name='0.0-field']", "industry")
    page.fill("input[name='0.0-value']", "涂料")
    count = page.locator("#seg-count b")
    expect(count).to_have_text(re.compile(r"^[1-9]\d*$"))
    page.get_by_role("button", name="加条件").first.click()
    page.select_option("select[name='0.1-field']", "region")
    page.get_by_placeholder("江苏 泰州").fill("江苏")  # the field of the region has come
    expect(page.locator("#seg-count")).to_contain_text("江苏")
    found = count.inner_text()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存细分“华东涂料客户”")).to_be_visible()
    expect(page.get_by_role("link", name="移除筛选：客户细分")).to_be_visible()
    assert page.locator("table tbody tr[id^='row-']").count() == min(int(found), 20)


@pytest.mark.requirement("SEG-042")
def test_a_seller_reads_the_strategy_on_the_customer(signed_in, demo_product):
    pk = demo_product.python(
        "from zhike.segments.models import ClassMembership\n"
        "row = ClassMembership.unscoped.filter(scheme='segments.resource', code='core',\n"
        "    valid_to=None, customer__owner__username='luzhixing').first()\n"
        "print(row.customer_id)\n"
    ).strip()
    page = signed_in("luzhixing", phone=True)
    page.goto(f"{demo_product.url}/customers/customer/{pk}/")
    expect(page.get_by_role("heading", name="策略卡")).to_be_attached()
    page.goto(f"{demo_product.url}/customers/customer/{pk}/classes/")
    expect(page.get_by_text("核心客户：近 12 月消费 ≥ 500,000")).to_be_visible()
