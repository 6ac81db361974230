#!/usr/bin/env python3
"""Takes the pictures of the README from the running product with the demo company.

make run            # in another terminal
.venv/bin/python scripts/screenshots.py --url http://127.0.0.1:8000 --home .zhike
"""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page  # noqa: E402

from tests.journeys import browser  # noqa: E402

IMAGES = ROOT / "docs" / "images"


def main() -> None:
    """Take every picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--home", type=Path, default=ROOT / ".zhike")
    options = parser.parse_args()
    words = browser.passwords(options.home / "demo-accounts.txt")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with browser.chromium() as chromium:
        page = browser.context(chromium).new_page()
        browser.sign_in(page, options.url, "luzhixing", words["luzhixing"])
        take(page, "workbench", options.url)
        take(page, "customers", f"{options.url}/customers/customer/?sort=-annual_spend")
        customer = page.locator("a", has_text="华东蓝屿化工").first.get_attribute("href")
        take(page, "customer-360", f"{options.url}{customer}")
        take(page, "import", imported(page, options.url))
        page.context.close()
        page = browser.context(chromium).new_page()
        browser.sign_in(page, options.url, "songyanqiu", words["songyanqiu"])
        take(page, "grading-policy", f"{options.url}/rulebook/policies/customers.grade/")
        page.context.close()
        page = browser.context(chromium, phone=True, scale=2).new_page()
        browser.sign_in(page, options.url, "luzhixing", words["luzhixing"])
        take(page, "phone", options.url)


def take(page: Page, name: str, address: str) -> None:
    """Open an address and keep what stands in the window."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / f"{name}.png")
    print(name)


def imported(page: Page, url: str) -> str:
    """Upload a small list with mistakes and return the address of its check."""
    rows = ["客户名称,统一社会信用代码,电话,地区"]
    rows += [f"镇江示例{n}号化工有限公司,,0511-8{n:03d}0000,镇江" for n in range(1, 30)]
    rows += ["测试,,12345,", "扬州示例化工有限公司,91320000DLAN9999XX,,扬州", ",,,"]
    rows += [
        "华东蓝屿化工,,0523-86120000,泰州",
        "江苏澄泰新材料有限公司,,,泰州",
        "常州示例涂料有限公司,,,常洲",
    ]
    page.goto(f"{url}/customers/customer/import/")
    files = [{"name": "客户名单.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}]
    page.set_input_files("input[type=file]", files)
    button = page.locator("form:has(input[type=file]) button[type=submit]")
    if button.count() and button.first.is_visible():
        button.first.click()
    page.wait_for_url(re.compile(r"/exchange/\d+/"))
    page.select_option("select[name=match_key]", "name")
    page.get_by_role("button", name="下一步：检查").click()
    page.get_by_role("button", name=re.compile(r"导入 \d+ 行")).wait_for()
    return page.url


if __name__ == "__main__":
    main()
