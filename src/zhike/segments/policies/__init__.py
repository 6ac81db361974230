"""The classification schemes, the lifecycle model, and the limits around them."""

from zhike.segments.policies.capacity import Capacity, CapacityFacts
from zhike.segments.policies.clusters import ClusterFacts, ClusterModel, ClusterParams
from zhike.segments.policies.facts import ClassFacts
from zhike.segments.policies.lifecycle import LifecycleModel
from zhike.segments.policies.offers import DevelopmentOffer, OfferFacts, OfferParams
from zhike.segments.policies.reviewing import ReviewCycle
from zhike.segments.policies.ruled import GrowthScheme, RelationshipScheme, ResourceScheme
from zhike.segments.policies.scheme import Scheme, SchemeParams
from zhike.segments.policies.value import ValueScheme

__all__ = [
    "Capacity",
    "CapacityFacts",
    "ClassFacts",
    "ClusterFacts",
    "ClusterModel",
    "ClusterParams",
    "DevelopmentOffer",
    "GrowthScheme",
    "LifecycleModel",
    "OfferFacts",
    "OfferParams",
    "RelationshipScheme",
    "ResourceScheme",
    "ReviewCycle",
    "Scheme",
    "SchemeParams",
    "ValueScheme",
]
