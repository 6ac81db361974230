"""How good one customer's data is, in six dimensions (DAT-016, DAT-020)."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason

GRADES = ("vip", "gold", "silver", "bronze", "standard")
DIMENSIONS = {
    "completeness": N_("完整性"),
    "accuracy": N_("准确性"),
    "consistency": N_("一致性"),
    "timeliness": N_("及时性"),
    "uniqueness": N_("唯一性"),
    "validity": N_("有效性"),
}
# What can be asked of a customer's profile; "contact" is a contact person with a mobile number.
FIELDS = (
    "credit_code", "industry", "size", "region", "address", "phone", "email", "website", "source",
    "since", "payment_terms", "preferences", "owner", "contact",
)  # fmt: skip
# What can be wrong, by the dimension that suffers.
CHECKS: Mapping[str, str] = {
    "correction_waiting": "accuracy",
    "name_improper": "accuracy",
    "region_code": "consistency",
    "unmapped_value": "consistency",
    "owner_without_unit": "consistency",
    "same_name": "uniqueness",
    "same_phone": "uniqueness",
    "credit_code_format": "validity",
    "phone_format": "validity",
    "email_format": "validity",
    "mobile_format": "validity",
}
SCALE = 100


class ScoreFacts(Facts):
    """What the score looks at.

    Attributes:
        grade: code of the tier; missing: fields of ``FIELDS`` that are empty; faults: checks of
        ``CHECKS`` that failed; days: days since the data was last verified, or entered.
    """

    grade: str
    missing: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    days: int = 0


class ScoreParams(Params):
    """Weights and thresholds.

    Attributes:
        weights: dimension -> share of the score, together 100; fields: field -> its weight in
        completeness, 0 = not asked; thresholds: grade -> completeness that is demanded, in percent;
        target: completeness that the company aims at; fault_points: points that a fault takes from
        its dimension; fresh_days: data verified within them is fully timely; after twice as many
        days timeliness is 0.
    """

    weights: Mapping[str, int] = Field(title=N_("六个维度的权重（%）"), json_schema_extra={"offers": "dimensions"},
        default={
            "completeness": 35, "accuracy": 15, "consistency": 10, "timeliness": 15,
            "uniqueness": 10, "validity": 15,
        }
    )  # fmt: skip
    fields: Mapping[str, int] = Field(title=N_("完整性各字段的权重"),
        default={
            "credit_code": 2, "industry": 2, "size": 1, "region": 2, "address": 2, "phone": 2,
            "email": 1, "source": 1, "since": 1, "payment_terms": 1, "owner": 2, "contact": 3,
        }
    )  # fmt: skip
    thresholds: Mapping[str, int] = Field(
        title=N_("各分级的完整率下限（%）"),
        default={"vip": 95, "gold": 90, "silver": 80, "bronze": 70, "standard": 60},
    )
    target: int = Field(title=N_("全公司目标（分）"), default=90, ge=0, le=100)
    fault_points: int = Field(title=N_("每项异常扣分"), default=50, ge=1, le=100)
    fresh_days: int = Field(title=N_("及时性开始递减（天）"), default=365, ge=1, le=3650)

    def problems(self) -> list[Problem]:
        """Refuse unknown names, weights that do not add up, and thresholds that fall with grade."""
        found = _unknown("weights", self.weights, tuple(DIMENSIONS))
        found += _unknown("fields", self.fields, FIELDS)
        found += _unknown("thresholds", self.thresholds, GRADES)
        if sum(self.weights.values()) != SCALE:
            text = N_("各维度权重之和应为 100，当前 {total}")
            found.append(Problem("weights", text, {"total": sum(self.weights.values())}))
        if not sum(self.fields.values()):
            found.append(Problem("fields", N_("至少有一个字段参与完整性计算")))
        for table in ("weights", "fields", "thresholds"):
            found += [
                Problem(f"{table}.{name}", N_("应为 0 到 100，当前 {found}"), {"found": value})
                for name, value in getattr(self, table).items()
                if not 0 <= value <= SCALE
            ]
        levels = [self.thresholds.get(name, 0) for name in GRADES]
        if levels != sorted(levels, reverse=True):
            found.append(Problem("thresholds", N_("级别越高，完整率要求不应越低")))
        return found

    def threshold(self, grade: str) -> int:
        """Return the completeness demanded of a grade, in percent."""
        return self.thresholds.get(grade, 0)


def _unknown(table: str, given: Mapping[str, int], known: tuple[str, ...]) -> list[Problem]:
    return [
        Problem(f"{table}.{name}", N_("没有这一项：{name}"), {"name": name})
        for name in given
        if name not in known
    ]


def share(part: int, whole: int) -> int:
    """Return the percentage, halves up: the same in SQL with integers."""
    return (200 * part + whole) // (2 * whole)


class QualityScore(Policy[ScoreFacts, ScoreParams]):
    """The weighted mean of six dimensions, each from 0 to 100."""

    id: ClassVar[str] = "quality.score"
    title: ClassVar[str] = N_("数据质量评分")
    statement: ClassVar[str] = N_(
        "每个客户按完整性、准确性、一致性、及时性、唯一性、有效性六个维度评分，每项异常扣 {fault_points} 分，"
        "核实满 {fresh_days} 天后及时性递减；VIP 资料完整率不低于 {thresholds[vip]}%，全公司目标 {target}%。"
    )
    owner_role: ClassVar[str] = "crm_supervisor"
    source: ClassVar[str] = "DAT-016, DAT-020"
    subject: ClassVar[str] = "customers.customer"
    icon: ClassVar[str] = "clipboard-check"
    Facts = ScoreFacts
    Params = ScoreParams

    def decide(self, facts: ScoreFacts, params: ScoreParams) -> Decision:
        """Return ``{"score", "below", "threshold"}`` and each dimension."""
        points = {name: self._after_faults(name, facts, params) for name in DIMENSIONS}
        whole = sum(params.fields.values())
        gone = sum(params.fields.get(name, 0) for name in set(facts.missing))
        points["completeness"] = share(whole - gone, whole)
        points["timeliness"] = timeliness(facts.days, params.fresh_days)
        total = share(sum(params.weights.get(n, 0) * p for n, p in points.items()), SCALE * SCALE)
        threshold = params.threshold(facts.grade)
        below = points["completeness"] < threshold
        reasons = (
            *(Reason(DIMENSIONS[name], value == SCALE, str(value)) for name, value in points.items()),
            Reason(
                N_("资料完整率不低于 {percent}%"), not below, f"{points['completeness']}%",
                {"percent": threshold},
            ),
        )  # fmt: skip
        return Decision({"score": total, "below": below, "threshold": threshold, **points}, reasons)

    def _after_faults(self, name: str, facts: ScoreFacts, params: ScoreParams) -> int:
        faults = sum(1 for fault in set(facts.faults) if CHECKS.get(fault) == name)
        return max(0, SCALE - faults * params.fault_points)


def timeliness(days: int, fresh: int) -> int:
    """Return 100 within the fresh days, 0 from twice as many on, in between evenly falling."""
    if days <= fresh:
        return SCALE
    return max(0, SCALE * (2 * fresh - days) // fresh)
