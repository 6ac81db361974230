"""What working together makes of what is written down about customers."""

from zhike.interactions.events import InteractionLogged
from zhike.kernel.events import on
from zhike.teamwork.actions.conflicts import find_conflicts
from zhike.teamwork.actions.feedback import take_from_interaction


@on(InteractionLogged)
def after_interaction(event: InteractionLogged) -> None:
    """Look for another department on the same customer, and hear what the customer said."""
    find_conflicts(event.interaction_id)
    take_from_interaction(event.interaction_id)
