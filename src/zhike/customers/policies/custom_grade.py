"""An enterprise's own standard (SEG-028): any dimensions, weights, bands and exceptions."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from zhike.customers.policies.banded import BandedParams, BandedPolicy
from zhike.customers.policies.facts import NumberSource
from zhike.customers.policies.grade import SHIPPED_DIMENSIONS
from zhike.customers.policies.scorecard import Dimension
from zhike.customers.policies.tiers import Tier
from zhike.kernel.policies import N_

EXAMPLE_TIERS = tuple(
    Tier.model_validate(tier)
    for tier in (
        {
            "code": "s",
            "name": N_("战略"),
            "lower": 80,
            "entitlement": {"service": "专属服务", "contact_days": 7},
        },
        {
            "code": "k",
            "name": N_("重点"),
            "lower": 50,
            "upper": 80,
            "entitlement": {"service": "优先服务", "contact_days": 30},
        },
        {"code": "o", "name": N_("一般"), "upper": 50, "entitlement": {"service": "标准服务"}},
    )
)


class CustomGradeParams(BandedParams):
    """Free tiers over the weighted total; what ships is an example to change."""

    basis: Literal[NumberSource, "total"] = "total"
    dimensions: Annotated[tuple[Dimension, ...], Field(max_length=10)] = SHIPPED_DIMENSIONS
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1, max_length=12)] = EXAMPLE_TIERS


class CustomGradePolicy(BandedPolicy[CustomGradeParams]):
    """Runs beside the five tiers once a version of it is in force."""

    id: ClassVar[str] = "customers.custom_grade"
    title = N_("企业自定分级标准")
    source = "SEG-028"
    Params = CustomGradeParams
