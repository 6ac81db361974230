"""A contact corrects his address by a link; the owner's colleague takes it over; the score follows."""

import pytest
from playwright.sync_api import expect

from tests.journeys import browser as rig

pytestmark = pytest.mark.journey
FIND = (
    "from zhike.customers.models import Person\n"
    "row = Person.unscoped.filter(mobile__isnull=False, customer__isnull=False, archived_at=None)"
    ".exclude(mobile='').order_by('pk').first()\n"
    "print(row.customer_id, row.mobile)\n"
)


@pytest.mark.requirement("DAT-029", "DAT-019")
def test_a_contact_corrects_his_data_and_a_person_takes_it_over(signed_in, chromium, demo_product):
    customer, mobile = demo_product.python(FIND).split()
    steward = signed_in("songyanqiu")
    steward.goto(f"{demo_product.url}/quality/")
    expect(steward.get_by_text("六个维度")).to_be_visible()
    steward.goto(f"{demo_product.url}/quality/customer/{customer}/")
    expect(steward.get_by_text("各字段的来源")).to_be_visible()
    steward.get_by_role("button", name="生成链接").first.click()
    address = steward.get_by_label("链接", exact=True).input_value()

    outside = rig.context(chromium, phone=True).new_page()
    outside.goto(address)
    outside.get_by_label("手机号后 4 位").fill(mobile[-4:])
    outside.get_by_role("button", name="继续").click()
    expect(outside.get_by_text(mobile)).to_have_count(0)
    outside.get_by_label("地址").fill("科技大道 99 号 3 幢")
    outside.get_by_role("button", name="提交").click()
    expect(outside.get_by_text("核对后生效")).to_be_visible()
    outside.goto(address)
    expect(outside.get_by_text("链接无效")).to_be_visible()
    outside.context.close()

    steward.goto(f"{demo_product.url}/quality/inbox/")
    steward.locator("a[href^='/quality/requests/']").first.click()
    expect(steward.get_by_text("科技大道 99 号 3 幢")).to_be_visible()
    steward.get_by_role("button", name="采纳更正").click()
    steward.goto(f"{demo_product.url}/quality/customer/{customer}/")
    expect(steward.get_by_text("客户反馈渠道").first).to_be_visible()
    steward.goto(f"{demo_product.url}/quality/gaps/?show=stale")
    boxes = steward.locator("tbody input[name=id]")
    boxes.first.check()
    steward.get_by_role("button", name="确认资料无误").click()
    expect(steward.get_by_text("已确认 1 家客户的资料")).to_be_visible()
