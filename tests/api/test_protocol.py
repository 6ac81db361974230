"""Bad input, problem documents, languages, repeated requests."""

import threading

import pytest
from django.db import connection

from tests.api.client import Api
from tests.factories import make, make_user, model_of, valid_values
from zhike.api.authentication import limiter

BASE = "customers/customer/"
GOOD = {"name": "杭州临安电缆有限公司"}


@pytest.fixture
def api(db):
    return Api(make_user("boss", grants={("*", "*"): "all"}, unit=make("identity.orgunit")))


BAD_BODIES = [
    (b"{", 400),
    (b"[]", 400),
    (b'"x"', 400),
    (b"\xff\xfe", 400),
    (b'{"name": NaN}', 400),
    (b'{"name": 1' + b"0" * 5000 + b"}", 400),
    (b'{"name": "a", "name": "b"}', 400),
    (b'{"a":' * 30 + b"1" + b"}" * 30, 400),
    (b"[" * 100_000, 400),
    (b'{"name": "' + b"a" * 1024 * 1024 + b'"}', 413),
    (b'{"name": "a\\u0000b"}', 422),
    (b'{"name": "a\\ud800b"}', 422),
    (b'{"name": ["a"]}', 422),
    (b'{"name": {"a": 1}}', 422),
    (b'{"name": null}', 422),
    (b'{"name": true}', 422),
    (b'{"name": "a", "purchase_volume": "1e999"}', 422),
    (b'{"name": "a", "purchase_volume": 1e999}', 422),
    (b'{"name": "a", "since": "2026-02-30"}', 422),
    (b'{"name": "a", "owner": 99999999999999999999}', 422),
    (b"{}", 422),
]


@pytest.mark.parametrize(("body", "status"), BAD_BODIES, ids=range(len(BAD_BODIES)))
def test_a_bad_body_is_a_problem_document(api, body, status):
    found = api.post(BASE, body)
    assert found.status_code == status, found.content
    assert found["Content-Type"] == "application/problem+json"
    assert found.json()["status"] == status
    assert model_of("customers.customer").unscoped.count() == 0


BAD_QUERIES = [
    "per_page=0", "per_page=101", "per_page=x", "sort=nothing", "sort=name;--", "columns=nothing", "nothing=1",
    "after=x", "after=W1tbW1s", "page=2", "view=x", "peek=1", "archived=2", "grade=vip&grade=gold",
    "owner=x", "name=%00", "q=%00", "since__gte=2026-13-01",
    "last_contact_at__gte=x", "grade__contains=v", "grade__nothing=1", "password=1",
    "owner__password=x", "annual_spend__gte=1e999", "name=" + "a," * 5000,
]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_bad_query_is_400_and_says_why():
    api = Api(make_user("boss", grants={("*", "*"): "all"}))
    for query in BAD_QUERIES:
        found = api.get(f"{BASE}?{query}")
        assert found.status_code == 400, (query, found.status_code, found.content[:200])
        assert found.json()["detail"]
    for beyond in ("owner=9", "order_count__gte=9", "order_count=9", "amount=1"):
        assert api.get(f"{BASE}?{beyond}" + "9" * 20).status_code in {200, 400}, beyond


def test_wrong_addresses_and_methods(api):
    for path in (
        "nothing",
        "customers",
        "customers/nothing/",
        f"{BASE}x/y/z/",
        f"{BASE}1/nothing/",
    ):
        assert api.get(path).status_code == 404
        assert api.get(path)["Content-Type"] == "application/problem+json"
    for pk in ("0", str(2**63), "9" * 400):
        assert api.get(f"{BASE}{pk}/").status_code == 404
    put = api.call("PUT", f"{BASE}1/", {})
    assert (put.status_code, put["Allow"]) == (405, "DELETE, GET, HEAD, PATCH")
    assert api.post("customers/gradeassessment/", {}).status_code == 405
    sent = api._client.post(f"/api/v1/{BASE}", "name=x", "text/plain", headers=api.headers)
    assert sent.status_code == 415
    assert api.call("HEAD", BASE).status_code == 200


def test_a_problem_names_the_field_in_the_readers_language(api):
    body = {**GOOD, "phone": "12"}
    chinese = api.post(BASE, body).json()
    assert chinese["errors"][0]["pointer"] == "/phone"
    assert chinese["title"] == "内容需要修改"
    english = api.post(BASE, body, accept_language="en").json()
    assert english["type"] == chinese["type"] == "urn:zhike:problem:invalid"
    assert api.post(BASE, body, accept_language="xx").json()["title"] == chinese["title"]


def test_a_repeated_request_has_one_effect(api):
    first = api.post(BASE, GOOD, idempotency_key="k1")
    again = api.post(BASE, GOOD, idempotency_key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again["Idempotency-Replayed"] == "true"
    assert (again.json(), again["Location"], again["ETag"]) == (
        first.json(), first["Location"], first["ETag"],
    )  # fmt: skip
    other = api.post(BASE, {"name": "宁波江东食品有限公司"}, idempotency_key="k1")
    assert other.status_code == 422
    elsewhere = api.post("customers/tag/", {"name": "重点"}, idempotency_key="k1")
    assert elsewhere.status_code == 422
    assert model_of("customers.customer").unscoped.count() == 1
    for key in ("x" * 181, "é"):
        assert api.post(BASE, GOOD, idempotency_key=key).status_code == 400


def test_a_refused_request_may_be_repeated_with_the_same_key(api):
    wrong = api.post(BASE, {"name": ""}, idempotency_key="k2")
    assert wrong.status_code == 422
    assert api.post(BASE, GOOD, idempotency_key="k2").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_the_same_request_at_the_same_time_has_one_effect():
    api = Api(make_user("boss", grants={("*", "*"): "all"}))
    body = valid_values("customers.customer")
    count = model_of("customers.customer").unscoped.count()
    start, answers = threading.Barrier(4), []

    def send():
        start.wait()
        try:
            found = Api.post(_same(api), BASE, body, idempotency_key="k3")
            answers.append((found.status_code, found.json().get("id")))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    assert {status for status, _ in answers} <= {201, 409}
    assert len({pk for status, pk in answers if status == 201}) == 1
    assert model_of("customers.customer").unscoped.count() == count + 1


def _same(api):
    copy = Api(None)
    copy.headers = dict(api.headers)
    return copy


def test_too_many_requests_are_told_to_wait(api, settings):
    settings.API_REQUESTS_PER_MINUTE = 2
    limiter._windows.clear()
    assert [api.get("").status_code for _ in range(3)] == [200, 200, 429]
    assert 1 <= int(api.get("")["Retry-After"]) <= 60
