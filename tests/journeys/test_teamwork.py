"""From what a customer said to a signed report, in a real browser."""

import pytest

from tests.journeys import browser

pytestmark = pytest.mark.journey


@pytest.mark.requirement("ORG-012", "ORG-016", "ORG-021")
def test_improvement_process_and_report(demo_product, tmp_path):
    words = browser.passwords(demo_product.home / "demo-accounts.txt")
    with browser.chromium() as chromium:
        page = browser.context(chromium).new_page()
        browser.sign_in(page, demo_product.url, "songyanqiu", words["songyanqiu"])
        page.goto(f"{demo_product.url}/improvement/")
        assert page.locator(".zk-board-card", has_text="到货延迟提前告知").count() == 1
        assert "缺少" in page.locator(".zk-note").first.inner_text()
        assert browser.accessibility_problems(page) == []
        page.screenshot(path=tmp_path / "improvement.png")
        page.goto(f"{demo_product.url}/teamwork/process/")
        page.click("a:has-text('客户回访流程')")
        page.wait_for_selector(".zk-matrix")
        assert page.locator(".zk-matrix tbody tr").count() == 4
        page.screenshot(path=tmp_path / "process.png")
        page.goto(f"{demo_product.url}/teamwork/statusreport/?owner=me")
        page.click("a:has-text('客户关系管理情况报告')")
        page.wait_for_selector("text=尚未签发")
        assert browser.accessibility_problems(page) == []
        page.screenshot(path=tmp_path / "report.png")
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
        assert browser.accessibility_problems(page) == []
        page.screenshot(path=tmp_path / "calendar.png")
        page.context.close()
        page = browser.context(chromium, phone=True).new_page()
        browser.sign_in(page, demo_product.url, "songyanqiu", words["songyanqiu"])
        for name, address in (
            ("improvement", "/improvement/"),
            ("calendar", "/settings/calendar/"),
        ):
            page.goto(f"{demo_product.url}{address}")
            wide = page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
            assert not wide, address
            page.screenshot(path=tmp_path / f"{name}-phone.png")
        page.context.close()
