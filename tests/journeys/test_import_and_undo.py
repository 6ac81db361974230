"""A list of 1,000 customers with 40 bad rows: told, corrected, imported, undone."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.journey
HEADERS = ("客户名称", "统一社会信用代码", "电话", "地区")
BAD = 40


def rows() -> list[tuple[str, str, str, str]]:
    """Return 1,000 customers of which every 25th has a telephone number that is none."""
    return [
        (f"镇江澄岳{n:04d}号化工有限公司", "", "12345" if n % 25 == 0 else "0511-86110000", "镇江")
        for n in range(1_000)
    ]


def sheet(lines: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([HEADERS, *lines])
    return text.getvalue().encode("utf-8-sig")


def upload(page: Page, url: str, content: bytes, name: str) -> None:
    page.goto(f"{url}/customers/customer/import/")
    page.set_input_files(
        "input[name=file]", {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    if re.search(r"/import/$", page.url):
        page.get_by_role("button", name="上传并继续").click()
    page.wait_for_url(re.compile(r"/exchange/\d+/"))
    page.select_option("select[name=match_key]", "name", timeout=60_000)
    page.get_by_role("button", name="下一步：检查").click()
    expect(page.get_by_role("button", name=re.compile("导入 [\\d,]+ 行"))).to_be_visible(
        timeout=120_000
    )


@pytest.mark.requirement("DAT-022", "INT-017")
def test_a_thousand_rows_with_forty_bad_ones(signed_in, demo_product, tmp_path: Path):
    page = signed_in("linwanqing")
    upload(page, demo_product.url, sheet(rows()), "客户名单.csv")
    expect(page.get_by_role("button", name="导入 960 行")).to_be_visible()
    with page.expect_download() as caught:
        page.get_by_role("link", name="下载错误行").click()
    returned = tmp_path / caught.value.suggested_filename
    caught.value.save_as(returned)
    text = returned.read_bytes()
    assert len(text) > 500
    if returned.suffix == ".csv":
        assert len(list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))) == BAD + 1
    good = [(name, code, "0511-86110000", place) for name, code, _phone, place in rows()]
    page.get_by_role("button", name="放弃").click()
    confirm = page.get_by_role("button", name=re.compile("确定|放弃"))
    if confirm.count():
        confirm.last.click()
    upload(page, demo_product.url, sheet(good), "客户名单-改好.csv")
    page.get_by_role("button", name="导入 1,000 行").click()
    expect(page.get_by_text("新增 1,000 条").first).to_be_visible(timeout=120_000)
    assert count(demo_product) == 1_000
    page.get_by_role("button", name="撤销整批").click()
    confirm = page.get_by_role("button", name="确定")
    if confirm.count():
        confirm.last.click()
    expect(page.get_by_text("已撤销").first).to_be_visible(timeout=120_000)
    assert count(demo_product) == 0


def count(product) -> int:
    return int(
        product.python(
            "from zhike.customers.models import Customer\n"
            "print(Customer.unscoped.filter(name__startswith='镇江澄岳', archived_at=None).count())"
        )
    )
