"""客户分级管理办法: five tiers by yearly spend, three weighted dimensions, entitlements."""

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from zhike.customers.policies.banded import BandedParams, BandedPolicy, whole
from zhike.customers.policies.scorecard import Dimension
from zhike.customers.policies.tiers import Entitlement, Tier
from zhike.kernel.policies import N_, Problem

FIVE_TIERS = ("vip", "gold", "silver", "bronze", "standard")
THREE_DIMENSIONS = ("value", "loyalty", "potential")


def _steps(*pairs: tuple[int, int]) -> list[dict[str, int]]:
    return [{"at_least": at, "points": points} for at, points in pairs]


SHIPPED_DIMENSIONS = whole(
    [
        {
            "key": "value",
            "name": "价值",
            "weight": 50,
            "items": [
                {
                    "source": "annual_spend",
                    "weight": 80,
                    "steps": _steps(
                        (1, 20), (100_000, 40), (200_000, 60), (500_000, 80), (1_000_000, 100)
                    ),
                },
                {
                    "source": "overdue_days",
                    "weight": 20,
                    "steps": _steps((0, 100), (1, 60), (31, 20), (61, 0)),
                },
            ],
        },
        {
            "key": "loyalty",
            "name": "忠诚度",
            "weight": 30,
            "items": [
                {
                    "source": "cooperation_years",
                    "weight": 40,
                    "steps": _steps((1, 40), (3, 70), (5, 100)),
                },
                {
                    "source": "repeat_orders",
                    "weight": 60,
                    "steps": _steps((1, 40), (3, 70), (6, 100)),
                },
            ],
        },
        {
            "key": "potential",
            "name": "潜力",
            "weight": 20,
            "items": [
                {
                    "source": "purchase_volume",
                    "weight": 50,
                    "steps": _steps((1, 20), (500_000, 50), (2_000_000, 80), (5_000_000, 100)),
                },
                {
                    "source": "size",
                    "weight": 30,
                    "words": {"large": 100, "medium": 70, "small": 40, "micro": 20},
                },
                {
                    "source": "position",
                    "weight": 20,
                    "words": {"leader": 100, "strong": 70, "ordinary": 40},
                },
            ],
        },
    ]
)


def _tier(code: str, name: str, lower: int | None, upper: int | None, **more: object) -> Tier:
    return Tier.model_validate({"code": code, "name": name, "lower": lower, "upper": upper, **more})


def _right(service: str, minutes: int, days: int | None, discount: int, named: bool) -> Entitlement:
    return Entitlement(
        service=service,
        response_minutes=minutes,
        contact_days=days,
        discount=Decimal(discount),
        named_contact=named,
    )


SHIPPED_TIERS = (
    _tier("vip", "VIP", 1_000_000, None, lower_inclusive=False, review="quarter",
          entitlement=_right("专属服务", 30, 7, 10, True)),
    _tier("gold", "金卡", 500_000, 1_000_000, upper_inclusive=True, review="quarter",
          entitlement=_right("优先服务", 120, 14, 6, True)),
    _tier("silver", "银卡", 200_000, 500_000, review="half_year",
          entitlement=_right("一般服务", 240, 30, 3, False)),
    _tier("bronze", "铜卡", 100_000, 200_000, review="half_year",
          entitlement=_right("基础服务", 480, 60, 0, False)),
    _tier("standard", "普通", None, 100_000, review="year",
          entitlement=_right("标准服务", 1440, None, 0, False)),
)  # fmt: skip


class GradeParams(BandedParams):
    """The five tiers keep their codes, so that all other rules may name them."""

    dimensions: Annotated[tuple[Dimension, ...], Field(max_length=3)] = SHIPPED_DIMENSIONS
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1, max_length=12)] = SHIPPED_TIERS

    def problems(self) -> list[Problem]:
        """Return every fault, also tiers and dimensions other than the handbook's."""
        found = super().problems()
        for i, tier in enumerate(self.tiers):
            if tier.code not in FIVE_TIERS:
                found.append(
                    Problem(f"tiers.{i}.code", N_("没有“{tier}”这个级别"), {"tier": tier.code})
                )
        for code in FIVE_TIERS:
            if code not in self.codes():
                found.append(Problem("tiers", N_("缺少级别“{tier}”"), {"tier": code}))
        if sorted(d.key for d in self.dimensions) != sorted(THREE_DIMENSIONS):
            found.append(Problem("dimensions", N_("应有价值、忠诚度、潜力三个维度")))
        return found


class GradePolicy(BandedPolicy[GradeParams]):
    """VIP over 1 million a year, gold from 500,000, silver from 200,000, bronze from 100,000."""

    id: ClassVar[str] = "customers.grade"
    title = N_("客户分级管理办法")
    source = "SEG-015…022, SEG-029…032"
    Params = GradeParams
