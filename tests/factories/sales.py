"""Orders and payments."""

from typing import Any

from django.utils import timezone

from tests.factories.core import Values, held_by, maker, parent_of, serial


@maker("sales.order")
def _order(**context: Any) -> Values:
    customer = parent_of("customers.customer", context)
    return {
        **held_by(**context),
        "number": f"SO{serial():07d}",
        "customer": customer,
        "ordered_on": timezone.localdate(),
        "amount": "1280.50",
        "summary": "工业滤芯",
    }


@maker("sales.payment")
def _payment(**context: Any) -> Values:
    customer = parent_of("customers.customer", context)
    return {
        **held_by(**context),
        "number": f"RC{serial():07d}",
        "customer": customer,
        "received_on": timezone.localdate(),
        "amount": "1280.50",
    }


@maker("sales.opportunity")
def _opportunity(**context: Any) -> Values:
    customer = parent_of("customers.customer", context)
    return {
        **held_by(**context),
        "number": f"SJ{serial():07d}",
        "name": "二期分散剂年度供货",
        "customer": customer,
        "amount": "380000.00",
        "expected_on": timezone.localdate(),
    }


@maker("catalog.product")
def _product(**_: Any) -> Values:
    return {"code": f"HX-{serial():04d}", "name": "水性分散剂", "category": "助剂", "measure": "kg"}
