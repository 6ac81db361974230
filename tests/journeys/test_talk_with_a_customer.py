"""A talk track read, a template used, a question asked, answered by the expert and told back."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import accessibility_problems

pytestmark = pytest.mark.journey
QUESTION = "三号牌号冬季能否直接管道输送？"


def customer_page(page: Page, demo_product, name: str = "华东蓝屿化工") -> str:
    page.goto(f"{demo_product.url}/customers/customer/?q={name}")
    path = page.locator("#table a", has_text=name).first.get_attribute("href")
    page.goto(f"{demo_product.url}{path}")
    return path


@pytest.mark.requirement("COM-009", "COM-017")
def test_the_text_comes_from_a_talk_track_and_a_template(signed_in, demo_product):
    page = signed_in("luzhixing")
    customer_page(page, demo_product)
    page.get_by_role("link", name="话术", exact=True).first.click()
    drawer = page.locator("#drawer")
    expect(drawer.get_by_text("VIP 客户沟通策略")).to_be_visible()
    expect(drawer.get_by_text("沟通频率：至少每 7 天一次")).to_be_visible()
    assert accessibility_problems(page) == []
    card = drawer.locator("article", has_text="检测报告已寄出").first
    card.get_by_role("link", name="使用").click()
    summary = drawer.locator("textarea[name=summary]")
    expect(summary).to_have_value(
        "顾总您好，您要的检测报告已寄出，预计两天内到。收到后我再打电话和您过一遍。陆知行"
    )
    drawer.locator("label", has_text="无需下一步").click()
    drawer.get_by_role("button", name="记录").click()
    page.wait_for_load_state("networkidle")
    used = demo_product.python(
        "from zhike.interactions.models import Interaction\n"
        "row = Interaction.unscoped.latest('id')\n"
        "print(row.channel, row.template.code, row.template.number)\n"
    )
    assert used.split() == ["wecom", "REPORT", "1"]


@pytest.mark.requirement("COM-008", "COM-015")
def test_a_question_goes_to_the_expert_and_comes_back(signed_in, demo_product):
    seller = signed_in("luzhixing")
    path = customer_page(seller, demo_product)
    number = path.strip("/").split("/")[-1]
    asked = demo_product.python(
        "from zhike.identity.models import User\n"
        "from zhike.interactions.actions import raise_inquiry\n"
        "from zhike.trust.queries import actor_for\n"
        "me = actor_for(User.unscoped.get(username='luzhixing'))\n"
        "expert = User.unscoped.get(username='xutinglan')\n"
        f"row = raise_inquiry({number}, by=me, text='{QUESTION}', handler=expert)\n"
        "print(row.pk)\n"
    ).strip()
    expert = signed_in("xutinglan")
    expert.goto(f"{demo_product.url}/communication/inquiries/?tab=mine")
    expert.get_by_role("link", name=QUESTION).click()
    expert.get_by_role("button", name="签收").first.click()
    expect(expert.get_by_text("处理中").first).to_be_visible()
    expert.goto(f"{demo_product.url}/interactions/inquiry/{asked}/answer-inquiry/")
    expert.locator("textarea[name=answer]").fill("可以，零下十度以上不需要伴热。")
    expert.locator("form:has(textarea[name=answer]) button[type=submit]").click()
    expect(expert.get_by_text("待告知客户").first).to_be_visible()
    seller.goto(f"{demo_product.url}/todos/")
    expect(seller.get_by_text(f"把答复告诉客户：{QUESTION}").first).to_be_visible()
    seller.goto(f"{demo_product.url}/communication/inquiries/")
    assert accessibility_problems(seller) == []
    seller.goto(f"{demo_product.url}/interactions/inquiry/{asked}/close-inquiry/")
    seller.locator("form:has(select[name=told_channel]) button[type=submit]").click()
    expect(seller.get_by_text("已关闭").first).to_be_visible()


@pytest.mark.requirement("COM-012", "COM-014")
def test_the_manager_reads_effect_and_kept_plans(signed_in, demo_product):
    page = signed_in("shenyibai")
    page.goto(f"{demo_product.url}/communication/effect/")
    expect(page.get_by_text("计划完成率").first).to_be_visible()
    expect(page.get_by_role("rowheader", name="陆知行")).to_be_visible()
    assert accessibility_problems(page) == []
