"""The kinds of recommendation and the rule behind their to-dos, for who counts them."""

from zhike.segments.policies import DevelopmentOffer
from zhike.segments.policies.offers import KINDS

RULE = DevelopmentOffer.id

__all__ = ["KINDS", "RULE"]
