"""The key figures: computed once for a day, shown to those whose scope is the company."""

import pytest

from tests.factories import make, make_user
from zhike.kernel.metric_store import compute, readings
from zhike.kernel.models import MetricValue

pytestmark = pytest.mark.django_db


def test_values_are_kept_once_for_a_day():
    make("customers.customer", lifecycle="customer")
    first = compute()
    assert first == MetricValue.objects.count() > 0
    assert compute() == first == MetricValue.objects.count()
    assert readings(["customers.active"])[0].value == 1


def test_a_metric_that_was_never_computed_is_left_out():
    assert readings(["customers.active"]) == []


def test_the_page_shows_value_definition_and_records(client):
    client.force_login(make_user("chief", grants={("*", "view"): "all"}))
    empty = client.get("/metrics/", HTTP_HOST="localhost").content.decode()
    assert "还没有数值" in empty
    make("customers.customer", lifecycle="customer")
    compute()
    html = client.get("/metrics/", HTTP_HOST="localhost").content.decode()
    assert "近 12 月销售额" in html
    assert "近 12 个月未取消订单的金额合计" in html
    assert "/sales/order/?" in html


def test_company_numbers_are_not_for_everybody(client):
    client.force_login(make_user("seller", grants={("*", "view"): "own"}))
    assert client.get("/metrics/", HTTP_HOST="localhost").status_code == 403
