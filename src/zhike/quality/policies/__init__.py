"""The rules of data quality: scoring, upkeep, and what comes from outside."""

from zhike.quality.policies.outside import OutsideParams, OutsideRules
from zhike.quality.policies.score import (
    CHECKS,
    DIMENSIONS,
    FIELDS,
    GRADES,
    QualityScore,
    ScoreFacts,
    ScoreParams,
)
from zhike.quality.policies.upkeep import (
    STAGES,
    Cleaning,
    CleaningFacts,
    CleaningParams,
    DataFlow,
    FlowParams,
    Freshness,
    FreshnessParams,
)

__all__ = [
    "CHECKS", "DIMENSIONS", "FIELDS", "GRADES", "STAGES", "Cleaning", "CleaningFacts",
    "CleaningParams", "DataFlow", "FlowParams", "Freshness", "FreshnessParams", "OutsideParams",
    "OutsideRules", "QualityScore", "ScoreFacts", "ScoreParams",
]  # fmt: skip
