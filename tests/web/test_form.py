"""Create and edit: rights, errors at the field, masks, conflicts, repetitions."""

from typing import Any

import pytest

from tests.factories import make, make_user
from tests.web.conftest import KEY, LIST, htmx, submitted
from zhike.customers.models import Customer, Person


def page(browser: Any, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200, answer.content.decode()[-500:]
    return str(answer.content.decode())


def test_create_without_script(browser: Any, boss: Any) -> None:
    form = submitted(page(browser, f"{LIST}new/"), name="江苏澄泰新材料股份有限公司")
    answer = browser.post(f"{LIST}new/", form)
    row = Customer.unscoped.get()
    assert answer["Location"] == f"{LIST}{row.pk}/"
    assert row.name == "江苏澄泰新材料股份有限公司"
    assert row.owner_id == boss.pk
    assert "已新建客户" in page(browser, LIST)


def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(browser: Any) -> None:
    form = submitted(
        page(browser, f"{LIST}new/"), name="", credit_code="123", address="江阴大道 1 号"
    )
    answer = browser.post(f"{LIST}new/", form)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_name-error"' in html
    assert 'id="id_credit_code-error"' in html
    assert "江阴大道 1 号" in html
    assert not Customer.unscoped.exists()


@pytest.mark.parametrize("text", ["x" * 5000, "\x00", "a\ud800"[:1] + "\ufffe", "😀" * 300])
def test_hostile_text_is_refused_or_kept_but_never_a_fault(browser: Any, text: str) -> None:
    form = submitted(page(browser, f"{LIST}new/"), name="甲公司", address=text)
    assert browser.post(f"{LIST}new/", form).status_code in {302, 422}


def test_a_submit_that_arrives_twice_makes_one_record(browser: Any) -> None:
    form = submitted(page(browser, f"{LIST}new/"), name="甲公司")
    first, second = (browser.post(f"{LIST}new/", form) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Customer.unscoped.count() == 1
    other = browser.post(f"{LIST}new/", {**form, "name": "乙公司"})
    assert other.status_code == 409
    assert Customer.unscoped.count() == 1


def test_a_refused_submit_may_be_corrected_with_the_same_key(browser: Any) -> None:
    form = submitted(page(browser, f"{LIST}new/"), name="")
    assert browser.post(f"{LIST}new/", form).status_code == 422
    assert browser.post(f"{LIST}new/", {**form, "name": "甲公司"}).status_code == 302


def test_edit_changes_only_what_was_typed(browser: Any, customer: Any) -> None:
    url = f"{LIST}{customer.pk}/edit/"
    form = submitted(page(browser, url), industry="涂料")
    assert browser.post(url, form)["Location"] == f"{LIST}{customer.pk}/"
    fresh = Customer.unscoped.get(pk=customer.pk)
    assert (fresh.industry, fresh.name, fresh.version) == (
        "涂料",
        customer.name,
        customer.version + 1,
    )


def test_a_mask_left_alone_keeps_the_value(browser: Any, boss: Any) -> None:
    person = make("customers.person", owner=boss, mobile="13912345678")
    url = f"/customers/person/{person.pk}/edit/"
    form = submitted(page(browser, url), title="采购经理")
    assert form["mobile"] == "139****5678"
    assert browser.post(url, form).status_code == 302
    assert Person.unscoped.get(pk=person.pk).mobile == "13912345678"
    form = submitted(page(browser, url), mobile="13800001111")
    browser.post(url, form)
    assert Person.unscoped.get(pk=person.pk).mobile == "13800001111"


def test_hidden_field_is_absent_and_refused_and_readonly_is_text(signed_in: Any) -> None:
    user = make_user(
        "ann", grants={(KEY, "*"): "all"},
        fields={(KEY, "address"): "hidden", (KEY, "industry"): "readonly"},
    )  # fmt: skip
    row = make(KEY, owner=user, address="密址", industry="涂料")
    ann = signed_in(user)
    url = f"{LIST}{row.pk}/edit/"
    html = page(ann, url)
    assert "密址" not in html
    assert 'name="industry"' not in html
    assert "涂料" in html
    ann.post(url, {**submitted(html), "address": "新址", "industry": "日化"})
    fresh = Customer.unscoped.get(pk=row.pk)
    assert (fresh.address, fresh.industry) == ("密址", "涂料")


def test_conflict_shows_both_values_and_keeps_what_i_did_not_touch(
    browser: Any, customer: Any
) -> None:
    url = f"{LIST}{customer.pk}/edit/"
    mine = submitted(page(browser, url), industry="涂料")
    theirs = submitted(page(browser, url), industry="日化", address="新地址")
    assert browser.post(url, theirs).status_code == 302
    answer = browser.post(url, mine)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "并发冲突" in html
    assert "涂料" in html
    assert "日化" in html
    assert "新地址" not in html[html.index("data-conflict") : html.index("</table>")]
    kept = {**submitted(html), "version": str(customer.version + 1)}
    assert browser.post(url, kept).status_code == 302
    fresh = Customer.unscoped.get(pk=customer.pk)
    assert (fresh.industry, fresh.address) == ("涂料", "新地址")


def test_who_may_only_look_gets_no_form(signed_in: Any, boss: Any, customer: Any) -> None:
    reader = signed_in(make_user("ann", grants={(KEY, "view"): "all"}))
    assert reader.get(f"{LIST}{customer.pk}/edit/").status_code == 403
    assert reader.get(f"{LIST}new/").status_code == 403
    assert (
        "edit/" not in reader.get(f"{LIST}{customer.pk}/?peek=1", **htmx("drawer")).content.decode()
    )
    owner = signed_in(make_user("eve", grants={(KEY, "view"): "own", (KEY, "change"): "own"}))
    assert owner.get(f"{LIST}{customer.pk}/edit/").status_code == 404


def test_quick_create_in_the_drawer(browser: Any, customer: Any) -> None:
    url = f"/customers/person/new/?customer={customer.pk}"
    html = browser.get(url, **htmx("drawer")).content.decode()
    assert "zk-drawer" in html
    assert f'<option value="{customer.pk}" selected' in html
    bad = browser.post("/customers/person/new/", {"name": ""}, **htmx("drawer"))
    assert bad.status_code == 422
    done = browser.post(
        "/customers/person/new/", {"name": "顾明远", "customer": customer.pk}, **htmx("drawer")
    )
    assert done.status_code == 204
    assert done["HX-Redirect"].startswith("/customers/person/")


def test_edit_of_one_field_in_place(browser: Any, customer: Any) -> None:
    url = f"{LIST}{customer.pk}/edit/industry/"
    html = browser.get(url, **htmx("fact-industry")).content.decode()
    assert 'name="industry"' in html
    assert 'name="address"' not in html
    sent = {"industry": "涂料", "was-industry": customer.industry, "version": customer.version}
    answer = browser.post(url, sent, **htmx("fact-industry"))
    assert "涂料" in answer.content.decode()
    again = browser.post(url, {**sent, "industry": "日化"}, **htmx("fact-industry"))
    assert again.status_code == 409
    assert "涂料" in again.content.decode()
    assert browser.get(f"{LIST}{customer.pk}/edit/search_tsv/").status_code == 404
    plain = browser.get(url)
    assert "<html" in plain.content.decode()


def test_a_form_without_version_is_refused(browser: Any, customer: Any) -> None:
    answer = browser.post(f"{LIST}{customer.pk}/edit/", {"industry": "涂料"})
    assert answer.status_code == 422
