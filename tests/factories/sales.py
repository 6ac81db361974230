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
