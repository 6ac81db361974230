"""The hand-made pages: what they show, who may see them, and that bad input is refused."""

import datetime as dt

import pytest
from django.test import Client

from tests.factories import BY_TEST, make, make_user
from tests.segments.conftest import TODAY, bought, customer
from zhike.customers.models import Customer
from zhike.segments.actions import run_schemes
from zhike.segments.models import ClassCard, Segment
from zhike.segments.queries import counting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def browser(user) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user)
    return client


@pytest.fixture
def boss():
    return make_user("boss", grants={("*", "*"): "all"}, display_name="陆知行")


@pytest.fixture
def web(boss):
    return browser(boss)


@pytest.fixture
def moved(today):
    """Ten customers on the first of the quarter; one became a core customer since."""
    rows = [customer(f"第{n}", since=dt.date(2024, 1, 1), source="展会") for n in range(10)]
    for row in rows[:4]:
        bought(row, 1_000, 100)
    run_schemes(TODAY - dt.timedelta(days=60), BY_TEST)
    bought(rows[0], 600_000, 20)
    bought(rows[5], 5_000, 10)
    run_schemes(TODAY, BY_TEST)
    return rows


@pytest.mark.requirement("SEG-009", "SEG-013")
def test_the_schemes_stand_side_by_side(web, moved):
    text = web.get("/segments/").content.decode()
    for title in (
        "价值分类",
        "生命周期分类",
        "资源分类",
        "关系分类",
        "客户生命周期模型",
        "客户分级",
    ):
        assert title in text
    assert "40%" in text
    assert "偏离基准" in text
    assert "目标客户</span> → <b" in text
    page = web.get("/segments/schemes/segments.resource/").content.decode()
    assert "+10.0" in page or "-10.0" in page
    assert web.get("/segments/schemes/segments.nothing/").status_code == 404


@pytest.mark.requirement("SEG-003", "SEG-004", "SEG-005", "SEG-006", "SEG-007")
def test_the_five_tests_name_the_offenders(web, moved):
    text = web.get("/segments/schemes/segments.growth/").content.decode()
    for title in ("互斥性", "整体性", "可操作性", "相关性", "稳定性"):
        assert title in text
    assert "覆盖 50.0%，5 家不在任何类别" in text
    assert moved[9].short_name in text, "a customer without a class is named"


@pytest.mark.requirement("SEG-036", "SEG-041")
def test_the_lifecycle_page_reads_stored_figures_only(web, moved, django_assert_max_num_queries):
    web.get("/segments/lifecycle/")
    with django_assert_max_num_queries(16):
        text = web.get("/segments/lifecycle/").content.decode()
    assert "zk-seg-ribbon" in text
    assert '<td>识别</td><td class="zk-w5">发展</td><td class="zk-r">1</td>' in text
    assert web.get("/segments/lifecycle/?days=31").status_code == 400
    assert web.get("/segments/lifecycle/?stage=nothing").status_code == 200


@pytest.mark.requirement("SEG-037", "SEG-039", "SEG-040")
def test_stage_pages_measure_their_stage(web, moved):
    first = web.get("/segments/lifecycle/?stage=identify").content.decode()
    assert "获客效率" in first
    assert "展会" in first
    assert "由交易型到伙伴型" in web.get("/segments/lifecycle/?stage=mature").content.decode()
    assert "挽回后再次购买" in web.get("/segments/lifecycle/?stage=churn").content.decode()


def test_pages_are_for_those_who_may(moved):
    seller = make_user("seller", grants={("customers.customer", "view"): "own",
                                         ("segments.classmembership", "view"): "own"})  # fmt: skip
    Customer.unscoped.filter(pk=moved[0].pk).update(owner=seller)
    mine = browser(seller)
    text = mine.get("/segments/").content.decode()
    assert moved[0].short_name in text
    assert moved[5].short_name not in text
    assert mine.get("/segments/lifecycle/").status_code == 403
    assert mine.get("/segments/capacity/").status_code == 403
    assert mine.post("/segments/run/").status_code == 403
    assert mine.get("/segments/segment/new/").status_code == 403
    nobody = browser(make_user("nobody"))
    for url in ("/segments/", "/segments/schemes/segments.value/", "/segments/groups/x/",
                "/segments/classes/segments.value/high/"):  # fmt: skip
        assert nobody.get(url).status_code == 403, url


@pytest.mark.requirement("DAT-036", "SEG-042")
def test_a_class_is_a_living_page_with_its_strategy(web, moved):
    url = "/segments/classes/segments.resource/core/"
    assert "还没有策略卡" in web.get(url).content.decode()
    answer = web.post(url + "write/")
    card = ClassCard.unscoped.get()
    assert answer.url == f"/segments/classcard/{card.pk}/edit/"
    assert web.get(answer.url).status_code == 200
    card.strategy = "每月拜访，季度复盘"
    card.description = "年消费五十万以上"
    card.save()
    text = web.get(url).content.decode()
    assert "每月拜访，季度复盘" in text
    assert "1 家客户" in text
    rail = web.get(f"/customers/customer/{moved[0].pk}/").content.decode()
    assert "每月拜访，季度复盘" in rail
    why = web.get(f"/customers/customer/{moved[0].pk}/classes/").content.decode()
    assert "核心客户：近 12 月消费 ≥ 500,000" in why
    assert web.get("/segments/classes/segments.resource/none/").status_code == 404
    assert web.get("/segments/classes/identity.sign_in_rules/x/").status_code == 404
    listed = web.get("/customers/customer/?class=segments.resource:core").content.decode()
    assert moved[0].name in listed
    assert moved[5].name not in listed
    assert web.get("/customers/customer/?class=segments.resource:zzz").status_code == 400


def form(**values):
    return {"group": ["0"], "0-op": "and", "name": "江苏大客户", "kind": "live", **values}


@pytest.mark.requirement("SEG-008")
def test_the_builder_works_without_script(web, moved):
    assert "条件" in web.get("/segments/segment/new/").content.decode()
    Customer.unscoped.filter(pk=moved[0].pk).update(region="321200")
    typed = form(leaf=["0.0"], **{"0.0-field": "region", "0.0-was": "region", "0.0-op": "under",
                                  "0.0-value": "江苏"})  # fmt: skip
    more = web.post("/segments/segment/new/", {**typed, "do": "add:0"}).content.decode()
    assert 'value="0.1"' in more
    deeper = web.post("/segments/segment/new/", {**typed, "do": "group:0"}).content.decode()
    assert 'name="leaf" value="0.1.0"' in deeper
    gone = web.post("/segments/segment/new/", {**typed, "do": "remove:0.0"}).content.decode()
    assert 'name="leaf"' not in gone
    counted = web.post("/segments/builder/count/", typed).content.decode()
    assert ">1</b>" in counted
    saved = web.post("/segments/segment/new/", {**typed, "save": "1", "key": "k1"})
    row = Segment.unscoped.get()
    assert saved.url == f"/customers/customer/?segment={row.pk}"
    listed = web.get(saved.url).content.decode()
    assert moved[0].name in listed
    assert moved[1].name not in listed
    assert "江苏大客户" in listed
    again = web.get(f"/segments/segment/{row.pk}/edit/").content.decode()
    assert 'value="江苏"' in again


def test_a_dear_count_comes_near_first_and_exactly_after(web, moved, monkeypatch):
    monkeypatch.setattr(counting, "DEAR", 0)
    monkeypatch.setattr(counting, "TELLING", 1)
    typed = form(
        leaf=["0.0"],
        **{
            "0.0-field": "annual_spend",
            "0.0-was": "annual_spend",
            "0.0-op": "gte",
            "0.0-value": "0",
        },
    )
    near = web.post("/segments/builder/count/", typed).content.decode()
    assert "约" in near
    assert 'hx-post="/segments/builder/count/?exact=1"' in near
    exact = web.post("/segments/builder/count/?exact=1", typed).content.decode()
    assert "约" not in exact
    assert "hx-post" not in exact
    plain = web.post("/segments/segment/new/", {**typed, "count": "1"}).content.decode()
    assert "逐家计数" not in plain  # without script nothing would come after


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"name": ""},
        {"leaf": ["0.0"], "0.0-field": "shoe_size", "0.0-op": "gte", "0.0-value": "44"},
        {"leaf": ["0.0"], "0.0-field": "orders.sum", "0.0-op": "gte", "0.0-value": "许多"},
        {"leaf": ["0.0", "9.9.9", "x", "0." + "9" * 30], "group": ["0", "0.1.2.3"]},
        {"group": [], "leaf": ["0"]},
        {"kind": "nothing", "name": "x"},
        {"name": "很长" * 100},
    ],
    ids=range(8),
)
def test_the_builder_refuses_kindly(web, moved, wrong):
    data = {"group": ["0"], "0-op": "xor", "name": "x", "kind": "live", **wrong}
    for url in ("/segments/builder/count/", "/segments/builder/part/"):
        assert web.post(url, data).status_code == 200
    answer = web.post("/segments/segment/new/", {**data, "save": "1", "key": str(wrong)[:60]})
    assert answer.status_code in {302, 422}
    assert web.post("/segments/segment/new/", {**data, "do": "remove:9.9"}).status_code == 200


@pytest.mark.requirement("SEG-003", "SEG-004", "SEG-006")
def test_segments_of_one_scheme_are_tested_together(web, moved, boss):
    from tests.factories import actor
    from zhike.segments.actions import save_segment

    by = actor(boss)

    def leaf(field, op, value):
        return {"op": "and", "items": [
            {"field": field, "op": op, "values": [value], "days": None}]}  # fmt: skip

    run = {"scheme": "采购量", "kind": "live"}
    save_segment({**run, "name": "买过"}, leaf("orders.count", "gte", "1"), by=by)
    save_segment({**run, "name": "大单"}, leaf("orders.largest", "gte", "500000"), by=by)
    text = web.get("/segments/groups/采购量/").content.decode()
    assert "1 家在一个以上的细分里" in text
    assert "5 家不在任何类别" in text
    assert web.get("/segments/groups/没有/").status_code == 404


@pytest.mark.requirement("SEG-043")
def test_capacity_suggests_and_hands_over(web, boss, today):
    from tests.segments.conftest import publish

    giver, taker = make_user("giver"), make_user("taker")
    rows = [customer(f"第{n}", owner=giver, grade="vip") for n in range(3)]
    customer("别", owner=taker, grade="gold")
    publish("segments.capacity", {"most": {"vip": 1}, "total": 300})
    text = web.get("/segments/capacity/").content.decode()
    assert "1 位超出" in text
    ids = ",".join(str(row.pk) for row in rows[:1])
    assert f'value="{ids}"' in text, "one has room for one"
    answer = web.post("/segments/capacity/apply/", {"ids": ids, "owner": taker.pk})
    assert answer.status_code == 302
    rows[0].refresh_from_db()
    assert rows[0].owner_id == taker.pk
    for wrong in ({"ids": "x", "owner": taker.pk}, {"ids": ids, "owner": "0"}, {}):
        assert web.post("/segments/capacity/apply/", wrong).status_code in {302, 422}


def test_a_run_from_the_page(web, today):
    customer("蓝屿")
    assert web.post("/segments/run/").status_code == 302
    assert make
    assert "潜在客户" in web.get("/segments/").content.decode()
