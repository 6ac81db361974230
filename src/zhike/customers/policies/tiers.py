"""Tiers over a figure: bands without gap or overlap, minimum scores, conditions, entitlements."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field

from zhike.customers.policies.facts import Number, Part, Score
from zhike.kernel.policies import N_, Params, Problem

Review = Literal["quarter", "half_year", "year"]
Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]{0,11}$")]


class Entitlement(Part):
    """What a tier is entitled to (SEG-022): other rules read it by the customer's grade.

    ``service`` is the service class; ``response_minutes`` the first answer; ``contact_days`` the
    longest silence; ``discount`` in percent; ``named_contact`` whether a named person serves him.
    """

    service: Annotated[str, Field(min_length=1, max_length=20)]
    response_minutes: Annotated[int, Field(ge=1, le=100_000)] = 1440
    contact_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    discount: Score = Decimal(0)
    named_contact: bool = False


class Tier(Part):
    """One tier: a band of the figure, and what else must hold."""

    code: Code
    name: Annotated[str, Field(min_length=1, max_length=20)]
    lower: Number | None = None
    lower_inclusive: bool = True
    upper: Number | None = None
    upper_inclusive: bool = False
    minimum: dict[str, Score] = {}
    max_overdue_days: Annotated[int, Field(ge=0, le=3660)] | None = None
    entitlement: Entitlement
    review: Review = "year"

    def reached(self, figure: Decimal) -> bool:
        """Tell whether the figure reaches the lower bound."""
        if self.lower is None:
            return True
        return figure >= self.lower if self.lower_inclusive else figure > self.lower

    @property
    def sign(self) -> str:
        """Return ≥ or >."""
        return "≥" if self.lower_inclusive else ">"


class GradedParams(Params):
    """What all grading standards share: the way down (SEG-032).

    ``grace_days`` an earned tier is kept after the figures no longer carry it; the owner is told
    when that begins and again ``notice_days`` before it ends; with ``notify_customer`` he is asked
    to tell the customer.
    """

    grace_days: Annotated[int, Field(ge=0, le=730)] = 90
    notice_days: Annotated[int, Field(ge=0, le=365)] = 3
    notify_customer: bool = False

    def codes(self) -> list[str]:
        """Return the codes of the tiers, best first."""
        raise NotImplementedError

    def label(self, code: str) -> str:
        """Return the name of a tier."""
        raise NotImplementedError

    def entitlements(self) -> dict[str, Entitlement]:
        """Return the entitlement of each tier."""
        raise NotImplementedError


def problems(tiers: Sequence[Tier], dimensions: set[str]) -> Iterator[Problem]:
    """Yield faults of the bands: order, gap, overlap, open ends; and of the conditions."""
    if len({tier.code for tier in tiers}) != len(tiers):
        yield Problem("tiers", N_("级别代码重复"))
    for i, tier in enumerate(tiers):
        for key in tier.minimum:
            if key not in dimensions:
                yield Problem(f"tiers.{i}.minimum.{key}", N_("没有“{key}”这个维度"), {"key": key})
        if tier.lower is not None and tier.upper is not None and tier.lower >= tier.upper:
            yield Problem(f"tiers.{i}.upper", N_("上限应大于下限 {lower}"), {"lower": tier.lower})
    yield from _joints(tiers)
    yield from _ends(tiers)


def _joints(tiers: Sequence[Tier]) -> Iterator[Problem]:
    for i, (high, low) in enumerate(pairwise(tiers)):
        names = {"high": high.name, "low": low.name}
        if high.lower is None or low.upper is None:
            path = f"tiers.{i}.lower" if high.lower is None else f"tiers.{i + 1}.upper"
            yield Problem(path, N_("“{high}”与“{low}”之间缺少界限"), names)
        elif low.upper > high.lower:
            yield Problem(
                f"tiers.{i + 1}.upper",
                N_("“{low}”与“{high}”的区间重叠，或级别未由高到低排列"),
                names,
            )
        elif low.upper < high.lower:
            yield Problem(f"tiers.{i + 1}.upper", N_("“{low}”与“{high}”之间有空档"), names)
        elif high.lower_inclusive and low.upper_inclusive:
            yield Problem(
                f"tiers.{i + 1}.upper_inclusive", N_("界限值同时属于“{high}”和“{low}”"), names
            )
        elif not high.lower_inclusive and not low.upper_inclusive:
            yield Problem(
                f"tiers.{i + 1}.upper_inclusive", N_("界限值不属于“{high}”也不属于“{low}”"), names
            )


def _ends(tiers: Sequence[Tier]) -> Iterator[Problem]:
    if tiers[0].upper is not None:
        yield Problem("tiers.0.upper", N_("最高级不应有上限，否则更高的数值没有级别"))
    last = len(tiers) - 1
    if tiers[-1].lower is not None:
        yield Problem(f"tiers.{last}.lower", N_("最低级不应有下限，否则更低的数值没有级别"))
    if tiers[-1].minimum or tiers[-1].max_overdue_days is not None:
        yield Problem(f"tiers.{last}", N_("最低级不应附加条件，否则会有客户没有级别"))
