"""The supervisor publishes a pool rule and reads tonight's rehearsal; two sellers meet at one customer."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey
RULE = "/rulebook/policies/pool.claiming/"
# Waiting times and daily limits end with the published version; the journey makes it of today.
TODAY = (
    "import datetime as dt\n"
    "from zhike.kernel.models import PolicyVersion\n"
    "row = PolicyVersion.unscoped.get(policy_id='pool.claiming', number=2)\n"
    "print(row.status, row.params['daily_claims'])\n"
    "PolicyVersion.unscoped.filter(pk=row.pk).update(effective_on=dt.date.today())\n"
)
NEXT_MORNING = (
    "from django.utils import timezone\n"
    "from zhike.kernel.actor import SYSTEM\n"
    "from zhike.pool.actions import recycle\n"
    "run = recycle(timezone.localdate(), by=SYSTEM(reason='公海回收'))\n"
    "print(run.recycled)\n"
)
OWNER = (
    "from zhike.pool.models import PoolEntry\n"
    "row = PoolEntry.unscoped.get(pk={pk})\n"
    "print(row.customer.owner.username, row.left_as)\n"
)


@pytest.mark.requirement("SEG-044")
def test_a_rule_is_published_the_night_rehearsed_and_a_claim_has_one_winner(
    signed_in, demo_product
):
    writer = signed_in("songyanqiu")
    writer.goto(f"{demo_product.url}{RULE}")
    writer.get_by_role("button", name="修订").first.click()
    writer.locator("[name='p.daily_claims']").fill("6")
    writer.fill("#reason", "每天领取上限调整为 6 家")
    writer.get_by_role("button", name="提交审批").first.click()
    expect(writer.get_by_text("待审批").first).to_be_visible()

    director = signed_in("qinruochuan")
    director.goto(f"{demo_product.url}{RULE}")
    director.get_by_role("link", name="v2", exact=True).first.click()
    director.get_by_role("button", name="批准").first.click()
    expect(director.get_by_text("每天领取上限调整为 6 家").first).to_be_visible()
    assert demo_product.python(TODAY).split() == ["approved", "6"]

    writer.goto(f"{demo_product.url}/pool/tonight/")
    expect(writer.get_by_text("家将退回公海").first).to_be_visible()
    expect(writer.get_by_role("link", name="公海回收规则").first).to_be_visible()
    assert int(demo_product.python(NEXT_MORNING)) > 0

    first, second = signed_in("luzhixing"), signed_in("yeqinghe")
    for page in (first, second):
        page.goto(f"{demo_product.url}/pool/?pool=&grade=standard&entered=90")
        expect(page.get_by_text("今日已领 0/6")).to_be_visible()
    # Who owned a customer has to wait, and nights differ: one that belonged to neither of the two.
    free = first.get_by_role("row").filter(has_not_text=re.compile("我|叶清和"))
    button = free.locator("button[name=one]:visible").last
    pk = button.get_attribute("value")
    rival = second.locator(f"button[name=one][value='{pk}']:visible")
    button.click()
    expect(first.get_by_text("已领取 1 家")).to_be_visible()
    rival.click()
    expect(second.get_by_text("已被其他同事领取")).to_be_visible()
    assert demo_product.python(OWNER.format(pk=pk)).split() == ["luzhixing", "claimed"]
