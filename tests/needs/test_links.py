"""Products and opportunities that a need is about (NEED-001)."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from tests.api.client import Api
from tests.factories import actor, make, make_user
from zhike.kernel.errors import Conflict, Invalid
from zhike.needs.actions import edit_need
from zhike.needs.models import Need, NeedOpportunity, NeedProduct
from zhike.sales.actions import edit_opportunity, lose_opportunity, win_opportunity
from zhike.sales.models import Opportunity

pytestmark = pytest.mark.django_db


def browser(user) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    return client


@pytest.fixture
def goods(world):
    return [make("catalog.product", code=code, name=name) for code, name in (
        ("HX-1", "水性分散剂"), ("HX-2", "环氧；固化剂"), ("77", "消泡剂"))]  # fmt: skip


@pytest.fixture
def deal(world):
    return make("sales.opportunity", customer=world.customer, owner=world.ann, number="SJ-1")


def linked(model, need, name):
    return set(model.unscoped.filter(need=need).values_list(f"{name}_id", flat=True))


@pytest.mark.requirement("NEED-001")
def test_a_need_links_many_products_and_opportunities(world, record, goods, deal):
    second = make("sales.opportunity", customer=world.customer, owner=world.ann, number="SJ-2")
    need = record(products=f"HX-1；#{goods[1].pk}", opportunity="SJ-1；SJ-2")
    assert need.products == "HX-1 水性分散剂；HX-2 环氧 固化剂", "its own separator is no name"
    assert linked(NeedProduct, need, "product") == {goods[0].pk, goods[1].pk}
    assert linked(NeedOpportunity, need, "opportunity") == {deal.pk, second.pk}
    need = edit_need(Need, need, {"products": [goods[2].pk], "opportunity": ""}, by=world.by_ann)
    assert need.products == "77 消泡剂", "a key, not the code 77 of another"
    assert linked(NeedProduct, need, "product") == {goods[2].pk}
    assert not linked(NeedOpportunity, need, "opportunity")
    assert edit_need(Need, need, {"products": "77"}, by=world.by_ann).products == "77 消泡剂"


@pytest.mark.requirement("NEED-001")
def test_what_is_not_there_or_not_his_cannot_be_linked(world, record, goods):
    stranger = make("sales.opportunity", number="SJ-9")  # a customer that ann may not see
    mine = make("customers.customer", owner=world.ann)
    other = make("sales.opportunity", customer=mine, owner=world.ann, number="SJ-8")
    for wrong in ("SJ-9", f"#{stranger.pk}", "SJ-8", f"#{other.pk}", "#99999999999999999999"):
        with pytest.raises(Invalid) as refused:
            record(opportunity=wrong)
        assert list(refused.value.fields) == ["opportunity"], wrong
    with pytest.raises(Invalid) as refused:
        record(products="没有的产品；HX-1")
    assert "没有的产品" in str(refused.value.fields["products"])
    assert not Need.unscoped.exists()


@pytest.mark.requirement("NEED-001")
def test_an_edit_by_somebody_who_does_not_see_the_deal_keeps_it(world, record, deal):
    need = record(opportunity="SJ-1")
    rights = {("needs.need", "view"): "all", ("needs.need", "change"): "all"}
    helper = actor(make_user("helper", grants=rights))
    edit_need(Need, need, {"title": "改名", "opportunity": need.opportunity}, by=helper)
    assert linked(NeedOpportunity, need, "opportunity") == {deal.pk}


@pytest.mark.requirement("NEED-001")
def test_the_form_page_list_and_api_show_the_links(world, record, goods, deal):
    client = browser(world.boss)
    form = client.get("/needs/need/new/").content.decode()
    control = re.search(r"<select[^>]*name=\"products\"[^>]*>.*?</select>", form, re.DOTALL)[0]
    assert "multiple" in control
    assert "水性分散剂" in control
    assert 'data-search-url="/catalog/product/choose/"' in control
    posted = {
        "key": "k1", "customer": world.customer.pk, "title": "小包装", "type": world.type.pk,
        "source": "visit", "description": "五公斤一包", "priority": "normal",
        "products": [goods[0].pk, goods[2].pk], "opportunity": [deal.pk],
    }  # fmt: skip
    assert client.post("/needs/need/new/", posted).status_code == 302
    need = Need.unscoped.get()
    assert linked(NeedProduct, need, "product") == {goods[0].pk, goods[2].pk}
    listed = client.get("/needs/need/?columns=title,products,opportunity").content.decode()
    assert "HX-1 水性分散剂" in listed
    page = client.get(f"/needs/need/{need.pk}/").content.decode()
    assert "需求涉及的产品" in page or "相关产品" in page
    rows = client.get(f"/needs/needproduct/?need={need.pk}").content.decode()
    assert "消泡剂" in rows
    assert "小包装" in client.get(f"/needs/needopportunity/?opportunity={deal.pk}").content.decode()
    again = client.get(f"/needs/need/{need.pk}/edit/").content.decode()
    assert again.count("selected") >= 3, "what is linked is chosen in the form"
    tab = client.get(f"/customers/customer/{world.customer.pk}/?tab=opportunities")
    assert "二期分散剂年度供货" in tab.content.decode()


@pytest.mark.requirement("NEED-001")
def test_the_api_links_and_reads_the_links(world, goods, deal):
    api = Api(world.boss)
    body = {
        "customer": world.customer.pk, "title": "小包装", "type": world.type.pk,
        "description": "五公斤一包", "products": "HX-1；77", "opportunity": "SJ-1",
    }  # fmt: skip
    made = api.post("needs/need", body)
    assert made.status_code == 201, made.content
    assert made.json()["products"] == "HX-1 水性分散剂；77 消泡剂"
    rows = api.get(f"needs/needproduct?need={made.json()['id']}").json()
    assert {row["product"]["name"] for row in rows["items"]} == {"水性分散剂", "消泡剂"}
    refused = api.post("needs/need", {**body, "opportunity": "SJ-404"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "opportunity"


@pytest.mark.requirement("NEED-001")
def test_a_refused_form_keeps_what_was_chosen(world, goods):
    html = browser(world.boss).post(
        "/needs/need/new/",
        {"key": "k2", "title": "", "products": [goods[1].pk], "customer": world.customer.pk},
    )
    assert html.status_code == 422
    found = re.search(rf'<option value="{goods[1].pk}"[^>]*selected', html.content.decode())
    assert found


def test_an_opportunity_is_won_or_lost_once(world, deal):
    today = timezone.localdate()
    with pytest.raises(Invalid):
        win_opportunity(deal, by=world.by_ann, closed_on=today + dt.timedelta(days=1))
    with pytest.raises(Invalid):
        lose_opportunity(deal, by=world.by_ann, closed_on=today, note=" ")
    won = win_opportunity(deal, by=world.by_ann, closed_on=today, note="交期最短")
    assert (won.outcome, won.closed_on, won.outcome_note) == ("won", today, "交期最短")
    with pytest.raises(Conflict):
        lose_opportunity(deal, by=world.by_ann, closed_on=today, note="价格")
    with pytest.raises(Conflict):
        edit_opportunity(Opportunity, deal.pk, {"name": "新名"}, by=world.by_ann)
