"""The rules of the pool."""

from zhike.pool.policies.claiming import Claiming, ClaimingFacts, ClaimingParams
from zhike.pool.policies.recycling import RecycleRule, Recycling, RecyclingFacts, RecyclingParams
from zhike.pool.policies.registering import Registering, RegisteringFacts, RegisteringParams

__all__ = [
    "Claiming", "ClaimingFacts", "ClaimingParams", "RecycleRule", "Recycling", "RecyclingFacts",
    "RecyclingParams", "Registering", "RegisteringFacts", "RegisteringParams",
]  # fmt: skip
