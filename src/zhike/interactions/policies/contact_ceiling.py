"""How much contact a customer is spared from, all departments together (COM-006)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from zhike.interactions.policies.contact_cadence import GRADES
from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason

CLASSES = ("visit", "call", "message")
LIMITS = ("total", "visit", "call", "message")
CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"
Answer = Literal["refuse", "warn", "allow"]
ANSWERS: dict[str, Any] = {
    "choices": {"refuse": N_("不允许"), "warn": N_("提醒"), "allow": N_("允许")}
}


class SegmentTotal(BaseModel):
    """How often the customers of a segment are contacted in all, in place of their grade's total."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    segment: Annotated[
        int, Field(ge=1, title=N_("客户细分"), json_schema_extra={"offers": "segments"})
    ]
    total: Annotated[int, Field(ge=0, le=999, title=N_("合计上限（次）"))]


class CeilingFacts(Facts):
    """What the rule looks at.

    Attributes:
        grade: of the customer; channel_class: visit, call, message or none; purpose: plan, step
        (a promise in a log), send or log; day, at: the day and time of the contact, at=None where
        only the day is known; working_day: whether that day is worked; used: contacts that count
        in the period up to the day, by class; units: the departments that had them; segments: ids
        of those of the rule's segments to which the customer belongs.
    """

    grade: str
    channel_class: str
    purpose: str
    day: dt.date
    at: dt.time | None = None
    working_day: bool = True
    used: Mapping[str, int] = Field(default={})
    units: Sequence[str] = ()
    segments: Sequence[int] = ()


class CeilingParams(Params):
    """How often in how many days, when not, and what a breach leads to."""

    period_days: int = Field(default=7, ge=1, le=366, title=N_("周期（天）"))
    total: Mapping[str, int | None] = Field(
        default={"vip": 6, "gold": 5, "silver": 4, "bronze": 3, "standard": 2},
        title=N_("合计上限（次）"),
    )
    visit: Mapping[str, int | None] = Field(
        default={"vip": 2, "gold": 2, "silver": 1, "bronze": 1, "standard": 1},
        title=N_("当面上限（次）"),
    )
    call: Mapping[str, int | None] = Field(
        default={"vip": 3, "gold": 3, "silver": 2, "bronze": 2, "standard": 1},
        title=N_("通话上限（次）"),
    )
    message: Mapping[str, int | None] = Field(
        default={"vip": 4, "gold": 3, "silver": 3, "bronze": 2, "standard": 2},
        title=N_("消息上限（次）"),
    )
    segments: Annotated[tuple[SegmentTotal, ...], Field(title=N_("按细分规定合计上限"))] = ()
    quiet_from: str = Field(default="20:30", pattern=CLOCK, title=N_("安静时段自"))
    quiet_to: str = Field(default="08:30", pattern=CLOCK, title=N_("安静时段至"))
    rest_days: bool = Field(default=True, title=N_("休息日不打扰"))
    on_plan: Answer = Field(default="refuse", title=N_("计划超限时"), json_schema_extra=ANSWERS)
    on_send: Answer = Field(default="refuse", title=N_("发送超限时"), json_schema_extra=ANSWERS)
    on_step: Answer = Field(default="warn", title=N_("约定下一步超限时"), json_schema_extra=ANSWERS)

    def problems(self) -> list[Problem]:
        """Refuse unknown grades, limits out of bounds, and a class above the total."""
        found = []
        for table in LIMITS:
            for name, count in getattr(self, table).items():
                path = f"{table}.{name}"
                if name not in GRADES:
                    found.append(Problem(path, N_("没有这个分级：{name}"), {"name": name}))
                elif count is not None and not 0 <= count <= 999:
                    found.append(
                        Problem(path, N_("应为 0 到 999 次，当前 {found}"), {"found": count})
                    )
                elif table != "total" and self._above(name, count):
                    limit = self.total.get(name)
                    found.append(Problem(path, N_("应不超过合计上限 {limit} 次"), {"limit": limit}))
        return found

    def _above(self, grade: str, count: int | None) -> bool:
        limit = self.total.get(grade)
        return limit is not None and (count is None or count > limit)

    def quiet(self, at: dt.time) -> bool:
        """Return whether a time of the day is to be left quiet; the span may cross midnight."""
        start, end = dt.time.fromisoformat(self.quiet_from), dt.time.fromisoformat(self.quiet_to)
        if start == end:
            return False
        return start <= at < end if start < end else at >= start or at < end


class ContactCeiling(Policy[CeilingFacts, CeilingParams]):
    """Count what all departments did, and look at the clock and the calendar."""

    id = "interactions.contact_ceiling"
    title = N_("客户沟通上限")
    statement = N_(
        "每 {period_days} 天内各部门合计主动联系同一客户：VIP 至多 {total[vip]} 次、金卡 {total[gold]} 次、"
        "银卡 {total[silver]} 次、铜卡 {total[bronze]} 次、普通 {total[standard]} 次；"
        "{quiet_from} 至次日 {quiet_to} 不打扰客户。"
    )
    owner_role = "crm_supervisor"
    source = "COM-006; 频率上限"
    subject = "customers.customer"
    icon = "bell"
    Facts = CeilingFacts
    Params = CeilingParams

    def decide(self, facts: CeilingFacts, params: CeilingParams) -> Decision:
        """Return allow, warn or refuse; what really happened (log) is never refused."""
        if facts.channel_class == "none":
            return Decision("allow", (Reason(N_("内部记录，不计入上限"), holds=True),))
        reasons = [*self._counted(facts, params), *self._times(facts, params)]
        if all(reason.holds for reason in reasons):
            return Decision("allow", tuple(reasons))
        answers = {"plan": params.on_plan, "send": params.on_send, "step": params.on_step}
        return Decision(answers.get(facts.purpose, "warn"), tuple(reasons))

    def _counted(self, facts: CeilingFacts, params: CeilingParams) -> list[Reason]:
        found = []
        who = "、".join(facts.units)
        texts = {
            "total": N_("{days} 天内各部门合计至多 {limit} 次"),
            "visit": N_("{days} 天内当面至多 {limit} 次"),
            "call": N_("{days} 天内通话至多 {limit} 次"),
            "message": N_("{days} 天内消息至多 {limit} 次"),
        }
        for name in dict.fromkeys(("total", facts.channel_class)):
            limit = getattr(params, name).get(facts.grade)
            if name == "total":
                named = (one.total for one in params.segments if one.segment in facts.segments)
                limit = next(named, limit)
            if limit is None:
                continue
            used = facts.used.get(name, 0)
            value = f"{used}（{who}）" if who else str(used)
            args = {"days": params.period_days, "limit": limit}
            found.append(Reason(texts[name], used < limit, value, args))
        return found

    def _times(self, facts: CeilingFacts, params: CeilingParams) -> list[Reason]:
        found = []
        if facts.at is not None:
            args = {"start": params.quiet_from, "end": params.quiet_to}
            calm = not params.quiet(facts.at)
            found.append(Reason(N_("不在安静时段 {start}–{end}"), calm, f"{facts.at:%H:%M}", args))
        if params.rest_days:
            day = facts.day.isoformat()
            found.append(Reason(N_("不在休息日"), facts.working_day, day))
        return found
