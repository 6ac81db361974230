"""Record page, drawer, history, reveal, chooser, search and the frame."""

import logging
from typing import Any

import pytest
from django.core.cache import cache

from tests.factories import make, make_user
from tests.web.conftest import KEY, LIST, htmx
from zhike.identity.models import Notice
from zhike.kernel.actions import edit_record, recorded, store
from zhike.kernel.actor import SYSTEM
from zhike.kernel.registry import registry
from zhike.trust.queries import actor_for

OPEN = {"identity.user", "identity.orgunit"}


def test_every_record_page_drawer_and_history_opens(browser: Any) -> None:
    for key in sorted(registry.resources):
        if registry.resources[key].group:
            row = make(key)
            base = registry.resources[key].record_url(row.pk)
            for url in (base, f"{base}history/"):
                assert browser.get(url).status_code == 200, url
            assert browser.get(f"{base}?peek=1", **htmx("drawer")).status_code == 200, key


def test_outside_the_scope_looks_like_absent(signed_in: Any, customer: Any) -> None:
    own = signed_in(make_user("ann", grants={(KEY, "*"): "own"}))
    for end in ("", "history/", "edit/"):
        assert own.get(f"{LIST}{customer.pk}/{end}").status_code == 404
    assert own.post(f"{LIST}{customer.pk}/archive/").status_code == 404
    assert own.get(f"{LIST}999999999999/").status_code == 404
    assert own.get(f"{LIST}99999999999999999999999/").status_code == 404


@pytest.mark.requirement("DAT-027")
def test_history_shows_old_and_new_who_and_why(browser: Any, boss: Any, customer: Any) -> None:
    by = actor_for(boss)
    edit_record(type(customer), customer.pk, {"industry": "涂料", "phone": "13912345678"}, by=by)
    edit_record(type(customer), customer.pk, {"industry": "日化"}, by=by)
    with recorded(SYSTEM(reason="年度清理"), "customers.tidy", reason="年度清理"):
        fresh = type(customer).unscoped.get(pk=customer.pk)
        fresh.industry = "医药"
        store(fresh, by=SYSTEM(reason="年度清理"), fields=["industry"])
    html = browser.get(f"{LIST}{customer.pk}/history/").content.decode()
    assert '<del class="zk-old">涂料</del> → <ins class="zk-new">日化</ins>' in html
    assert '<del class="zk-old">日化</del> → <ins class="zk-new">医药</ins>' in html
    assert "年度清理" in html
    assert "陆知行" in html
    assert "13912345678" not in html


@pytest.mark.requirement("DAT-027")
def test_history_hides_what_the_reader_may_not_see(
    signed_in: Any, customer: Any, boss: Any
) -> None:
    edit_record(type(customer), customer.pk, {"address": "密址路 8 号"}, by=actor_for(boss))
    user = make_user("ann", grants={(KEY, "view"): "all"}, hidden=[(KEY, "address")])
    html = signed_in(user).get(f"{LIST}{customer.pk}/history/").content.decode()
    assert "密址路" not in html
    assert "地址" not in html


def test_archive_offers_undo_and_restore_brings_back(browser: Any, customer: Any) -> None:
    answer = browser.post(f"{LIST}{customer.pk}/archive/")
    assert answer["Location"] == LIST
    html = browser.get(LIST).content.decode()
    assert f'action="{LIST}{customer.pk}/restore/"' in html
    assert f'id="row-{customer.pk}"' not in html
    assert f'id="row-{customer.pk}"' in browser.get(f"{LIST}?archived=1").content.decode()
    browser.post(f"{LIST}{customer.pk}/restore/")
    assert f'id="row-{customer.pk}"' in browser.get(LIST).content.decode()
    assert browser.get(f"{LIST}{customer.pk}/archive/").status_code == 405


def test_reveal_is_checked_and_without_script_a_page(
    browser: Any, boss: Any, signed_in: Any
) -> None:
    person = make("customers.person", owner=boss, mobile="13912345678")
    url = f"/customers/person/{person.pk}/reveal/mobile/"
    answer = browser.post(url, headers={"accept": "application/json"})
    assert answer.status_code == 200, answer.content
    assert answer.json()["value"].replace(" ", "") == "13912345678"
    assert "13912345678" in browser.post(url).content.decode().replace(" ", "")
    reader = signed_in(make_user("ann", grants={("customers.person", "view"): "all"}))
    refused = reader.post(url, headers={"accept": "application/json"})
    assert refused.status_code == 403
    assert "13912345678" not in refused.content.decode()
    assert (
        browser.post(
            url.replace("mobile", "title"), headers={"accept": "application/json"}
        ).status_code
        == 404
    )


def test_chooser_gives_only_what_may_be_seen(browser: Any, signed_in: Any, customer: Any) -> None:
    found = browser.get(f"{LIST}choose/?q=蓝屿").json()
    assert found[0]["value"] == str(customer.pk)
    own = signed_in(make_user("ann", grants={(KEY, "view"): "own"}))
    assert own.get(f"{LIST}choose/?q=蓝屿").json() == []
    assert signed_in(make_user("eve")).get(f"{LIST}choose/").status_code == 403


def test_colleagues_can_be_chosen_without_a_grant(signed_in: Any, boss: Any) -> None:
    found = signed_in(make_user("ann")).get("/identity/user/choose/?q=陆知").json()
    assert [one["text"] for one in found] == ["陆知行"]


@pytest.mark.requirement("INT-017")
def test_search_page_and_palette(browser: Any, signed_in: Any, customer: Any) -> None:
    for typed in ("蓝屿", "hdly", "landao"[:3]):
        html = browser.get("/palette/", {"q": typed}, **htmx("zk-palette-list")).content.decode()
        if typed != "lan":
            assert customer.name in html, typed
    assert customer.name in browser.get("/search/?q=蓝屿").content.decode()
    own = signed_in(make_user("ann", grants={(KEY, "view"): "own"}))
    assert customer.name not in own.get("/search/?q=蓝屿").content.decode()
    commands = browser.get("/palette/", {"q": ">新建"}).content.decode()
    assert f"{LIST}new/" in commands
    for typed in ("制度", "zhidu", "zdzx", "zx", "ZhongXin"):
        assert 'href="/rulebook/"' in browser.get("/palette/", {"q": typed}).content.decode(), typed
    assert 'href="/rulebook/"' not in browser.get("/palette/", {"q": "hidu"}).content.decode()
    people = browser.get("/palette/", {"q": "@蓝屿"}).content.decode()
    assert f'href="{LIST}{customer.pk}/"' not in people


def test_notices(browser: Any, boss: Any) -> None:
    by = SYSTEM(reason="test")
    with recorded(by, "test"):
        notice = store(Notice(user=boss, title="待您审批", url="/customers/customer/"), by=by)
    first = browser.get("/notices/")
    assert "待您审批" in first.content.decode()
    same = browser.get("/notices/", **htmx("main"), HTTP_IF_NONE_MATCH=first["ETag"])
    assert same.status_code == 304
    answer = browser.post("/notices/read/", {"id": notice.pk, "next": notice.url})
    assert answer["Location"] == notice.url
    assert Notice.unscoped.get(pk=notice.pk).read_at is not None
    away = browser.post("/notices/read/", {"next": "https://example.org/"})
    assert away["Location"] == "/notices/"


def test_theme_and_language(browser: Any, boss: Any) -> None:
    browser.post("/me/theme/", {"theme": "dark", "next": LIST})
    assert 'data-bs-theme="dark"' in browser.get(LIST).content.decode()
    assert browser.post("/me/theme/", {"theme": "pink"}).status_code == 422
    answer = browser.post("/me/language/", {"language": "en", "next": LIST})
    assert answer.cookies["django_language"].value == "en"
    assert 'lang="en"' in browser.get(LIST).content.decode()


def test_menu_has_only_what_may_be_used(signed_in: Any) -> None:
    html = signed_in(make_user("ann", grants={(KEY, "view"): "own"})).get(LIST).content.decode()
    assert f'href="{LIST}"' in html
    assert 'href="/sales/order/"' not in html
    assert f'href="{LIST}new/"' not in html


def test_error_pages(browser: Any) -> None:
    for url in ("/nosuch/", "/no/such/", "/customers/nosuch/"):
        answer = browser.get(url)
        assert answer.status_code == 404, url
        assert "没有找到" in answer.content.decode()
    fragment = browser.get("/customers/nosuch/", **htmx("main"))
    assert fragment["Content-Type"].startswith("text/plain")


def test_healthz_tells_each_part(client: Any, caplog: pytest.LogCaptureFixture) -> None:
    cache.clear()
    answer = client.get("/healthz")
    logging.getLogger("django.request").error("another 503")
    assert caplog.messages == ["another 503"]
    body = answer.json()
    assert body["database"] == "ok"
    assert body["migrations"] == "ok"
    assert body["worker"] == "never seen"
    assert answer.status_code == 503
    from django.utils import timezone

    from zhike.kernel.models import WorkerBeat

    WorkerBeat.objects.create(pk=1, seen_at=timezone.now())
    assert client.get("/healthz").status_code == 200


def test_a_record_without_a_form_of_its_own_offers_its_actions(browser, boss):
    care = make("loyalty.careitem", owner=boss)
    html = browser.get(f"/loyalty/careitem/{care.pk}/").content.decode()
    assert f"/loyalty/careitem/{care.pk}/complete-care/" in html
    assert f"/loyalty/careitem/{care.pk}/edit/" not in html
