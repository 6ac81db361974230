"""Orders and payments, and what follows for their customers."""

import datetime as dt
from decimal import Decimal

import pytest

from tests.customers import make
from zhike.customers.actions import run_grading
from zhike.customers.models import Customer, GradeAssessment
from zhike.kernel.errors import Conflict, Invalid, NotFound
from zhike.kernel.models import EventRow
from zhike.kernel.registry import registry
from zhike.sales.actions import (
    archive_order,
    archive_payment,
    cancel_order,
    create_payment,
    edit_order,
    edit_payment,
    record_payment,
    refresh_sales,
)
from zhike.sales.events import OrderBooked
from zhike.sales.handlers import grade_again
from zhike.sales.models import Order, Payment

TODAY = dt.date(2026, 3, 4)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def figures(row):
    row.refresh_from_db()
    return (row.annual_spend, row.receivable, row.order_count, row.last_order_on)


def test_order_is_numbered_counted_and_stands_on_the_timeline(by):
    row = make.customer(by)
    order = make.order(by, row, "241000.50", TODAY)
    assert order.number.startswith("SO-2026-")
    assert figures(row) == (Decimal("241000.50"), Decimal("241000.50"), 1, TODAY)
    event = EventRow.objects.get(name="sales.order_booked")
    assert (event.subject, event.subject_id) == ("customers.customer", row.pk)
    assert row.version == 1  # figures are no edit: nobody meets a conflict because of them


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amount": "1.234"}, "amount"),
        ({"amount": "9" * 20}, "amount"),
        ({"ordered_on": "昨天"}, "ordered_on"),
        ({"customer": 10**12}, "customer"),
        ({"status": "lost"}, "status"),
        ({"due_on": dt.date(2026, 3, 1)}, "due_on"),
        ({"paid": 5}, "paid"),
    ],
)
def test_bad_orders_are_refused_at_the_field(by, values, field):
    row = make.customer(by)
    given = {"customer": row.pk, "amount": 5, "ordered_on": TODAY, **values}
    with pytest.raises(Invalid) as caught:
        registry.resource(Order).create(Order, given, by=by)
    assert field in caught.value.fields
    assert not Order.unscoped.exists()


def test_number_is_unique(by):
    row = make.customer(by)
    make.order(by, row, 1, TODAY, number="SO-1")
    with pytest.raises(Invalid) as caught:
        make.order(by, row, 1, TODAY, number="SO-1")
    assert "number" in caught.value.fields


def test_payments_settle_orders_and_never_more_than_is_open(by):
    row = make.customer(by)
    order = make.order(by, row, 1000, TODAY)
    first = record_payment(order, by=by, amount=Decimal(600))
    order.refresh_from_db()
    assert (order.paid, figures(row)[1]) == (600, 400)
    with pytest.raises(Invalid) as caught:
        record_payment(order, by=by, amount=Decimal("400.01"))
    assert "400" in caught.value.fields["amount"][0]
    assert "预收" in caught.value.fields["amount"][0]
    create_payment(Payment, {"customer": row.pk, "amount": 100, "received_on": TODAY}, by=by)
    assert figures(row)[1] == 300
    edit_payment(Payment, first, {"amount": 1000}, by=by)
    assert figures(row)[1] == -100
    archive_payment(Payment, first, by=by)
    order.refresh_from_db()
    assert (order.paid, figures(row)[1]) == (0, 900)
    with pytest.raises(Invalid) as caught:
        create_payment(Payment, {"customer": row.pk, "amount": 0, "received_on": TODAY}, by=by)
    assert "amount" in caught.value.fields
    stranger = make.customer(by, "别的客户公司")
    with pytest.raises(Invalid) as caught:
        create_payment(
            Payment,
            {"customer": stranger.pk, "order": order.pk, "amount": 1, "received_on": TODAY},
            by=by,
        )
    assert "order" in caught.value.fields


def test_changing_and_cancelling_orders(by, seller):
    row, heir = make.customer(by), make.customer(by, "接手的客户公司")
    order = make.order(by, row, 1000, TODAY)
    edit_order(Order, order, {"amount": 1500}, by=by)
    assert figures(row)[0] == 1500
    edit_order(Order, order, {"customer": heir.pk}, by=by)
    assert (figures(row)[0], figures(heir)[0]) == (0, 1500)
    record_payment(order, by=by, amount=Decimal(500))
    for bad in ({"amount": 400}, {"customer": row.pk}):
        with pytest.raises(Invalid):
            edit_order(Order, order, bad, by=by)
    cancel_order(order, by=by, reason="撤单")
    assert figures(heir) == (0, -500, 0, None)
    for refused in (cancel_order, record_payment):
        with pytest.raises((Conflict, TypeError)):
            refused(order, by=by, **({"reason": "x"} if refused is cancel_order else {"amount": 1}))
    with pytest.raises(NotFound):
        edit_order(Order, order, {"amount": 1}, by=seller)
    second = make.order(by, heir, 10, TODAY)
    archive_order(Order, second, by=by)
    assert figures(heir)[2] == 0
    archive_order(Order, second, by=by, undo=True)
    assert figures(heir)[2] == 1


@pytest.mark.requirement("SEG-021")
def test_a_booked_order_grades_its_customer_again_and_twice_is_as_once(by):
    row = make.customer(by)
    run_grading(TODAY, by)
    order = make.order(by, row, "1000000.01", TODAY)
    event = OrderBooked(row.pk, order.number, str(order.amount), order.pk)
    grade_again(event)
    grade_again(event)
    row.refresh_from_db()
    assert row.grade == "vip"
    assert GradeAssessment.unscoped.filter(customer=row, scheme="customers.grade").count() == 2


def test_overdue_days_count_open_orders_only(by):
    from zhike.customers.queries import facts_of

    row = make.customer(by)
    old = make.order(by, row, 100, dt.date(2025, 10, 1), due_on=dt.date(2025, 11, 1))
    make.order(by, row, 100, dt.date(2026, 1, 1), due_on=dt.date(2026, 3, 1))
    assert facts_of([row.pk], TODAY)[row.pk]["overdue_days"] == 123
    record_payment(old, by=by, amount=Decimal(100))
    assert facts_of([row.pk], TODAY)[row.pk]["overdue_days"] == 3


def test_imports_refresh_all_at_once(by):
    rows = [make.customer(by, f"导入客户{i}") for i in range(3)]
    made = []
    for row in rows:
        order = make.order(by, row, 300_000, TODAY)
        Customer.unscoped.filter(pk=row.pk).update(annual_spend=0, receivable=0, order_count=0)
        made.append(order.pk)
    resource = registry.resource(Order)
    resource.after_import(made, by)
    assert [figures(row)[0] for row in rows] == [300_000] * 3
    assert set(Customer.unscoped.values_list("grade", flat=True)) == {"silver"}
    refresh_sales(None, by=by)
    refresh_sales([], by=by)
    numbers = resource.prepare_import({"number": ["A", ""], "amount": [1, 2]})["number"]
    assert numbers[0] == "A"
    assert numbers[1].startswith("SO-2026-")
