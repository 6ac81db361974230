"""From what a customer said to a signed report, in a real browser."""

import pytest

from tests.journeys.browser import accessibility_problems

pytestmark = pytest.mark.journey


@pytest.mark.requirement("ORG-012", "ORG-016", "ORG-021")
def test_improvement_process_and_report(signed_in, demo_product, tmp_path):
    page = signed_in("songyanqiu")
    page.goto(f"{demo_product.url}/improvement/")
    assert page.locator(".zk-board-card", has_text="到货延迟提前告知").count() == 1
    assert "缺少" in page.locator(".zk-note").first.inner_text()
    assert accessibility_problems(page) == []
    page.goto(f"{demo_product.url}/teamwork/process/")
    page.click("a:has-text('客户回访流程')")
    page.wait_for_selector(".zk-matrix")
    assert page.locator(".zk-matrix tbody tr").count() == 4
    page.goto(f"{demo_product.url}/teamwork/statusreport/?owner=me")
    page.click("a:has-text('客户关系管理情况报告')")
    page.wait_for_selector("text=尚未签发")
    assert accessibility_problems(page) == []
    page.click("a:has-text('签发')")
    page.fill("dialog textarea, #dialog textarea", "本月重点：到货延迟提前告知。")
    page.click("#dialog button[type=submit]")
    page.wait_for_selector("text=文件与签发时一致")
    with page.expect_download() as download:
        page.click("a:has-text('PDF')")
    path = tmp_path / "report.pdf"
    download.value.save_as(path)
    assert path.read_bytes().startswith(b"%PDF")
    page.goto(f"{demo_product.url}/settings/calendar/?year=2026")
    assert page.locator(".zk-month").count() == 12
    assert accessibility_problems(page) == []
    page = signed_in("songyanqiu", phone=True)
    for address in ("/improvement/", "/settings/calendar/"):
        page.goto(f"{demo_product.url}{address}")
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
        assert not wide, address
