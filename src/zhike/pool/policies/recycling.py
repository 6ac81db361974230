"""When a customer goes back to the pool (SEG-044)."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason

LONGEST = 3_660
SATURDAY = 5
GRADES = ("vip", "gold", "silver", "bronze", "standard")
LIFECYCLES = ("prospect", "interested", "customer", "loyal", "lost")


class RecycleRule(BaseModel):
    """Deadlines of some grades; the first rule that names a customer's grade and class holds.

    ``follow_up_days`` without a follow-up, ``order_days`` without an order, ``contract_days`` after
    the end of a contract; None = no such deadline.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    grades: Annotated[
        tuple[str, ...], Field(title=N_("分级"), json_schema_extra={"offers": "grades"})
    ] = ()
    lifecycles: Annotated[
        tuple[str, ...], Field(title=N_("生命周期"), json_schema_extra={"offers": "lifecycles"})
    ] = ()
    follow_up_days: Annotated[int | None, Field(ge=1, le=LONGEST, title=N_("未跟进（天）"))] = None
    order_days: Annotated[int | None, Field(ge=1, le=LONGEST, title=N_("未成交（天）"))] = None
    contract_days: Annotated[int | None, Field(ge=1, le=LONGEST, title=N_("合同结束后（天）"))] = (
        None
    )

    def covers(self, grade: str, lifecycle: str) -> bool:
        """Tell whether the rule is for such customers; an empty list means all."""
        return (not self.grades or grade in self.grades) and (
            not self.lifecycles or lifecycle in self.lifecycles
        )


class RecyclingFacts(Facts):
    """What is known of an owned customer on a day. Dates are the last of their kind.

    ``calendar`` names the days near the deadlines that are worked on a weekend (true) or free on a
    weekday (false); it is asked only where deadlines count in working days.
    """

    today: dt.date
    grade: str
    lifecycle: str
    owned_on: dt.date
    followed_on: dt.date | None = None
    ordered_on: dt.date | None = None
    contract_ended_on: dt.date | None = None
    protected_by: str = ""
    extended_until: dt.date | None = None
    calendar: Mapping[dt.date, bool] = Field(default={})


class RecyclingParams(Params):
    """The rules by grade and class, and what surrounds them.

    ``protect_days`` after a customer got a new owner nothing is recycled; ``warn_days`` before the
    deadline the owner is told; ``extension_days`` one approved extension gives; ``undo_hours`` a
    night's run can be taken back; ``spared_segments``: customers of these segments stay.
    """

    rules: tuple[RecycleRule, ...] = (
        RecycleRule(grades=("vip", "gold"), follow_up_days=120, order_days=365, contract_days=90),
        RecycleRule(grades=("silver",), follow_up_days=90, order_days=270, contract_days=60),
        RecycleRule(lifecycles=("customer", "loyal"), follow_up_days=60, order_days=180),
        RecycleRule(follow_up_days=30),
    )
    working_days: Annotated[bool, Field(title=N_("按工作日计算"))] = False
    protect_days: Annotated[int, Field(ge=0, le=365, title=N_("换人后保护（天）"))] = 15
    warn_days: tuple[Annotated[int, Field(ge=1, le=60)], ...] = (3, 1)
    extension_days: Annotated[int, Field(ge=1, le=365, title=N_("一次延期（天）"))] = 15
    spared_segments: Annotated[
        tuple[int, ...],
        Field(title=N_("不回收的客户细分"), json_schema_extra={"offers": "segments"}),
    ] = ()
    undo_hours: Annotated[int, Field(ge=1, le=240, title=N_("可撤销回收（小时）"))] = 24

    def rule_for(self, grade: str, lifecycle: str) -> RecycleRule | None:
        """Return the first rule for such customers."""
        return next((rule for rule in self.rules if rule.covers(grade, lifecycle)), None)

    def problems(self) -> list[Problem]:
        """Return unknown grades and classes, rules without deadline, rules never reached."""
        return list(self._problems())

    def _problems(self) -> Iterator[Problem]:
        for i, rule in enumerate(self.rules):
            for name, known in (("grades", GRADES), ("lifecycles", LIFECYCLES)):
                for word in getattr(rule, name):
                    if word not in known:
                        yield Problem(f"rules.{i}.{name}", N_("没有“{word}”这一项"), {"word": word})
            if not (rule.follow_up_days or rule.order_days or rule.contract_days):
                yield Problem(f"rules.{i}", N_("这一行没有任何期限，请至少填写一项或删除它"))
            before = [one for one in self.rules[:i] if not one.grades and not one.lifecycles]
            if before:
                yield Problem(f"rules.{i}", N_("前面一行已覆盖全部客户，这一行永远不会用到"))


class Recycling(Policy[RecyclingFacts, RecyclingParams]):
    """Customers without work go back to the pool, after warnings."""

    id = "pool.recycling"
    title = N_("公海回收规则")
    statement = N_(
        "负责人在规定天数内没有跟进或没有成交的客户退回公海；到期前提醒负责人，"
        "换人后 {protect_days} 天内和有效合同期内不回收，可申请一次 {extension_days} 天的延期。"
    )
    owner_role = "crm_supervisor"
    source = "SEG-044"
    subject = "customers.customer"
    icon = "recycle"
    Facts = RecyclingFacts
    Params = RecyclingParams

    def decide(self, facts: RecyclingFacts, params: RecyclingParams) -> Decision:
        """Return ``{"state", "due_on"}``: state is keep, warn or recycle; due_on may be None.

        A deadline counts from the later of its event and the day the owner began; the earliest
        deadline counts. The customer is recycled on the day after the deadline.
        """
        if facts.protected_by:
            reason = Reason(
                N_("受保护：{why}"), True, facts.protected_by, {"why": facts.protected_by}
            )
            return Decision({"state": "keep", "due_on": None}, (reason,))
        rule = params.rule_for(facts.grade, facts.lifecycle)
        if rule is None:
            text = N_("没有适用于该分级与生命周期的回收规则")
            return Decision({"state": "keep", "due_on": None}, (Reason(text, True),))
        lines = list(self._deadlines(facts, rule, params))
        earliest = min((due for due, _line in lines), default=None)
        due = self._latest(earliest, facts, params)
        state = "keep"
        if due is not None:
            left = (due - facts.today).days
            state = "recycle" if left < 0 else "warn" if left in params.warn_days else "keep"
        outcome = {"state": state, "due_on": due.isoformat() if due else None}
        return Decision(outcome, tuple(line for _due, line in lines))

    def _deadlines(
        self, facts: RecyclingFacts, rule: RecycleRule, params: RecyclingParams
    ) -> Iterator[tuple[dt.date, Reason]]:
        known = (
            (rule.follow_up_days, facts.followed_on, N_("{days} 天内至少跟进一次")),
            (rule.order_days, facts.ordered_on, N_("{days} 天内至少成交一次")),
        )
        for days, last, text in known:
            if days is not None:
                base = max(facts.owned_on, last) if last else facts.owned_on
                due = later(base, days, facts, params)
                yield due, Reason(text, facts.today <= due, base.isoformat(), {"days": days})
        if rule.contract_days is not None and facts.contract_ended_on is not None:
            base = max(facts.owned_on, facts.contract_ended_on)
            due = later(base, rule.contract_days, facts, params)
            text = N_("合同结束后 {days} 天内续签")
            args = {"days": rule.contract_days}
            yield due, Reason(text, facts.today <= due, base.isoformat(), args)

    @staticmethod
    def _latest(
        due: dt.date | None, facts: RecyclingFacts, params: RecyclingParams
    ) -> dt.date | None:
        if due is None:
            return None
        protected = facts.owned_on + dt.timedelta(days=params.protect_days)
        return max(due, protected, facts.extended_until or due)


def later(base: dt.date, days: int, facts: RecyclingFacts, params: RecyclingParams) -> dt.date:
    """Return the day so many calendar or working days after another."""
    if not params.working_days:
        return base + dt.timedelta(days=days)
    day, left = base, days
    while left:
        day += dt.timedelta(days=1)
        left -= facts.calendar.get(day, day.weekday() < SATURDAY)
    return day
