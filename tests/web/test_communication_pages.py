"""The pages of communication: guides in context, templates in the composer, desk, coaching, effect."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import make, make_user
from zhike.interactions.actions import count_effect, ensure_registers
from zhike.interactions.models import Interaction, VisitReview, forget_channels
from zhike.interactions.queries.effect import months_back

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _registers():
    ensure_registers()
    yield
    forget_channels()


@pytest.fixture
def me():
    unit = make("identity.orgunit", name="华东大区")
    return make_user("luzhixing", grants={("*", "*"): "all"}, unit=unit, display_name="陆知行")


@pytest.fixture
def browser(me):
    client = Client(HTTP_HOST="localhost")
    client.force_login(me)
    return client


@pytest.fixture
def company(me):
    return make("customers.customer", owner=me, name="华东蓝屿化工有限公司", grade="vip")


def text_of(model, **values):
    row = make(model, **values)
    row.status = "approved"
    type(row).unscoped.filter(pk=row.pk).update(status="approved")
    return row


@pytest.mark.requirement("COM-007", "COM-009")
def test_the_drawer_shows_what_fits_and_the_cadence(browser, company):
    text_of("interactions.talktrack", title="VIP 话术", grade="vip", avoid="不承诺交期")
    text_of("interactions.talktrack", title="铜卡话术", grade="bronze")
    page = browser.get(f"/communication/guides/{company.pk}/?channel=call").content.decode()
    assert "VIP 话术" in page
    assert "不承诺交期" in page
    assert "铜卡话术" not in page
    assert "至少每 7 天一次" in page
    drawer = browser.get(
        f"/communication/guides/{company.pk}/", headers={"HX-Request": "true"}
    ).content.decode()
    assert "zk-drawer" in drawer
    assert "<html" not in drawer
    assert (
        f"/communication/guides/{company.pk}/"
        in browser.get(f"/customers/customer/{company.pk}/").content.decode()
    )


@pytest.mark.requirement("COM-017")
def test_a_template_fills_the_composer_and_its_version_is_recorded(browser, company):
    row = text_of("interactions.messagetemplate", body="{{客户名称}}您好 <b>")
    sheet = browser.get(f"/log/{company.pk}/?template={row.pk}").content.decode()
    assert "华东蓝屿化工有限公司您好 &lt;b&gt;" in sheet
    assert f'name="template" value="{row.pk}"' in sheet
    answer = browser.post(
        f"/log/{company.pk}/",
        {
            "summary": "已发",
            "channel": "sms",
            "when": "none",
            "template": row.pk,
            "sentiment": "good",
        },
    )
    assert answer.status_code == 302
    stored = Interaction.unscoped.get()
    assert (stored.template_id, stored.sentiment) == (row.pk, "good")
    shown = browser.get(f"/communication/templates/{row.pk}/preview/").content.decode()
    assert "华东蓝屿化工有限公司您好" in shown
    assert browser.get(f"/log/{company.pk}/?template=999999").status_code == 404


@pytest.mark.requirement("COM-001")
def test_the_composer_offers_the_channels_in_use(browser, company):
    page = browser.get(f"/customers/customer/{company.pk}/").content.decode()
    for code in ("sms", "social", "fax", "post"):
        assert f'name="channel" value="{code}"' in page


@pytest.mark.requirement("COM-006")
def test_the_toast_warns_about_the_ceiling(browser, company):
    for _n in range(4):
        answer = browser.post(
            f"/log/{company.pk}/",
            {"summary": "电话", "channel": "call", "when": "none"},
            follow=True,
        )
    assert "通话至多 3 次" in answer.content.decode()
    assert Interaction.unscoped.count() == 4


@pytest.mark.requirement("COM-008")
def test_the_desk_puts_the_late_ones_first(browser, me, company):
    make("interactions.inquiry", customer=company, owner=me, text="迟到的问题",
         due_at=timezone.now() - dt.timedelta(days=1))  # fmt: skip
    page = browser.get("/communication/inquiries/").content.decode()
    assert "迟到的问题" in page
    assert "逾期" in page
    for tab in ("late", "mine", "closed", "nonsense"):
        assert browser.get(f"/communication/inquiries/?tab={tab}").status_code == 200


@pytest.mark.requirement("COM-011")
def test_an_observer_fills_in_the_checklist(browser, company):
    visitor = make_user("zhoulan", display_name="周岚")
    talk = make("interactions.interaction", customer=company, owner=visitor, channel="visit")
    url = f"/communication/visits/{talk.pk}/"
    assert "目光交流自然" in browser.get(url).content.decode()
    bad = browser.post(url, {"advice": "多听"})
    assert bad.status_code == 422
    assert "请至少给一个观察点打分" in bad.content.decode()
    assert browser.post(url, {"mark-eyes": "4", "advice": "多听"}).status_code == 302
    assert VisitReview.unscoped.get().marks == {"eyes": 4}
    assert "多听" in browser.get(url).content.decode()


@pytest.mark.requirement("COM-012", "COM-014")
def test_the_effect_page_reads_stored_figures(browser, me, company, django_assert_max_num_queries):
    make("interactions.interaction", customer=company, owner=me, channel="call")
    assert "还没有统计" in browser.get("/communication/effect/").content.decode()
    count_effect(months_back())
    browser.get("/communication/effect/")
    with django_assert_max_num_queries(14):
        page = browser.get("/communication/effect/").content.decode()
    assert "回应率" in page
    assert "通话" in page
    assert browser.get("/communication/effect/?month=nonsense").status_code == 200


def test_without_the_right_the_pages_refuse(company):
    client = Client(HTTP_HOST="localhost")
    client.force_login(make_user("nobody"))
    assert client.get("/communication/effect/").status_code == 403
    assert client.get("/communication/inquiries/").status_code == 403
    assert client.get(f"/communication/guides/{company.pk}/").status_code in {403, 404}
