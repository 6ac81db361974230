"""What needs do when others act."""

from zhike.interactions.events import CommentAdded, InquiryRaised, InteractionLogged
from zhike.kernel.events import on
from zhike.needs.actions.suggestions import hear, listen
from zhike.surveys.events import SatisfactionRecorded


@on(InteractionLogged)
def after_logging(event: InteractionLogged) -> None:
    """Look for needs and pain points in the new note."""
    listen(event.interaction_id)


@on(CommentAdded)
def after_comment(event: CommentAdded) -> None:
    """Look into the new comment."""
    hear("interactions.comment", event.comment_id)


@on(InquiryRaised)
def after_inquiry(event: InquiryRaised) -> None:
    """Look into what the customer asked."""
    hear("interactions.inquiry", event.inquiry_id)


@on(SatisfactionRecorded)
def after_rating(event: SatisfactionRecorded) -> None:
    """Look into what the customer said beside the score."""
    hear("surveys.satisfaction", event.satisfaction_id)
