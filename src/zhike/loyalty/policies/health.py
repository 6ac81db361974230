"""How healthy a relation is: a weighted mean of what is known, explained (LOY-018)."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason

MEASURES = ("breadth", "frequency", "payment", "growth", "delivery", "satisfaction", "complaints")
WORDS = {
    "breadth": N_("对接人数（近一年有往来）"), "frequency": N_("近 90 天沟通次数"),
    "payment": N_("最长逾期天数"), "growth": N_("近 12 月消费同比（%）"),
    "delivery": N_("近一年履约及时率（%）"), "satisfaction": N_("满意度"),
    "complaints": N_("近一年投诉数"),
}  # fmt: skip


class Measure(Params):
    """A measure's weight, the value that gives no point and the value that gives all.

    ``nothing`` above ``everything`` means that less is better.
    """

    weight: Decimal = Field(ge=0, le=100)
    nothing: Annotated[Decimal, Field(title=N_("得 0 分的数值"))]
    everything: Annotated[Decimal, Field(title=N_("得满分的数值"))]


def _measure(weight: int, nothing: int, everything: int) -> Measure:
    return Measure(weight=Decimal(weight), nothing=Decimal(nothing), everything=Decimal(everything))


class HealthParams(Params):
    """The measures, and from which score on a relation is good or fair."""

    breadth: Annotated[Measure, Field(title=N_("对接人数"))] = _measure(20, 0, 3)
    frequency: Annotated[Measure, Field(title=N_("近期沟通"))] = _measure(20, 0, 6)
    payment: Annotated[Measure, Field(title=N_("付款及时"))] = _measure(20, 60, 0)
    growth: Annotated[Measure, Field(title=N_("消费增长"))] = _measure(20, -50, 20)
    delivery: Annotated[Measure, Field(title=N_("履约"))] = _measure(10, 60, 98)
    satisfaction: Annotated[Measure, Field(title=N_("满意度得分"))] = _measure(20, 60, 90)
    complaints: Annotated[Measure, Field(title=N_("投诉"))] = _measure(10, 4, 0)
    good: int = Field(title=N_("健康线（分）"), default=70, ge=1, le=100)
    fair: int = Field(title=N_("一般线（分）"), default=40, ge=0, le=99)

    def problems(self) -> list[Problem]:
        """Refuse measures without a span, no weight at all, and bands the wrong way round."""
        found = [
            Problem(f"{name}.everything", N_("满分值应不同于零分值"))
            for name in MEASURES
            if self.measure(name).nothing == self.measure(name).everything
        ]
        if not sum(self.measure(name).weight for name in MEASURES):
            found.append(Problem("breadth.weight", N_("至少一项权重应大于 0")))
        if self.fair >= self.good:
            found.append(Problem("fair", N_("“一般”的下限应低于“健康”的下限")))
        return found

    def measure(self, name: str) -> Measure:
        """Return a measure by its name."""
        found: Measure = getattr(self, name)
        return found


class HealthFacts(Facts):
    """The measures of one customer; None = not known, which leaves it out and says so."""

    breadth: Decimal | None = None
    frequency: Decimal | None = None
    payment: Decimal | None = None
    growth: Decimal | None = None
    delivery: Decimal | None = None
    satisfaction: Decimal | None = None
    complaints: Decimal | None = None


class HealthRule(Policy[HealthFacts, HealthParams]):
    """Each measure gives 0 to 100 points on a straight line; the weights of those known count."""

    id = "loyalty.relation_health"
    title = N_("关系健康度")
    statement = N_(
        "按对接人数、沟通、付款、增长、履约、满意度与投诉加权计分，缺数据的项目不计入并注明；"
        "{good} 分起为健康，{fair} 分起为一般，其余预警。"
    )
    source = "LOY-018, LOY-023"
    subject = "customers.customer"
    icon = "heart-handshake"
    Facts, Params = HealthFacts, HealthParams

    def decide(self, facts: HealthFacts, params: HealthParams) -> Decision:
        """Return ``{"score", "level", "left_out"}``; score None where nothing is known."""
        total, weights, reasons, left_out = Decimal(0), Decimal(0), [], []
        for name in MEASURES:
            found, measure = getattr(facts, name), params.measure(name)
            if found is None or not measure.weight:
                left_out.append(name)
                text = N_("{measure}：暂无数据，不计入")
                reasons.append(Reason(text, holds=False, args={"measure": WORDS[name]}))
                continue
            points = points_of(found, measure)
            total, weights = total + points * measure.weight, weights + measure.weight
            text = N_("{measure}得 {points} 分，权重 {weight}")
            args = {"measure": WORDS[name], "points": _whole(points), "weight": measure.weight}
            reasons.append(Reason(text, points >= params.fair, f"{found.normalize():f}", args))
        score = _whole(total / weights) if weights else None
        level = "" if score is None else params_level(score, params)
        return Decision({"score": score, "level": level, "left_out": left_out}, tuple(reasons))


def points_of(value: Decimal, measure: Measure) -> Decimal:
    """Return 0…100 for a value between ``nothing`` and ``everything``."""
    share = (value - measure.nothing) / (measure.everything - measure.nothing)
    return min(max(share, Decimal(0)), Decimal(1)) * 100


def params_level(score: int, params: HealthParams) -> str:
    """Return good, fair or poor."""
    return "good" if score >= params.good else "fair" if score >= params.fair else "poor"


def _whole(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))
