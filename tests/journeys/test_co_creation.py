"""A contact takes part in co-creation on the phone; a colleague reads first and tells the result."""

import pytest
from playwright.sync_api import expect

from tests.journeys import browser as rig
from tests.journeys.browser import accessibility_problems

pytestmark = pytest.mark.journey
FIND = (
    "from zhike.customers.models import Person\n"
    "row = Person.unscoped.filter(mobile__isnull=False, customer__isnull=False, archived_at=None)"
    ".exclude(mobile='').order_by('pk').first()\n"
    "print(row.pk, row.mobile)\n"
)


@pytest.mark.requirement("NEED-013")
def test_a_contact_proposes_on_the_phone_and_sees_the_result(signed_in, chromium, demo_product):
    person, mobile = demo_product.python(FIND).split()
    chair = signed_in("songyanqiu")
    chair.goto(f"{demo_product.url}/needs/board/invite/")
    chair.locator("#f-person").evaluate(
        "(select, pk) => { const one = select.tomselect; if (one) { one.addOption({value: pk, text: pk});"
        " one.setValue(pk) } else { select.add(new Option(pk, pk)); select.value = pk } }",
        person,
    )
    chair.get_by_role("button", name="生成链接").click()
    address = chair.get_by_label("链接", exact=True).input_value()

    outside = rig.context(chromium, phone=True).new_page()
    outside.goto(address)
    outside.get_by_label("手机号后 4 位").fill(mobile[-4:])
    outside.get_by_role("button", name="继续").click()
    assert accessibility_problems(outside) == []
    wide = outside.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not wide, "nothing sticks out at phone width"
    outside.get_by_text("提出提案").click()
    outside.get_by_label("提案", exact=True).fill("桶盖改为旋盖")
    outside.get_by_label("提案说明").fill("开盖省力，也不会划伤手。")
    outside.get_by_role("button", name="提交").click()
    expect(outside.get_by_text("审核后对其他客户公开")).to_be_visible()

    chair.goto(f"{demo_product.url}/needs/board/?status=waiting")
    chair.get_by_role("link", name="对客户公开").first.click()
    chair.locator("#dialog").get_by_role("button", name="对客户公开").click()
    expect(chair.get_by_text("已完成").first).to_be_visible()  # before leaving the page
    chair.goto(f"{demo_product.url}/needs/board/")
    card = chair.locator("article", has_text="桶盖改为旋盖")
    card.get_by_role("link", name="公布结果").click()
    dialog = chair.locator("#dialog")
    dialog.locator("select[name=status]").select_option("accepted", force=True)
    dialog.locator("textarea[name=result]").fill("下半年换新桶型时一并更换。")
    with chair.expect_response(lambda answer: answer.request.method == "POST") as told:
        dialog.get_by_role("button", name="公布结果").click()
    assert told.value.status < 400, told.value.text()

    outside.goto(address)
    expect(outside.get_by_text("下半年换新桶型时一并更换")).to_be_visible()
    expect(outside.get_by_text("已采纳").first).to_be_visible()
    outside.context.close()
