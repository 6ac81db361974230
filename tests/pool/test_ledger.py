"""The ownership ledger comes and goes with the customer, whatever writes the customer."""

import pytest
from django.db import connection

from tests.factories import make
from zhike.customers.models import Customer
from zhike.pool.models import Ownership

pytestmark = pytest.mark.django_db


def test_a_deleted_customer_takes_its_ledger_along_and_no_other():
    gone, kept = make("customers.customer"), make("customers.customer")
    assert Ownership.unscoped.filter(customer_id=gone.pk).count() == 1
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_customer WHERE id = %s", [gone.pk])
    assert not Customer.unscoped.filter(pk=gone.pk).exists()
    assert not Ownership.unscoped.filter(customer_id=gone.pk).exists()
    assert Ownership.unscoped.filter(customer_id=kept.pk).count() == 1
