"""Short ways to make rows in tests, through the real actions."""

import datetime as dt
from decimal import Decimal

from zhike.customers.actions import create_customer
from zhike.customers.models import Customer
from zhike.sales.actions import create_order
from zhike.sales.models import Order


def customer(by, name="华东蓝屿化工有限公司", **values) -> Customer:
    return create_customer(Customer, {"name": name, **values}, by=by)


def order(by, row, amount, on: dt.date, **values) -> Order:
    given = {"customer": row.pk, "amount": Decimal(amount), "ordered_on": on, **values}
    return create_order(Order, given, by=by)
