"""Scores follow the changes of a customer and its people."""

from zhike.customers.events import (
    ContactAdded,
    CustomerCreated,
    CustomerEdited,
    GradeChanged,
    OwnerChanged,
)
from zhike.kernel.events import on
from zhike.quality.actions import score


@on(CustomerCreated)
@on(CustomerEdited)
@on(ContactAdded)
@on(GradeChanged)
@on(OwnerChanged)
def rescore(
    event: CustomerCreated | CustomerEdited | ContactAdded | GradeChanged | OwnerChanged,
) -> None:
    """Score the customer anew."""
    score([event.customer_id])
