"""From which score on a customer is satisfied, and how long a score counts (SAT-008)."""

from decimal import Decimal

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason


class SatisfactionParams(Params):
    """The bands of the scale, and the days over which scores are averaged."""

    satisfied_from: int = Field(default=80, ge=1, le=100, title=N_("满意的起始评分"))
    unsatisfied_below: int = Field(default=60, ge=0, le=99, title=N_("不满意的上限评分"))
    period_days: int = Field(default=365, ge=30, le=1_100, title=N_("评分的有效期（天）"))

    def problems(self) -> list[Problem]:
        """Refuse bands that overlap."""
        if self.unsatisfied_below < self.satisfied_from:
            return []
        return [Problem("unsatisfied_below", N_("应低于满意的起始评分"))]


class SatisfactionFacts(Facts):
    """The score, or the mean of several, 0…100."""

    score: Decimal


class SatisfactionStandard(Policy[SatisfactionFacts, SatisfactionParams]):
    """One standard for product, service and delivery, whatever the way of asking."""

    id = "surveys.satisfaction_standard"
    title = N_("满意度评价标准")
    statement = N_(
        "满意度按 0 到 100 分评价，{satisfied_from} 分起为满意，低于 {unsatisfied_below} 分为不满意；"
        "统计最近 {period_days} 天的评分，先按客户平均，再对客户平均。"
    )
    source = "SEG-033, SEG-038, ORG-022"
    subject = "surveys.satisfaction"
    icon = "mood-smile"
    Facts, Params = SatisfactionFacts, SatisfactionParams

    def decide(self, facts: SatisfactionFacts, params: SatisfactionParams) -> Decision:
        """Return ``satisfied``, ``neutral`` or ``unsatisfied``."""
        glad = facts.score >= params.satisfied_from
        sad = facts.score < params.unsatisfied_below
        found = f"{facts.score.normalize():f}"
        reasons = (
            Reason(N_("评分不低于 {limit}"), glad, found, {"limit": params.satisfied_from}),
            Reason(N_("评分不低于 {limit}"), not sad, found, {"limit": params.unsatisfied_below}),
        )
        return Decision("satisfied" if glad else "unsatisfied" if sad else "neutral", reasons)
