"""分层管理容量 (SEG-043): how many customers of each grade one person can look after well."""

from collections.abc import Mapping

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason

GRADES = {"vip": "VIP", "gold": "金卡", "silver": "银卡", "bronze": "铜卡", "standard": "普通"}


class CapacityFacts(Facts):
    """How many customers of each grade a person has."""

    held: Mapping[str, int] = {}


class CapacityParams(Params):
    """Most customers of each grade (null = no limit) and of all together."""

    most: Mapping[str, int | None] = Field(
        default={"vip": 15, "gold": 30, "silver": 60, "bronze": 120, "standard": None},
        title=N_("每人上限（家）"),
    )  # fmt: skip
    total: int | None = Field(default=300, ge=1, le=100_000, title=N_("合计上限（家）"))

    def problems(self) -> list[Problem]:
        """Refuse unknown grades and limits below one."""
        found = [
            Problem(f"most.{name}", N_("没有这个分级：{name}"), {"name": name})
            for name in self.most
            if name not in GRADES
        ]
        return found + [
            Problem(f"most.{name}", N_("应 ≥ {bound}"), {"bound": 1})
            for name, limit in self.most.items()
            if limit is not None and limit < 1
        ]


class Capacity(Policy[CapacityFacts, CapacityParams]):
    """Where a person has more than he can look after."""

    id = "segments.capacity"
    title = N_("分层管理容量")
    statement = N_(
        "每位负责人按分级限定客户数，合计至多 {total} 家；超出时建议改派给有余量的同事。"
    )
    source = "SEG-043"
    icon = "scale"
    Facts = CapacityFacts
    Params = CapacityParams

    def decide(self, facts: CapacityFacts, params: CapacityParams) -> Decision:
        """Return grade (or ``total``) -> how many too many; empty = within capacity."""
        excess, reasons = {}, []
        for grade, limit in params.most.items():
            count = facts.held.get(grade, 0)
            if limit is None:
                continue
            args = {"grade": GRADES[grade], "limit": limit}
            reasons.append(Reason(N_("{grade} 至多 {limit} 家"), count <= limit, str(count), args))
            if count > limit:
                excess[grade] = count - limit
        count = sum(facts.held.values())
        if params.total is not None:
            args = {"limit": params.total}
            holds = count <= params.total
            reasons.append(Reason(N_("合计至多 {limit} 家"), holds, str(count), args))
            if not holds:
                excess["total"] = count - params.total
        return Decision(excess, tuple(reasons))
