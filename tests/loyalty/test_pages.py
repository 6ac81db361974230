"""The hand-made pages through their doors: content, scope, bad input, number of statements."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import BY_TEST, make, make_user
from zhike.customers.models import Person
from zhike.loyalty.actions import begin_if_due, plan_care, score_relations


def browser(user) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    return client


def html_of(user, url, **headers):
    answer = browser(user).get(url, **headers)
    assert answer.status_code == 200, answer.content[:300]
    return answer.content.decode()


@pytest.mark.requirement("LOY-011", "LOY-013")
def test_the_care_page_says_who_is_greeted_and_who_is_left_out_and_why(world, agreed):
    Person.unscoped.filter(pk=world.person.pk).update(birthday=dt.date(1980, 3, 11))
    other = make("customers.person", customer=world.customer, name="沈知微", birthday="1985-03-20")
    plan_care(world.today, by=BY_TEST)
    html = html_of(world.ann, "/loyalty/")
    assert "祝您生日快乐" in html
    assert "待关怀" in html
    assert "联系人已同意接受关怀" in html
    assert f"/loyalty/consent/new/?person={other.pk}" in html
    assert "沈知微" not in html_of(world.ann, "/loyalty/?show=care")
    assert "周叙白" not in html_of(world.ann, "/loyalty/?show=leave")
    assert "周叙白" not in html_of(world.bob, "/loyalty/")
    assert "沈知微" not in html_of(world.ann, "/loyalty/?days=7&show=x")
    for odd in ("?days=abc", "?days=99999999999999999999", "?days=-1", "?show=%00"):
        html_of(world.ann, f"/loyalty/{odd}")
    stranger = make_user("eve", grants={("customers.customer", "view"): "all"})
    assert browser(stranger).get("/loyalty/").status_code == 403


def test_the_care_page_does_not_ask_more_for_more_people(world, agreed):
    def statements():
        client = browser(world.ann)
        client.get("/loyalty/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/loyalty/")
        return len(asked)

    Person.unscoped.filter(pk=world.person.pk).update(birthday=dt.date(1980, 3, 11))
    before = statements()
    for _n in range(8):
        make("customers.person", customer=world.customer, birthday="1985-03-20")
    assert statements() == before
    assert before <= 25


@pytest.mark.requirement("LOY-014")
def test_the_gift_report_of_a_year(world):
    person = make("customers.person", customer=world.customer, name="沈知微")
    make("loyalty.gift", customer=world.customer, person=person, owner=world.ann, value=600)
    html = html_of(world.ann, "/loyalty/gifts/")
    assert "沈知微" in html
    assert "600" in html
    assert "沈知微" not in html_of(world.bob, "/loyalty/gifts/?year=2026")
    html_of(world.ann, "/loyalty/gifts/?year=0")
    html_of(world.ann, "/loyalty/gifts/?year=99999999999")


@pytest.mark.requirement("LOY-016", "LOY-018", "LOY-023")
def test_the_relation_stands_on_the_customers_page(world):
    url = f"/customers/customer/{world.customer.pk}/"
    begin_if_due(world.customer.pk, "ordered", first_order=True, by=BY_TEST)
    make("interactions.interaction", customer=world.customer, owner=world.ann)
    make("loyalty.driverrecord", customer=world.customer, owner=world.ann)
    score_relations(world.today, by=BY_TEST)
    assert f'hx-get="{url}relation/"' in html_of(world.ann, url)
    html = html_of(world.ann, f"{url}relation/")
    assert "关系健康度" in html
    assert "满意度：暂无数据，不计入" in html
    assert "首次拜访" in html
    assert "0/7" in html
    assert "近一年履约" in html
    part = html_of(world.ann, f"{url}relation/", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="relation")
    assert part.lstrip().startswith('<div id="relation">')
    assert browser(world.bob).get(f"{url}relation/").status_code == 404


@pytest.mark.requirement("LOY-024")
def test_a_note_is_masked_on_its_page_and_leaves_no_words_in_lists_or_search(world):
    note = make("loyalty.note", person=world.person, owner=world.ann, text="忌讳谈上市失败",
                level="sensitive", customer=world.customer)  # fmt: skip
    for url in (f"/loyalty/note/{note.pk}/", "/loyalty/note/", "/search/?q=上市失败",
                f"/api/v1/loyalty/note/{note.pk}/"):  # fmt: skip
        answer = browser(world.ann).get(url)
        assert "上市失败" not in answer.content.decode().replace('value="上市失败"', "").replace(
            "“上市失败”", ""
        ), url
