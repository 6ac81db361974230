"""What the contact rule does when customers change: their to-dos follow at once."""

from zhike.customers.events import (
    GradeOverrideDecided,
    GradingFinished,
    LifecycleChanged,
    OwnerChanged,
)
from zhike.interactions import cadence
from zhike.kernel.events import on


@on(GradingFinished)
def after_grading(event: GradingFinished) -> None:  # noqa: ARG001
    """Fill the contact to-dos of everybody: the grades decide how often."""
    cadence.fill()


@on(GradeOverrideDecided)
def after_override(event: GradeOverrideDecided) -> None:
    """Fill those of the one customer whose grade was set by hand."""
    cadence.fill(only=[event.customer_id])


@on(LifecycleChanged)
def after_lifecycle(event: LifecycleChanged) -> None:
    """Fill those of the customer that moved on, or was lost."""
    cadence.fill(only=[event.customer_id])


@on(OwnerChanged)
def after_hand_over(event: OwnerChanged) -> None:
    """Give the open contact to-do to the new owner."""
    cadence.fill(only=[event.customer_id])
