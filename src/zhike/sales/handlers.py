"""Reactions: whoever bought, paid or cancelled is graded again."""

from django.utils import timezone

from zhike.customers.actions import active_schemes, regrade
from zhike.kernel.actor import SYSTEM
from zhike.kernel.events import Event, on
from zhike.sales.events import (
    OrderBooked,
    OrderCancelled,
    OrderChanged,
    PaymentChanged,
    PaymentReceived,
)


@on(OrderBooked)
@on(OrderChanged)
@on(OrderCancelled)
@on(PaymentReceived)
@on(PaymentChanged)
def grade_again(event: Event) -> None:
    """Grade the customer of the event under every active standard; twice is as once."""
    today = timezone.localdate()
    by = SYSTEM(reason="订单入账后复核分级")
    for scheme in active_schemes(today):
        regrade([getattr(event, "customer_id")], on=today, by=by, scheme=scheme)  # noqa: B009
