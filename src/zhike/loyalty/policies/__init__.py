"""The rules of care, gifts, activities, relations and win-back."""

from zhike.loyalty.policies.activities import ActivityBudget
from zhike.loyalty.policies.care import CareFacts, CareParams, CareRule, OccasionRule
from zhike.loyalty.policies.establishing import Establishing
from zhike.loyalty.policies.gifts import GiftFacts, GiftLimits, GiftParams
from zhike.loyalty.policies.health import HealthFacts, HealthParams, HealthRule
from zhike.loyalty.policies.visits import UnderstandingVisits
from zhike.loyalty.policies.winback import WinBackRule

__all__ = [
    "ActivityBudget",
    "CareFacts",
    "CareParams",
    "CareRule",
    "Establishing",
    "GiftFacts",
    "GiftLimits",
    "GiftParams",
    "HealthFacts",
    "HealthParams",
    "HealthRule",
    "OccasionRule",
    "UnderstandingVisits",
    "WinBackRule",
]
