"""What rules may choose from: ways of communication, kinds of behaviour."""

from zhike.interactions.models import Behaviour
from zhike.interactions.models.channels import Channel
from zhike.rulebook.queries.offers import provide_offer

provide_offer("channels", lambda: Channel.choices)
provide_offer("behaviours", lambda: Behaviour.Kind.choices)
