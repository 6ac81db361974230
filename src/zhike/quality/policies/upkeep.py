"""Keeping data true: when it must be confirmed, how it flows, how often everything is cleaned."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason
from zhike.quality.policies.score import GRADES

STAGES = ("collect", "sort", "store", "analyse", "use")


class FreshnessParams(Params):
    """After how many days data must be confirmed, by grade; how long the owner has for it."""

    days: Mapping[str, int] = Field(
        default={"vip": 180, "gold": 270, "silver": 365, "bronze": 365, "standard": 365}
    )
    answer_days: int = Field(default=10, ge=1, le=90)

    def problems(self) -> list[Problem]:
        """Refuse unknown grades and impossible periods."""
        found = [
            Problem(f"days.{name}", N_("没有这个分级：{name}"), {"name": name})
            for name in self.days
            if name not in GRADES
        ]
        return found + [
            Problem(f"days.{name}", N_("应为 1 到 3650 天，当前 {found}"), {"found": days})
            for name, days in self.days.items()
            if not 1 <= days <= 3650
        ]


class FreshnessFacts(Facts):
    """The grade, and the days since the data was verified."""

    grade: str
    days: int


class Freshness(Policy[FreshnessFacts, FreshnessParams]):
    """Data that nobody verified for too long goes to its owner for confirmation (DAT-019)."""

    id: ClassVar[str] = "quality.freshness"
    title: ClassVar[str] = N_("客户资料定期核实")
    statement: ClassVar[str] = N_(
        "VIP 客户资料每 {days[vip]} 天、普通客户每 {days[standard]} 天核实一次；"
        "逾期未核实的交负责人在 {answer_days} 天内确认。"
    )
    source: ClassVar[str] = "DAT-019"
    subject: ClassVar[str] = "customers.customer"
    icon: ClassVar[str] = "calendar-check"
    Facts = FreshnessFacts
    Params = FreshnessParams

    def decide(self, facts: FreshnessFacts, params: FreshnessParams) -> Decision:
        """Return whether the data is stale."""
        allowed = params.days.get(facts.grade)
        stale = allowed is not None and facts.days > allowed
        text = N_("资料在 {days} 天内核实过")
        return Decision(stale, (Reason(text, not stale, str(facts.days), {"days": allowed or 0}),))


class FlowParams(Params):
    """Days that a record may stay in each stage of the flow before it counts as stuck."""

    days: Mapping[str, int] = Field(default={"collect": 3, "sort": 7, "store": 30, "analyse": 90})

    def problems(self) -> list[Problem]:
        """Refuse unknown stages and impossible periods."""
        return [
            Problem(f"days.{name}", N_("没有这一项：{name}"), {"name": name})
            for name in self.days
            if name not in STAGES[:-1]
        ] + [
            Problem(f"days.{name}", N_("应为 1 到 3650 天，当前 {found}"), {"found": days})
            for name, days in self.days.items()
            if not 1 <= days <= 3650
        ]


class FlowFacts(Facts):
    """The stage, and the days spent in it."""

    stage: str
    days: int


class DataFlow(Policy[FlowFacts, FlowParams]):
    """Information moves on from collecting to use and does not get stuck (DAT-009)."""

    id: ClassVar[str] = "quality.data_flow"
    title: ClassVar[str] = N_("数据流转时限")
    statement: ClassVar[str] = N_(
        "客户信息按收集、整理、存储、分析、利用流转：收集后 {days[collect]} 天内整理，"
        "整理后 {days[sort]} 天内归档，归档后 {days[store]} 天内分析，分析后 {days[analyse]} 天内利用。"
    )
    source: ClassVar[str] = "DAT-009"
    subject: ClassVar[str] = "customers.customer"
    icon: ClassVar[str] = "timeline"
    Facts = FlowFacts
    Params = FlowParams

    def decide(self, facts: FlowFacts, params: FlowParams) -> Decision:
        """Return whether the record is stuck."""
        allowed = params.days.get(facts.stage)
        stuck = allowed is not None and facts.days > allowed
        text = N_("在本环节不超过 {days} 天")
        return Decision(stuck, (Reason(text, not stuck, str(facts.days), {"days": allowed or 0}),))


class CleaningParams(Params):
    """How often everything is cleaned, and who signs."""

    months: int = Field(title=N_("清洗周期（月）"), default=12, ge=1, le=60)
    warn_days: int = Field(default=30, ge=0, le=180)
    done_percent: int = Field(title=N_("完成标准（%）"), default=100, ge=1, le=100)
    other_person_signs: Annotated[bool, Field(title=N_("由启动人以外的人签收"))] = True


class CleaningFacts(Facts):
    """Today, and the day on which the last full cleaning was signed (or since when we count)."""

    today: dt.date
    last_on: dt.date
    signed: bool = True


class Cleaning(Policy[CleaningFacts, CleaningParams]):
    """At least one full cleaning in the period; the alarm before and after it is overdue (DAT-018)."""

    id: ClassVar[str] = "quality.cleaning"
    title: ClassVar[str] = N_("客户数据库清洗")
    statement: ClassVar[str] = N_(
        "每 {months} 个月至少全库清洗一次客户数据库，到期前 {warn_days} 天提醒，逾期报警；"
        "完成 {done_percent}% 后由启动人以外的人签收。"
    )
    source: ClassVar[str] = "DAT-017, DAT-018"
    icon: ClassVar[str] = "refresh"
    Facts = CleaningFacts
    Params = CleaningParams

    def decide(self, facts: CleaningFacts, params: CleaningParams) -> Decision:
        """Return ``{"state": fine | soon | overdue, "due_on": …}``."""
        due = months_later(facts.last_on, params.months)
        state = "fine"
        if facts.today > due:
            state = "overdue"
        elif facts.today >= due - dt.timedelta(days=params.warn_days):
            state = "soon"
        reasons = (
            Reason(N_("做过全库清洗"), facts.signed, facts.last_on.isoformat()),
            Reason(N_("应在此日之前完成清洗"), state != "overdue", due.isoformat()),
        )
        return Decision({"state": state, "due_on": due.isoformat()}, reasons)


def months_later(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return dt.date(year, month + 1, min(day.day, (following - dt.timedelta(days=1)).day))
