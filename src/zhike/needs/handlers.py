"""What needs do when others act."""

from zhike.interactions.events import InteractionLogged
from zhike.kernel.events import on
from zhike.needs.actions.suggestions import listen


@on(InteractionLogged)
def after_logging(event: InteractionLogged) -> None:
    """Look for needs and pain points in the new note."""
    listen(event.interaction_id)
