"""What grading did, by grade, before and after (SEG-033)."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.factories import actor, make, make_user
from zhike.customers.models import Customer
from zhike.kernel.models import PolicyVersion
from zhike.kernel.registry import registry
from zhike.loyalty.queries.grading_effect import effect

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("SEG-033")]
ALL = {("*", "*"): "all"}
DAYS = 90


def day(offset):
    """So many days from the day of comparison, which lies a hundred days back."""
    return timezone.localdate() - dt.timedelta(days=100) + dt.timedelta(days=offset)


def graded(grade, owner=None, **values):
    row = make("customers.customer", **({"owner": owner} if owner else {}), **values)
    make("customers.gradeassessment", customer=row, scheme="customers.grade", grade=grade,
         valid_from=day(-5), valid_to=None)  # fmt: skip
    return row


def order(customer, offset, amount, **values):
    make("sales.order", customer=customer, ordered_on=day(offset), amount=Decimal(amount), **values)


def talk(customer, offset, minutes=None):
    at = timezone.make_aware(dt.datetime.combine(day(offset), dt.time(10)))
    make("interactions.interaction", customer=customer, occurred_at=at, minutes=minutes)


@pytest.fixture
def company():
    """Two VIP customers, one of which came back, and a silver one that left."""
    first, second, third = graded("vip"), graded("vip"), graded("silver")
    order(first, -120, 100)
    order(first, -30, 1000)
    order(first, 0, 2000)
    order(first, 89, 400)
    order(first, 90, 9999)  # after the span
    order(first, 10, 7777, status="cancelled")
    order(second, -120, 50)
    order(second, 5, 600)
    order(third, -10, 300)
    talk(first, -1, 30)
    talk(first, 0, 20)
    talk(second, 1, 40)
    talk(second, 91, 40)
    make("loyalty.gift", customer=second, given_on=day(3), value=Decimal(180), status="given")
    make("loyalty.gift", customer=second, given_on=day(3), value=Decimal(999), status="rejected")
    case = make("loyalty.winbackcase", customer=third)
    type(case).unscoped.filter(pk=case.pk).update(started_on=day(20), cost=Decimal(70))
    return first, second, third


@pytest.fixture
def reader():
    return make_user("reader", grants=ALL)


def test_figures_by_grade_before_and_after(company, reader):
    found = effect(actor(reader), day(0), DAYS)
    assert (found.on, found.days) == (day(0), DAYS)
    vip, silver = found.lines
    assert (vip.grade, vip.customers, silver.grade, silver.customers) == ("vip", 2, "silver", 1)
    assert (vip.revenue.before, vip.revenue.after) == (Decimal(500), Decimal(1500))
    assert vip.revenue.change == 2
    # Of two who bought in the span before, one bought again; of that one, all bought again after.
    assert (vip.retention.before, vip.retention.after) == (Decimal("50.0"), Decimal("100.0"))
    assert (silver.retention.before, silver.retention.after) == (None, Decimal("0.0"))
    assert (vip.contacts.before, vip.contacts.after) == (Decimal("0.50"), Decimal("1.00"))
    assert (vip.minutes.before, vip.minutes.after) == (Decimal(15), Decimal(30))
    assert (vip.cost.before, vip.cost.after) == (Decimal(0), Decimal(90))
    assert silver.cost.after == Decimal(70)
    assert vip.satisfaction.before is vip.satisfaction.after is None


def rate(customer, offset, score, **values):
    make("surveys.satisfaction", customer=customer, rated_on=day(offset), score=score, **values)


def test_satisfaction_before_and_after_with_its_sample(company, reader):
    first, second, third = company
    for offset, score in ((-90, 60), (-1, 80), (0, 100), (89, 90)):
        rate(first, offset, score)
    for offset, score in ((-91, 0), (90, 0), (5, 75)):
        rate(second, offset, score)
    rate(third, -10, 20)
    vip, silver = effect(actor(reader), day(0), DAYS).lines
    # Each customer counts once: the first with 95, the second with 75.
    assert (vip.satisfaction.before, vip.satisfaction.after) == (Decimal("70.0"), Decimal("85.0"))
    assert (vip.rated.before, vip.rated.after) == (1, 2)
    assert (silver.satisfaction.before, silver.satisfaction.after) == (Decimal("20.0"), None)
    client = Client(HTTP_HOST="localhost")
    client.force_login(reader)
    html = client.get(f"/segments/effect/?days=90&on={day(0)}").content.decode()
    assert "70 → 85" in html
    answer = client.get(f"/segments/effect/?days=90&on={day(0)}&format=csv")
    assert "70.0,85.0,1,2" in answer.content.decode()


def test_ratings_that_the_reader_may_not_see_do_not_count(company):
    first = company[0]
    seller = make_user("seller", grants={("*", "*"): "all", ("surveys.satisfaction", "*"): "own"})
    blind = make_user("blind", grants={
        (key, "view"): "all" for key in ("customers.gradeassessment", "customers.customer",
                                         "sales.order", "interactions.interaction")
    })  # fmt: skip
    rate(first, 3, 40)
    rate(first, 4, 90, owner=seller)
    assert effect(actor(blind), day(0), DAYS).lines[0].satisfaction.after is None
    assert effect(actor(seller), day(0), DAYS).lines[0].satisfaction.after == 90


def test_both_spans_are_cut_to_the_days_that_have_passed(company, reader):
    found = effect(actor(reader), timezone.localdate(), 365)
    assert found.days == 1


def test_a_reader_compares_own_customers_and_cleared_ones_only(company, reader):
    own = make_user("own", grants={("*", "*"): "own"})
    mine = graded("vip", owner=own)
    make("sales.order", customer=mine, owner=own, ordered_on=day(1), amount=Decimal(10))
    found = effect(actor(own), day(0), DAYS)
    assert [(line.customers, line.revenue.after) for line in found.lines] == [(1, Decimal(10))]
    Customer.unscoped.filter(pk=company[0].pk).update(confidentiality="secret")
    cache.clear()
    vip = effect(actor(reader), day(0), DAYS).lines[0]
    assert (vip.customers, vip.revenue.after) == (2, Decimal(305))  # the second and the own one


def test_the_page_starts_at_the_newest_version_and_gives_a_sheet(company, reader):
    params = registry.policies["customers.grade"].default().model_dump(mode="json")
    make("kernel.policyversion", policy_id="customers.grade", params=params,
         status=PolicyVersion.Status.APPROVED, effective_on=day(0))  # fmt: skip
    client = Client(HTTP_HOST="localhost")
    client.force_login(reader)
    html = client.get("/segments/effect/?days=90").content.decode()
    assert day(0).isoformat() in html
    assert "500 → 1,500" in html
    assert "暂无数据" in html
    answer = client.get(f"/segments/effect/?days=90&on={day(0)}&format=csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][:4] == ["VIP", "2", "500.00", "1500.00"] or rows[1][1:4] == [
        "2",
        "500.00",
        "1500.00",
    ]
    assert rows[1][-4:] == ["暂无数据", "暂无数据", "0", "0"]
    assert len({len(row) for row in rows}) == 1


@pytest.mark.usefixtures("company")
def test_a_rule_older_than_the_first_grading_starts_at_that(reader):
    params = registry.policies["customers.grade"].default().model_dump(mode="json")
    make("kernel.policyversion", policy_id="customers.grade", params=params,
         status=PolicyVersion.Status.APPROVED, effective_on=day(-300))  # fmt: skip
    client = Client(HTTP_HOST="localhost")
    client.force_login(reader)
    html = client.get("/segments/effect/?days=90").content.decode()
    assert f'value="{day(-5).isoformat()}"' in html
    assert "这一天还没有客户评过级" not in html


@pytest.mark.parametrize("query", ["on=x", "on=2999-01-01", "days=7", "days=x", "on=0001-01-01"])
def test_queries_that_make_no_sense_are_refused(reader, query):
    client = Client(HTTP_HOST="localhost")
    client.force_login(reader)
    assert client.get(f"/segments/effect/?{query}").status_code == 400


def test_rights(company):
    client = Client(HTTP_HOST="localhost")
    client.force_login(make_user("stranger"))
    assert client.get("/segments/effect/").status_code == 403
    hidden = make_user("hidden", grants=ALL, hidden=[("sales.order", "amount")])
    client.force_login(hidden)
    assert client.get("/segments/effect/").status_code == 403
    looking = {("*", "view"): "all"}
    client.force_login(make_user("looking", grants=looking))
    assert client.get("/segments/effect/").status_code == 200
    assert client.get("/segments/effect/?format=csv").status_code == 403
