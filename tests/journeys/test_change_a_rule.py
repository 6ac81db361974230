"""A threshold is changed, simulated, submitted by one person and approved by another."""

import datetime as dt

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey
VIP_LOWER, GOLD_UPPER = 0, 3  # of the fields lower, upper of each tier, best first


@pytest.mark.requirement("SEG-029", "SEG-030")
def test_a_threshold_changes_by_two_persons(signed_in, demo_product):
    rule = f"{demo_product.url}/rulebook/policies/customers.grade/"
    director = signed_in("qinruochuan")
    director.goto(rule)
    waiting = director.get_by_role("link", name="v2", exact=True).first
    waiting.click()
    director.fill("#note", "先看价值门槛，忠诚度下季度再议")
    director.get_by_role("button", name="驳回").click()
    expect(director.get_by_text("已驳回").first).to_be_visible()

    writer = signed_in("songyanqiu")
    writer.goto(rule)
    writer.get_by_role("button", name="修订").first.click()
    bands = writer.locator("form#policy-form input.zk-rule-money")
    bands.nth(VIP_LOWER).fill("1200000")
    writer.get_by_role("button", name="模拟").first.click()
    expect(writer.get_by_text("之间有空档").first).to_be_visible()
    bands.nth(GOLD_UPPER).fill("1200000")
    writer.get_by_role("button", name="模拟").first.click()
    expect(writer.get_by_text("降级").first).to_be_visible()
    tomorrow = (dt.datetime.now(dt.UTC) + dt.timedelta(days=2)).date().isoformat()
    writer.fill("#effective-on", tomorrow)
    writer.fill("#reason", "VIP 门槛提高到 120 万")
    writer.get_by_role("button", name="提交审批").first.click()
    expect(writer.get_by_text("待审批").first).to_be_visible()
    assert writer.get_by_role("button", name="批准").count() == 0, "the author cannot approve"

    director.goto(rule)
    director.get_by_role("link", name="v3", exact=True).first.click()
    director.get_by_role("button", name="批准").first.click()
    expect(director.get_by_text("VIP 门槛提高到 120 万").first).to_be_visible()
    status = demo_product.python(
        "from zhike.kernel.models import PolicyVersion\n"
        "row = PolicyVersion.unscoped.get(policy_id='customers.grade', number=3)\n"
        "print(row.status, row.effective_on)\n"
    )
    assert status.split() == ["approved", tomorrow]
