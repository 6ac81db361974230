"""Create, read, list, change, archive through the API: one story for each rule of the protocol."""

import pytest

from tests.api.client import Api
from tests.factories import make, make_user, valid_values

pytestmark = pytest.mark.django_db
ALL = {("*", "*"): "all"}


@pytest.fixture
def api():
    return Api(make_user("boss", grants=ALL, unit=make("identity.orgunit")))


def test_a_record_lives_through_the_api(api):
    made = api.post(
        "customers/customer/", {"name": "杭州临安电缆有限公司", "phone": "0571-88886666"}
    )
    assert made.status_code == 201, made.content
    url, tag = made["Location"], made["ETag"]
    assert tag == 'W/"1"'
    read = api.get(url)
    assert read.json()["name"] == "杭州临安电缆有限公司"
    assert read.json() == made.json()
    changed = api.patch(url, {"short_name": "临安电缆"}, if_match=tag)
    assert changed.status_code == 200
    assert (changed.json()["short_name"], changed["ETag"]) == ("临安电缆", 'W/"2"')
    assert api.delete(url, if_match='W/"2"').status_code == 204
    assert api.get("customers/customer/").json()["items"] == []
    assert len(api.get("customers/customer/?archived=1").json()["items"]) == 1
    restored = api.post(f"{url}restore/")
    assert restored.status_code == 200
    assert restored.json()["archived_at"] is None


def test_a_stale_change_is_refused_with_both_values(api):
    row = make("customers.customer", industry="纺织")
    url = f"customers/customer/{row.pk}/"
    api.patch(url, {"industry": "电缆"}, if_match='W/"1"')
    late = api.patch(url, {"industry": "食品"}, if_match='W/"1"')
    assert late.status_code == 412
    assert late["Content-Type"] == "application/problem+json"
    assert late.json()["differences"] == [
        {"field": "industry", "stored": "电缆", "submitted": "食品"}
    ]
    assert api.patch(url, {"industry": "食品"}).status_code == 428
    assert api.patch(url, {"industry": "食品"}, if_match="*").status_code == 200
    assert api.patch(url, {"industry": "食品"}, if_match="3").status_code == 400


def test_a_list_is_filtered_sorted_and_walked_by_cursor(api):
    for amount in range(1, 8):
        make("sales.order", amount=f"{amount}00.00", status="shipped" if amount % 2 else "placed")
    seen, after = [], ""
    while True:
        page = api.get(f"sales/order/?per_page=2&sort=-amount&columns=amount&after={after}").json()
        seen += [row["amount"] for row in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == [f"{n}00.00" for n in range(7, 0, -1)]
    some = api.get("sales/order/?status=shipped&amount__gte=300").json()["items"]
    assert {row["status"] for row in some} == {"shipped"}
    assert len(some) == 3


def test_links_are_read_as_id_and_name_and_written_as_id(api):
    customer = make("customers.customer", name="宁波江东食品有限公司")
    made = api.post("sales/order/", valid_values("sales.order", customer=customer))
    assert made.json()["customer"] == {"id": customer.pk, "name": "宁波江东食品有限公司"}
    for wrong in (True, 1.5, "x", {"id": 1}, 2**70, 999_999_999):
        found = api.patch(made["Location"], {"customer": wrong}, if_match="*")
        assert found.status_code == 422, wrong
        assert found.json()["errors"][0]["pointer"] == "/customer"


def test_search_answers_hits_in_scope(api):
    row = make("customers.customer", name="上海蓝屿仪器有限公司")
    hits = api.get("search?q=蓝屿").json()["items"]
    assert [(h["resource"], h["id"]) for h in hits] == [("customers.customer", row.pk)]
    assert api.get(hits[0]["href"]).status_code == 200
    assert api.get("search").status_code == 400
    nobody = Api(make_user("nobody"))
    assert nobody.get("search?q=蓝屿").json()["items"] == []


def test_an_action_answers_the_record_as_it_stands_after(api):
    todo = make("interactions.todo")
    done = api.post(f"interactions/todo/{todo.pk}/complete-todo/", {"result": "已联系"})
    assert done.status_code == 200, done.content
    assert done.json()["item"]["status"] == "done"
    assert done["ETag"] == f'W/"{done.json()["item"]["version"]}"'
    again = api.post(f"interactions/todo/{todo.pk}/complete-todo/", {"result": "已联系"})
    assert again.status_code == 409


def test_a_set_action_reaches_what_is_in_scope(api):
    ann = make_user("ann", grants={("interactions.todo", "view"): "own"})
    todos = [make("interactions.todo") for _ in range(2)]
    ids = [todo.pk for todo in todos]
    done = api.post("interactions/todo/reassign-todos/", {"ids": [*ids, 10**9], "owner": ann.pk})
    assert done.status_code == 200, done.content
    assert done.json()["count"] == 2
    wrong = api.post("interactions/todo/reassign-todos/", {"ids": ["x"], "owner": ann.pk})
    assert wrong.json()["errors"][0]["field"] == "ids"


def test_the_index_tells_rights(api):
    found = api.get("").json()["resources"]
    assert "archive" in next(r for r in found if r["key"] == "sales.order")["rights"]


def test_a_list_costs_one_query_of_its_own(api, django_assert_num_queries):
    for _ in range(3):
        make("sales.order")
    api.get("sales/order/")
    with django_assert_num_queries(2):  # the token and the page; rights are remembered
        assert len(api.get("sales/order/").json()["items"]) == 3
    row = make("sales.order")
    with django_assert_num_queries(2):
        api.get(f"sales/order/{row.pk}/")


def test_a_unit_filter_reaches_the_units_below(api):
    north, shop = make("identity.orgunit"), make("identity.orgunit")
    make("identity.orgplacement", unit=shop, parent=north)
    row = make("sales.order", unit=shop)
    make("sales.order")
    found = api.get(f"sales/order/?unit__under={north.pk}").json()["items"]
    assert [item["id"] for item in found] == [row.pk]
    assert api.get("sales/order/?unit__under=x").status_code == 400
