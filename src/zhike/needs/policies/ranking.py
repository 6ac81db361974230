"""Which needs come first: importance against satisfaction, frequency, value, effort, fit, Kano."""

from collections.abc import Mapping
from decimal import Decimal

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason

KANO = ("must", "performance", "attractive", "indifferent", "reverse")
TOP = Decimal(20)  # the highest opportunity score: importance 10, satisfaction 0
HUNDRED = Decimal(100)
POINT = Decimal("0.1")


class RankingFacts(Facts):
    """One theme over the customers who asked.

    Attributes:
        importance, satisfaction: 1…10, the mean; frequency: how many customers; value: yuan at
        stake, together; effort: person-days; fit: 1…5; kano: the class, "" = not classed.
    """

    importance: Decimal
    satisfaction: Decimal
    frequency: int = Field(ge=1)
    value: Decimal = Decimal(0)
    effort: int = 1
    fit: Decimal = Decimal(3)
    kano: str = ""


class RankingParams(Params):
    """Weights in percent, the yield that earns full marks, and what each Kano class counts."""

    opportunity_weight: int = Field(default=50, ge=0, le=100, title=N_("机会分权重（%）"))
    yield_weight: int = Field(default=35, ge=0, le=100, title=N_("产出投入比权重（%）"))
    fit_weight: int = Field(default=15, ge=0, le=100, title=N_("战略契合权重（%）"))
    full_yield: Decimal = Field(
        default=Decimal(200_000), gt=0, title=N_("产出投入比满分（元/人日）")
    )
    kano_percent: Mapping[str, int] = Field(
        default={"must": 120, "performance": 100, "attractive": 110, "indifferent": 40,
                 "reverse": 0},
        title=N_("KANO 系数（%）"), json_schema_extra={"offers": "kano"},
    )  # fmt: skip
    divide_at: Decimal = Field(default=Decimal(5), gt=0, lt=10, title=N_("象限分界"))

    def problems(self) -> list[Problem]:
        """Refuse weights that are not 100 in sum, and unknown Kano classes."""
        total = self.opportunity_weight + self.yield_weight + self.fit_weight
        found = []
        if total != HUNDRED:
            message = N_("三项权重之和应为 100，当前 {total}")
            found.append(Problem("opportunity_weight", message, {"total": total}))
        found += [
            Problem(f"kano_percent.{name}", N_("没有这个 KANO 分类：{name}"), {"name": name})
            for name in self.kano_percent
            if name not in KANO
        ]
        return found + [
            Problem(f"kano_percent.{name}", N_("应为 0 到 300，当前 {found}"), {"found": percent})
            for name, percent in self.kano_percent.items()
            if not 0 <= percent <= 300
        ]


class Ranking(Policy[RankingFacts, RankingParams]):
    """Score from 0 to 100 before the Kano factor.

    The opportunity score is importance + max(importance − satisfaction, 0) (Ulwick, 2005); the
    yield is frequency × value ÷ effort; the Kano classes follow Kano et al. (1984).
    """

    id = "needs.ranking"
    title = N_("客户需求排序")
    statement = N_(
        "需求按机会分（重要度＋重要度与满意度之差）{opportunity_weight}%、产出投入比（客户数×金额÷人日）"
        "{yield_weight}%、战略契合 {fit_weight}% 计分，再乘 KANO 系数，得分高者优先。"
    )
    owner_role = "crm_supervisor"
    source = "NEED-008; 客户需求分析"
    subject = "needs.need"
    icon = "list-numbers"
    Facts = RankingFacts
    Params = RankingParams

    def decide(self, facts: RankingFacts, params: RankingParams) -> Decision:
        """Return ``{"score", "opportunity", "yield", "quadrant"}``, numbers as text."""
        gap = max(facts.importance - facts.satisfaction, Decimal(0))
        opportunity = facts.importance + gap
        gained = facts.frequency * facts.value / max(facts.effort, 1)
        share = min(gained / params.full_yield, Decimal(1))
        factor = Decimal(params.kano_percent.get(facts.kano, 100)) / HUNDRED
        score = factor * (
            params.opportunity_weight * opportunity / TOP
            + params.yield_weight * share
            + params.fit_weight * facts.fit / 5
        )
        quadrant = self.quadrant(facts, params)
        reasons = (
            Reason(
                N_("重要度 {importance}，满意度 {satisfaction}，机会分满分 20"), gap > 0,
                str(opportunity.quantize(POINT)),
                {"importance": facts.importance, "satisfaction": facts.satisfaction},
            ),
            Reason(
                N_("{frequency} 家客户 × {value} 元 ÷ {effort} 人日"), share >= 1,
                str(gained.quantize(Decimal(1))),
                {"frequency": facts.frequency, "value": facts.value, "effort": facts.effort},
            ),
            Reason(N_("战略契合度（满分 5）"), facts.fit >= 3, str(facts.fit)),
            Reason(N_("KANO 系数"), factor >= 1, f"{factor:.2f}"),
        )  # fmt: skip
        outcome = {
            "score": str(score.quantize(POINT)), "opportunity": str(opportunity.quantize(POINT)),
            "yield": str(gained.quantize(Decimal(1))), "quadrant": quadrant,
        }  # fmt: skip
        return Decision(outcome, reasons)

    @staticmethod
    def quadrant(facts: RankingFacts, params: RankingParams) -> str:
        """Return ``improve`` (important, not satisfied), ``keep``, ``watch`` or ``overdone``."""
        important = facts.importance >= params.divide_at
        satisfied = facts.satisfaction >= params.divide_at
        if important:
            return "keep" if satisfied else "improve"
        return "overdone" if satisfied else "watch"
