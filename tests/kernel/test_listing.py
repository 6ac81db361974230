"""Lists on large tables: pages by cursor start where they should and read no more than they show."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import actor as acting
from tests.factories import make, make_user
from tests.kernel.test_scope import multiply
from tests.kernel.world import ALL, OWN, actor, make_world, order
from zhike.customers.models import Customer
from zhike.kernel.listing import Listing
from zhike.kernel.registry import registry
from zhike.sales.models import Order

pytestmark = pytest.mark.django_db
MANY = 20_000


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def imported(world):
    """20,000 customers of one moment, and a newer import of 5,000 that was taken back."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE customers_customer DISABLE TRIGGER USER")
        multiply(cursor, Customer, world.cheng, MANY, code="'P-' || i",
                 annual_spend="i %% 7", last_contact_at="CASE WHEN i %% 2 = 0 THEN now() END")  # fmt: skip
        multiply(cursor, Customer, world.cheng, 5_000, code="'U-' || i",
                 updated_at="now() + interval '1 day'", archived_at="now()")  # fmt: skip
        cursor.execute("ANALYZE customers_customer")
    return world


def listing(by, **query):
    return Listing(registry.resource(Customer), by, query)


def measured(page):
    """Return the plan of the page's one query and how many rows it threw away."""
    with CaptureQueriesContext(connection) as asked:
        assert len(page.page_rows) == page.size
    assert len(asked) == 1
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE) " + asked[0]["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    return plan, sum(map(int, re.findall(r"Rows Removed by Filter: (\d+)", plan)))


def cursor_of(by, page, **query):
    """Return the cursor at the end of a page by number."""
    return listing(by, page=str(page), **query).next_cursor


def test_first_and_deep_page_walk_the_index_from_their_start(imported):
    by = actor(imported.lu, ALL)
    plan, removed = measured(listing(by))
    assert "customers_customer_live" in plan, plan
    assert removed == 0, plan
    deep = cursor_of(by, 20)
    plan, removed = measured(listing(by, after=deep))
    assert "ROW(updated_at, id)" in re.sub(r"customers_customer\.", "", plan), plan
    assert removed == 0, plan


@pytest.mark.parametrize("sort", ["-updated_at", "last_contact_at", "-last_contact_at", "-id"])
def test_pages_by_cursor_show_every_row_once(world, sort):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE customers_customer DISABLE TRIGGER USER")
        multiply(cursor, Customer, world.cheng, 90, code="'P-' || i",
                 last_contact_at="CASE WHEN i %% 3 > 0 THEN now() + i / 9 * interval '1 h' END")  # fmt: skip
    by, seen = actor(world.lu, ALL), []
    page = listing(by, sort=sort, per_page="20")
    while page.next_cursor:
        seen += [row["id"] for row in page.page_rows]
        page = listing(by, sort=sort, per_page="20", after=page.next_cursor)
    seen += [row["id"] for row in page.page_rows]
    order = [sort, "-id" if sort.startswith("-") else "id"]
    expected = Customer.objects.visible_to(by).order_by(*order).values_list("id", flat=True)
    assert seen == list(expected)


def test_quiet_finds_what_was_long_ago_and_what_never_was():
    now = timezone.now()
    old = make("customers.customer", last_contact_at=now - timedelta(days=40))
    never = make("customers.customer")
    make("customers.customer", last_contact_at=now - timedelta(days=3))
    by = acting(make_user("reader", grants={("*", "*"): "all"}))
    rows = listing(by, last_contact_at__quiet="-30d").filtered
    assert set(rows.values_list("pk", flat=True)) == {old.pk, never.pk}


def test_the_list_of_a_seller_reads_what_hangs_on_his_customers_and_no_more(imported):
    """In order of date it would pass all the newer orders of everybody else first."""
    orders = 60_000
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE sales_order DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE identity_user DISABLE TRIGGER USER")
        multiply(cursor, type(imported.han), imported.han, 60, username="'u' || i")
        parcel = order("P", imported.cheng, imported.han, imported.west)
        multiply(cursor, Order, parcel, orders, number="'P-' || i",
                 customer_id=f"{imported.cheng.pk} + i %% {MANY}",
                 owner_id=f"{imported.han.pk} + i %% 60",
                 ordered_on="DATE '2026-01-01' + i %% 300")  # fmt: skip
        # Few statistics, so that the planner takes the seller for one with many orders.
        cursor.execute("ALTER TABLE sales_order ALTER owner_id SET STATISTICS 5")
        old = order("O", imported.lan, imported.han, imported.west)
        multiply(cursor, Order, old, 70, number="'O-' || i", ordered_on="DATE '2020-01-01' + i")
        cursor.execute("ANALYZE sales_order")
    seller = actor(imported.lu, OWN)
    page = Listing(registry.resource(Order), seller, {})
    plan, removed = measured(page)
    assert removed < 100, plan
    assert {row["customer"] for row in page.page_rows} == {imported.lan.pk}
    days = [row["ordered_on"] for row in page.page_rows]
    assert days == sorted(days, reverse=True)
    assert Listing(registry.resource(Order), seller, {"after": page.next_cursor}).page_rows
