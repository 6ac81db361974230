"""Rules of satisfaction, pure."""

from zhike.surveys.policies.satisfaction import (
    SatisfactionFacts,
    SatisfactionParams,
    SatisfactionStandard,
)

__all__ = ["SatisfactionFacts", "SatisfactionParams", "SatisfactionStandard"]
