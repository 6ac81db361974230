"""The rows of talking with customers, by subject."""

from zhike.interactions.models.behaviour import Behaviour
from zhike.interactions.models.channels import (
    Channel,
    ChannelClass,
    ContactChannel,
    channel_choices,
    channel_icon,
    forget_channels,
    usable_channels,
)
from zhike.interactions.models.effect import ContactEffect
from zhike.interactions.models.guides import (
    Approvable,
    Language,
    MessageTemplate,
    TalkTrack,
)
from zhike.interactions.models.inquiries import Inquiry
from zhike.interactions.models.logged import Comment, Interaction, Participant, Sentiment, ToDo
from zhike.interactions.models.plans import ContactPlan
from zhike.interactions.models.robots import Robot, RobotMessage
from zhike.interactions.models.social import SocialPost
from zhike.interactions.models.visits import Attendee, ChecklistItem, VisitPhoto, VisitReview

__all__ = [
    "Approvable", "Attendee", "Behaviour", "Channel", "ChannelClass", "ChecklistItem", "Comment", "ContactChannel",
    "ContactEffect", "ContactPlan", "Inquiry", "Interaction", "Language", "MessageTemplate",
    "Participant", "Robot", "RobotMessage", "Sentiment", "SocialPost", "TalkTrack", "ToDo",
    "VisitPhoto", "VisitReview", "channel_choices", "channel_icon",
    "forget_channels", "usable_channels",
]  # fmt: skip
