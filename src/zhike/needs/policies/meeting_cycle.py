"""How often the needs meeting takes place (NEED-003)."""

import datetime as dt

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Reason

DECEMBER = 12


class CycleFacts(Facts):
    """One period: its first day, today, and whether a meeting was held or is planned in it."""

    begins_on: dt.date
    today: dt.date
    held: bool = False
    planned: bool = False


class CycleParams(Params):
    """Months of a period, and how many days before its end the reminder comes."""

    every_months: int = Field(default=1, ge=1, le=12, title=N_("周期（月）"))
    remind_days: int = Field(default=10, ge=0, le=60, title=N_("期末前提醒（天）"))

    def begins_on(self, day: dt.date) -> dt.date:
        """Return the first day of the period in which a day lies, counted from January."""
        month = (day.month - 1) // self.every_months * self.every_months + 1
        return dt.date(day.year, month, 1)

    def ends_on(self, begins_on: dt.date) -> dt.date:
        """Return the last day of a period; the last one of a year ends with the year."""
        month = begins_on.month + self.every_months
        if month > DECEMBER:
            return dt.date(begins_on.year, DECEMBER, 31)
        return dt.date(begins_on.year, month, 1) - dt.timedelta(days=1)


class MeetingCycle(Policy[CycleFacts, CycleParams]):
    """One meeting in every period; a missed one raises an alert."""

    id = "needs.meeting_cycle"
    title = N_("需求分析会周期")
    statement = N_(
        "每 {every_months} 个月至少召开一次需求识别与分析会议，期末前 {remind_days} 天仍未安排的提醒"
        "召集人，逾期未开的记为漏开并提醒主管。"
    )
    owner_role = "crm_supervisor"
    source = "NEED-003; 需求识别与分析会议"
    subject = "needs.meeting"
    icon = "calendar-event"
    Facts = CycleFacts
    Params = CycleParams

    def decide(self, facts: CycleFacts, params: CycleParams) -> Decision:
        """Return ``held``, ``planned``, ``open``, ``remind`` or ``missed``."""
        end = params.ends_on(facts.begins_on)
        over = facts.today > end
        near = facts.today > end - dt.timedelta(days=params.remind_days)
        if facts.held:
            outcome = "held"
        elif over:
            outcome = "missed"
        elif facts.planned:
            outcome = "planned"
        else:
            outcome = "remind" if near else "open"
        reasons = (
            Reason(N_("本周期已召开需求分析会"), facts.held),
            Reason(N_("本周期已安排需求分析会"), facts.planned or facts.held),
            Reason(N_("周期尚未结束"), not over, end.isoformat()),
        )
        return Decision(outcome, reasons)
