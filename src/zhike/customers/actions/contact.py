"""What a contact leaves on the customer: the last contact and the next appointment."""

import datetime as dt
from typing import Any

from django.db.models import Q, Value
from django.db.models.functions import Greatest

from zhike.customers.models import Customer


def note_contact(customer_id: int, *, at: dt.datetime | None, next_step_on: dt.date | None) -> None:
    """Set the two dates that lists and the contact rule read; called inside another action.

    The row's version stays, so that somebody who edits the customer meanwhile meets no conflict.

    Args:
        at: moment of a contact; an older one than known changes nothing.
        next_step_on: the earliest day agreed for the next step, None = none.
    """
    values: dict[str, Any] = {"next_step_on": next_step_on}
    changed = Q(next_step_on__isnull=next_step_on is not None)
    if next_step_on is not None:
        changed |= ~Q(next_step_on=next_step_on)
    if at is not None:
        changed |= Q(last_contact_at__isnull=True) | Q(last_contact_at__lt=at)
        values["last_contact_at"] = Greatest("last_contact_at", Value(at))
    Customer.unscoped.filter(changed, pk=customer_id).update(**values)
