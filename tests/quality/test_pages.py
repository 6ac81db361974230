"""The pages of data quality: what they show, to whom, and with how many statements."""

import pytest
from django.test import Client

from tests.factories import BY_TEST, make, make_user
from zhike.quality import actions
from zhike.quality.models import CustomerScore, Filing

pytestmark = pytest.mark.django_db
ADDRESSES = ("overview", "gaps", "campaigns", "dictionary", "governance", "codes", "inbox")


@pytest.fixture
def client():
    browser = Client(HTTP_HOST="localhost")
    browser.force_login(make_user("boss", grants={("*", "*"): "all"}))
    return browser


@pytest.mark.parametrize("name", ADDRESSES)
def test_every_page_answers_empty_and_filled_and_asks_for_sign_in(client, name):
    assert client.get(f"/quality/{name}/").status_code == 200
    make("customers.person")
    make("quality.submission")
    make("quality.updaterequest")
    make("quality.campaign")
    actions.score()
    assert client.get(f"/quality/{name}/").status_code == 200
    assert client.get(f"/quality/{name}/", headers={"Accept-Language": "en"}).status_code == 200
    assert Client(HTTP_HOST="localhost").get(f"/quality/{name}/").status_code == 302
    nobody = Client(HTTP_HOST="localhost")
    nobody.force_login(make_user(f"nobody-{name}"))
    if name != "inbox":
        assert nobody.get(f"/quality/{name}/").status_code == 403


@pytest.mark.requirement("DAT-019", "DAT-010")
def test_the_worklist_confirms_sorts_and_files_the_chosen(client):
    rows = [make("customers.customer") for _n in range(3)]
    actions.score()
    page = client.get("/quality/gaps/?show=unsorted").content.decode()
    assert all(row.name in page for row in rows)
    ids = {"id": [rows[0].pk, rows[1].pk]}
    for step in ("confirm", "sort", "file"):
        assert client.post(f"/quality/gaps/{step}/", ids).status_code == 302
    assert set(Filing.unscoped.filter(status="filed").values_list("customer_id", flat=True)) == {
        rows[0].pk, rows[1].pk}  # fmt: skip
    page = client.get("/quality/gaps/?show=unsorted").content.decode()
    assert rows[2].name in page
    assert rows[0].name not in page
    assert client.post("/quality/gaps/confirm/", {}).status_code == 302
    assert client.post("/quality/gaps/explode/", ids).status_code == 404


@pytest.mark.parametrize("query", ["show=nothing", "missing=shoe", "fault=x", "unit=a", "page=0", "page=x",
                                   "unit=" + "9" * 40])  # fmt: skip
def test_bad_queries_are_refused(client, query):
    assert client.get(f"/quality/gaps/?{query}").status_code == 400


def test_the_worklist_takes_the_same_statements_for_many_rows(
    client, django_assert_max_num_queries
):
    for _n in range(12):
        make("customers.customer")
    actions.score()
    client.get("/quality/gaps/?show=below")
    with django_assert_max_num_queries(22):
        client.get("/quality/gaps/?show=below")


def test_scores_of_others_stay_out_of_sight():
    mine = make_user("mine", grants={("*", "*"): "own"})
    row, other = make("customers.customer", owner=mine), make("customers.customer")
    actions.score()
    browser = Client(HTTP_HOST="localhost")
    browser.force_login(mine)
    page = browser.get("/quality/gaps/").content.decode()
    assert row.name in page
    assert other.name not in page
    assert browser.get(f"/quality/customer/{other.pk}/").status_code == 404
    assert browser.get(f"/quality/customer/{row.pk}/").status_code == 200
    browser.post("/quality/gaps/confirm/", {"id": [other.pk]})
    assert not CustomerScore.unscoped.get(customer=other).version > 1
    assert BY_TEST.is_system
