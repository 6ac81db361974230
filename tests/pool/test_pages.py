"""The pool's own pages: list, drawer, dry run, desk, transfer, and the rail of a customer."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import actor, make, make_user
from tests.pool.people import SELLER, place, pooled, published
from zhike.customers.models import Customer
from zhike.pool.actions import register_company
from zhike.pool.models import BulkTransfer, Conflict, Ownership, PoolEntry, PoolView, Registration

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("SEG-044")]
FULL = {("*", "*"): "all"}


def browser_of(user):
    client = Client(headers={"accept-language": "zh-hans"}, HTTP_HOST="localhost")
    client.force_login(user)
    return client


def text(answer):
    return answer.content.decode()


@pytest.fixture
def scene():
    """A pool that hides the phone, one seller, one pooled customer."""
    pool, unit = place(hidden_fields=["phone"])
    customer, entry = pooled(
        unit, name="嘉兴恒益涂料有限公司", phone="0573-88112233", industry="涂料", region="330402",
        owner=make_user("was", display_name="叶清和", unit=unit),
    )  # fmt: skip
    ann = make_user("ann", unit=unit, grants=SELLER)
    return pool, unit, customer, entry, browser_of(ann)


def test_the_list_shows_counters_and_no_hidden_value(scene):
    *_rest, browser = scene
    page = text(browser.get("/pool/"))
    assert "嘉兴恒益涂料有限公司" in page
    assert "今日已领 0/10" in page
    assert "负责 0/200" in page
    assert "叶清和" in page
    assert "88112233" not in page


def test_the_drawer_counts_a_view_and_hides_on_the_server(scene):
    _pool, _unit, _customer, entry, browser = scene
    for _time in range(2):
        answer = browser.get(f"/pool/open/{entry.pk}/", HTTP_HX_REQUEST="true",
                             HTTP_HX_TARGET="drawer")  # fmt: skip
    assert "88112233" not in text(answer)
    assert "领取后可见" in text(answer)
    assert "已查看 1/50" in text(answer)
    assert PoolView.unscoped.count() == 1


def test_a_filter_on_a_hidden_field_tells_nothing(scene):
    pool, _unit, _customer, _entry, browser = scene
    assert "嘉兴恒益" in text(browser.get("/pool/?q=恒益"))
    pool.hidden_fields = ["name"]
    pool.save()
    page = text(browser.get("/pool/?q=恒益"))
    assert "嘉兴恒益" not in page
    assert "没有符合条件" in page
    assert "名称已隐藏" in text(browser.get("/pool/"))
    for door in (f"/pool/open/{_entry.pk}/", f"/pool/poolentry/{_entry.pk}/", "/pool/poolentry/"):
        assert "嘉兴恒益" not in text(browser.get(door)), door
    for query in ("grade=vip", "region=110000", "industry=没有", "page=99999999999", "pool=x",
                  "entered=7", "region=33", "page=-1"):  # fmt: skip
        assert browser.get(f"/pool/?{query}").status_code == 200


def test_claiming_from_the_page_and_being_too_late(scene):
    _pool, unit, customer, entry, browser = scene
    answer = browser.post("/pool/claim/", {"one": entry.pk, "next": "/pool/"}, follow=True)
    assert "已领取 1 家" in text(answer)
    assert Customer.unscoped.get(pk=customer.pk).owner.username == "ann"
    late = browser_of(make_user("bo", unit=unit, grants=SELLER))
    answer = late.post("/pool/claim/", {"one": entry.pk}, follow=True)
    assert "已被其他同事领取" in text(answer)
    assert late.post("/pool/claim/", {"one": "x"}).status_code == 422
    assert late.post("/pool/claim/").status_code == 422
    assert late.get(f"/pool/open/{entry.pk}/").status_code == 404


def test_strangers_get_no_page_and_no_entry(scene):
    _pool, _unit, _customer, entry, _browser = scene
    nobody = browser_of(make_user("nobody"))
    assert nobody.get("/pool/").status_code == 403
    assert nobody.get("/pool/tonight/").status_code == 403
    other = browser_of(make_user("eve", unit=make("identity.orgunit"), grants=SELLER))
    assert "您还不是任何公海的成员" in text(other.get("/pool/"))
    assert other.get(f"/pool/open/{entry.pk}/").status_code == 404
    assert other.get("/pool/tonight/").status_code == 403


def test_the_list_costs_the_same_however_long(scene):
    _pool, unit, _customer, _entry, browser = scene
    browser.get("/pool/")
    with CaptureQueriesContext(connection) as few:
        browser.get("/pool/")
    for _n in range(5):
        pooled(unit)
    browser.get("/pool/")  # new people make everybody's rights be read again
    with CaptureQueriesContext(connection) as many:
        browser.get("/pool/")
    assert len(many) <= len(few)
    assert len(few) <= 26, "\n".join(one["sql"][:140] for one in few)


def owned_for(days, **values):
    row = make("customers.customer", **values)
    since = timezone.now() - dt.timedelta(days=days)
    Ownership.unscoped.filter(customer=row, until=None).update(since=since)
    return row


def test_tonight_counts_by_grade_and_says_why():
    rules = [{"grades": ["vip"], "follow_up_days": 60}, {"follow_up_days": 30}]
    published("pool.recycling", {"rules": rules, "protect_days": 0})
    place()
    ann = make_user("holder", display_name="陆知行")
    owned_for(90, owner=ann, grade="vip", name="泰州蓝屿化工有限公司")
    owned_for(40, owner=ann, name="嘉兴恒益涂料有限公司")
    owned_for(3, owner=ann, name="没到期化工有限公司")
    page = text(browser_of(make_user("boss", grants=FULL)).get("/pool/tonight/"))
    assert "2 家将退回公海，其中 VIP 1 家" in page
    assert "60 天内至少跟进一次" in page
    assert "没到期" not in page
    assert PoolEntry.unscoped.count() == 0


def test_tonight_before_publishing_says_that_nothing_happens():
    page = text(browser_of(make_user("boss", grants=FULL)).get("/pool/tonight/"))
    assert "回收规则尚未发布" in page


def test_the_desk_shows_both_sides_and_takes_a_decision():
    grants = {("pool.registration", verb): "own" for verb in ("view", "create", "change")}
    grants |= {("pool.conflict", "view"): "own"}
    people = [
        make_user(name, display_name=shown, unit=make("identity.orgunit"), grants=grants)
        for name, shown in (("first", "陆知行"), ("second", "叶清和"))
    ]
    for person, evidence in zip(people, ("已送小样", "约了下周"), strict=True):
        values = {"company": "湖州澄霖新材料有限公司", "project": "乳液", "evidence": evidence}
        register_company(Registration, values, by=actor(person))
    case = Conflict.unscoped.get()
    judge = browser_of(make_user("judge", grants=FULL, display_name="宋砚秋"))
    page = text(judge.get(f"/pool/conflict/{case.pk}/"))
    for word in ("陆知行", "叶清和", "已送小样", "约了下周", "提交报备", "证据最早", "裁定归属"):
        assert word in page, word
    party = browser_of(people[1])
    assert 'name="winner"' not in text(party.get(f"/pool/conflict/{case.pk}/"))
    address = f"/pool/conflict/{case.pk}/decide-conflict/"
    refused = judge.post(address, {"winner": people[0].pk, "reason": ""})
    assert refused.status_code == 422
    judge.post(address, {"winner": people[0].pk, "reason": "先送样"})
    page = text(party.get(f"/pool/conflict/{case.pk}/"))
    assert "归属 陆知行，由 宋砚秋 裁定" in page
    assert "提交申诉" in page
    party.post(f"/pool/conflict/{case.pk}/appeal-conflict/", {"appeal": "客户指定我"})
    case.refresh_from_db()
    assert case.status == "appealed"
    assert 'name="winner"' not in text(judge.get(f"/pool/conflict/{case.pk}/"))


def test_a_customer_page_tells_the_deadline_and_the_owners():
    published("pool.recycling", {"rules": [{"follow_up_days": 30}], "protect_days": 0})
    boss = make_user("boss", grants=FULL, display_name="陆知行")
    row = owned_for(20, owner=boss, name="嘉兴恒益涂料有限公司")
    browser = browser_of(boss)
    page = text(browser.get(f"/customers/customer/{row.pk}/"))
    assert "还有 10 天退回公海" in page
    assert "tab=owners" in page
    make("pool.protection", customer=row, kind="key_account")
    assert "受保护，不回收：重点客户" in text(browser.get(f"/customers/customer/{row.pk}/"))
    assert "退回原因" in text(browser.get(f"/pool/customer/{row.pk}/release/"))
    type(row).unscoped.filter(pk=row.pk).update(owner=None)
    assert "归属经过" in text(browser.get(f"/customers/customer/{row.pk}/"))


def test_a_transfer_starts_from_a_filter_and_shows_how_far_it_is():
    boss, heir = make_user("boss", grants=FULL), make_user("heir", display_name="叶清和")
    make("customers.customer", owner=boss, name="嘉兴恒益涂料有限公司")
    make("customers.customer", owner=boss, name="泰州蓝屿化工有限公司")
    browser = browser_of(boss)
    assert "/pool/transfer/?" in text(browser.get("/customers/customer/?q=恒益"))
    page = text(browser.get("/pool/transfer/?q=恒益"))
    assert "筛选出 1 家" in page
    assert browser.post("/pool/transfer/", {"query": "q=恒益"}).status_code == 422
    answer = browser.post("/pool/transfer/", {"query": "q=恒益", "owner": heir.pk})
    made = BulkTransfer.unscoped.get()
    assert answer.headers["Location"] == f"/pool/bulktransfer/{made.pk}/"
    page = text(browser.get(f"/pool/bulktransfer/{made.pk}/"))
    assert "移交给 叶清和" in page
    assert "停止移交" in page
