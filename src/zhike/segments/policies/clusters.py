"""聚类细分 (SEG-008): customers in groups that a model found, explained by their centres.

K-means (Lloyd, 1982) over standardised recency, frequency and money (Hughes, 1994), begun by
k-means++ (Arthur & Vassilvitskii, 2007) from a fixed seed: the same data give the same groups.
"""

import math
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Reason

MEASURES = ("recency", "frequency", "money")


class ClusterFacts(Facts):
    """One customer beside the groups of a model.

    ``values`` are days since the last order, orders and yuan of the last twelve months; ``centres``
    are in the model's own units, for which ``means`` and ``spreads`` stand.
    """

    values: tuple[float, float, float]
    centres: tuple[tuple[float, float, float], ...]
    means: tuple[float, float, float]
    spreads: tuple[float, float, float]


class ClusterParams(Params):
    """How many groups, from which seed, and when there are too few customers for a model."""

    active: Annotated[bool, Field(title=N_("启用聚类细分"))] = True
    groups: Annotated[int, Field(ge=2, le=12, title=N_("分组数"))] = 5
    seed: Annotated[int, Field(ge=0, le=2**31 - 1, title=N_("随机种子"))] = 20_260_101
    rounds: Annotated[int, Field(ge=10, le=1_000, title=N_("最多迭代次数"))] = 100
    least: Annotated[int, Field(ge=2, le=1_000_000, title=N_("最少客户数"))] = 50


class ClusterModel(Policy[ClusterFacts, ClusterParams]):
    """A customer belongs to the group whose centre is nearest."""

    id = "segments.cluster_model"
    title = N_("聚类细分模型")
    statement = N_(
        "每月按最近下单天数、近 12 月订单数与金额（对数、标准化）把有订单的客户聚成 {groups} 组，"
        "种子固定，结果可复现；客户归入中心最近的一组，不足 {least} 家时不建模。"
    )
    source = "SEG-008"
    icon = "chart-dots"
    Facts = ClusterFacts
    Params = ClusterParams

    def decide(self, facts: ClusterFacts, params: ClusterParams) -> Decision:  # noqa: ARG002
        """Return the group's number from 0, with the distance to every centre as reasons."""
        place = standardised(facts.values, facts.means, facts.spreads)
        far = [math.dist(place, centre) for centre in facts.centres]
        best = min(range(len(far)), key=far.__getitem__)
        reasons = tuple(
            Reason(N_("到第 {n} 组中心的距离"), n == best, f"{one:.2f}", {"n": n + 1})
            for n, one in enumerate(far)
        )
        return Decision(best, reasons)


def standardised(
    values: Sequence[float], means: Sequence[float], spreads: Sequence[float]
) -> tuple[float, ...]:
    """Return log-scaled values in units of the model: days, orders and yuan are skewed alike."""
    scaled = (math.log1p(max(value, 0.0)) for value in values)
    return tuple(
        (one - mean) / spread for one, mean, spread in zip(scaled, means, spreads, strict=True)
    )
