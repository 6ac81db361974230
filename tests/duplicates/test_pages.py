"""The pages: workbench, merges, check, panel, form, old addresses, and the API."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.api.client import Api
from tests.factories import BY_TEST, make, make_user
from zhike.customers.models import Customer
from zhike.duplicates.actions import run_scan, start_scan
from zhike.duplicates.models import Check, Merge, Pair, Scan

pytestmark = pytest.mark.django_db
FULL = {("*", "*"): "all"}
BENCH = "/quality/duplicates/"
SQL_OF_WORKBENCH = 45


def browser_of(user):
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user)
    return client


@pytest.fixture
def boss():
    return make_user("boss", grants=FULL, display_name="陆知行")


@pytest.fixture
def browser(boss):
    return browser_of(boss)


@pytest.fixture
def pair(boss):
    one = make("customers.customer", name="无锡恒澈水处理科技有限公司", short_name="恒澈", owner=boss,
               phone="0510-85551111")  # fmt: skip
    two = make("customers.customer", name="恒澈水处理科技（无锡）", short_name="", owner=boss,
               address="无锡市惠山区中兴路18号")  # fmt: skip
    make("sales.order", customer=two)
    make("customers.person", customer=two, name="裴一禾", mobile="15112347046")
    run_scan(start_scan(by=BY_TEST), by=BY_TEST)
    return Pair.unscoped.get(left_customer=one, right_customer=two)


@pytest.mark.requirement("DAT-026")
def test_side_by_side_merge_and_undo(browser, pair):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = browser.get(BENCH)
    assert len(queries) <= SQL_OF_WORKBENCH
    html = page.content.decode()
    assert "无锡恒澈水处理科技有限公司" in html
    assert "恒澈水处理科技（无锡）" in html
    assert 'name="f-address" value="right" checked' in html
    assert "15112347046" not in html
    assert browser.get("/quality/").url == "/quality/overview/"
    chosen = browser.get(f"{BENCH}{pair.pk}/?f-name=right").content.decode()
    assert 'name="f-name" value="right" checked' in chosen
    assert browser.get(f"{BENCH}{pair.pk}/?preset=fullest&all=1").status_code == 200
    left, right = pair.left_id, pair.right_id
    answer = browser.post(
        f"{BENCH}{pair.pk}/merge/", {"keep": "left", "f-address": "right", "f-name": "left"}
    )
    assert answer.status_code == 302
    row = Customer.unscoped.get(pk=left)
    assert (row.address, row.name, row.order_count) == (
        "无锡市惠山区中兴路18号",
        "无锡恒澈水处理科技有限公司",
        1,
    )
    moved = browser.get(f"/customers/customer/{right}/")
    assert (moved.status_code, moved.url) == (302, f"/customers/customer/{left}/")
    assert "已合并" in browser.get(moved.url).content.decode()
    merges = browser.get("/quality/merges/").content.decode()
    assert "恒澈水处理科技（无锡）" in merges
    assert "前可撤销" in merges
    browser.post(f"/quality/merges/{Merge.unscoped.get().pk}/undo/")
    assert browser.get(f"/customers/customer/{right}/").status_code == 200
    assert Customer.unscoped.get(pk=left).address == ""


@pytest.mark.requirement("DAT-026")
def test_judging_and_refusals(browser, pair):
    browser.post(f"{BENCH}{pair.pk}/ignore/")
    pair.refresh_from_db()
    assert pair.status == "ignored"
    assert "恢复为待处理" in browser.get(f"{BENCH}{pair.pk}/").content.decode()
    browser.post(f"{BENCH}{pair.pk}/reopen/")
    browser.post(f"{BENCH}{pair.pk}/relate/")
    pair.refresh_from_db()
    assert pair.status == "related"
    stale = browser.post(
        f"{BENCH}{pair.pk}/merge/", {"keep": "left", "versions": f"{pair.left_id}:99"}
    )
    assert stale.status_code == 302
    assert not Merge.unscoped.exists()
    nobody = browser_of(make_user("nobody", grants={}))
    assert nobody.get(BENCH).status_code == 403
    own = {("duplicates.pair", "view"): "all", ("customers.customer", "change"): "own",
           ("customers.customer", "view"): "own"}  # fmt: skip
    seller = browser_of(make_user("seller", grants=own))
    assert seller.get(BENCH).status_code == 200
    assert seller.get(f"{BENCH}{pair.pk}/").status_code == 404
    browser.post(f"{BENCH}scan/")
    assert Scan.unscoped.filter(status="running").exists()
    assert "正在扫描" in browser.get(f"{BENCH}scan/progress/").content.decode()


@pytest.mark.requirement("DAT-024", "DAT-025")
def test_check_page_and_panel(boss):
    make("customers.customer", name="无锡恒澈水处理科技有限公司", owner=boss, phone="0510-85551111")
    grants = {
        ("duplicates.check", "create"): "all", ("customers.customer", "view"): "own",
        ("customers.customer", "create"): "own",
    }  # fmt: skip
    seller = browser_of(make_user("seller", grants=grants))
    assert "查重" in seller.get("/quality/check/").content.decode()
    html = seller.post("/quality/check/", {"name": "恒澈水处理科技"}).content.decode()
    assert "您无权查看" in html
    assert "无锡恒澈水处理科技有限公司" not in html
    assert "85551111" not in html
    panel = seller.get("/quality/check/customer/?name=恒澈水处理科技&note=x").content.decode()
    assert "您无权查看" in panel
    assert Check.unscoped.count() == 2
    assert "没有发现" in seller.post("/quality/check/", {"name": "毫不相干贸易"}).content.decode()
    assert seller.get("/quality/check/customer/?name=x").content.decode().strip() == ""
    assert seller.get("/quality/check/order/?name=xx").status_code == 404
    full = browser_of(boss).post("/quality/check/", {"name": "恒澈水处理科技"}).content.decode()
    assert "无锡恒澈水处理科技有限公司" in full


@pytest.mark.requirement("DAT-024")
def test_the_form_asks_for_a_reason(browser, boss):
    make("customers.customer", name="无锡恒澈水处理科技有限公司", owner=boss)
    typed = {"name": "恒澈水处理科技有限公司", "lifecycle": "prospect"}
    asked = browser.post("/customers/customer/new/", typed)
    assert asked.status_code == 409
    assert "不是重复的理由" in asked.content.decode()
    saved = browser.post("/customers/customer/new/", {**typed, "confirm_duplicate": "另一家公司"})
    assert saved.status_code == 302
    assert Customer.unscoped.filter(name="恒澈水处理科技有限公司").exists()


@pytest.mark.requirement("DAT-024", "DAT-025")
def test_the_api_answers_409_with_candidates(boss):
    known = make("customers.customer", name="无锡恒澈水处理科技有限公司", owner=boss)
    api = Api(boss)
    answer = api.post("customers/customer/", {"name": "恒澈水处理科技有限公司"})
    assert answer.status_code == 409
    body = answer.json()
    assert body["confirm_with"] == "confirm_duplicate"
    assert body["candidates"][0]["id"] == known.pk
    values = {"name": "恒澈水处理科技有限公司", "confirm_duplicate": "另一家公司"}
    assert api.post("customers/customer/", values).status_code == 201
    wrong = api.post("customers/customer/", {"name": "甲乙丙丁", "confirm_duplicate": [1]})
    assert wrong.status_code == 422
