"""How often we visit key customers in order to understand them (LOY-022)."""

import datetime as dt
from collections.abc import Mapping

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason

GRADES = ("vip", "gold", "silver", "bronze", "standard")


class VisitFacts(Facts):
    """A customer, the last visit, since when we know it, and today."""

    grade: str
    known_on: dt.date
    today: dt.date
    visited_on: dt.date | None = None


class VisitParams(Params):
    """``days``: grade -> days between visits; ``warn_days``: how long before the to-do appears."""

    days: Mapping[str, int] = {"vip": 90, "gold": 180}
    warn_days: int = Field(default=14, ge=0, le=60)

    def problems(self) -> list[Problem]:
        """Refuse unknown grades and impossible intervals."""
        found = [
            Problem(f"days.{name}", N_("没有这个分级：{name}"), {"name": name})
            for name in self.days
            if name not in GRADES
        ]
        return found + [
            Problem(f"days.{name}", N_("应为 1 到 730 天，当前 {found}"), {"found": days})
            for name, days in self.days.items()
            if not 1 <= days <= 730
        ]


class UnderstandingVisits(Policy[VisitFacts, VisitParams]):
    """Key customers are visited to listen, at least every so many days."""

    id = "loyalty.understanding_visits"
    title = N_("重点客户理解性拜访")
    statement = N_(
        "对重点客户按分级定期拜访，倾听诉求、复核信任指标；到期前 {warn_days} 天生成待办。"
    )
    source = "LOY-022"
    subject = "customers.customer"
    icon = "users"
    Facts, Params = VisitFacts, VisitParams

    def decide(self, facts: VisitFacts, params: VisitParams) -> Decision:
        """Return ``{"due_on", "show"}``, or None where no visit is prescribed."""
        days = params.days.get(facts.grade)
        if days is None:
            text = N_("该分级不要求理解性拜访")
            return Decision(None, (Reason(text, holds=False, value=facts.grade),))
        base = facts.visited_on or facts.known_on
        due = base + dt.timedelta(days=days)
        show = facts.today >= due - dt.timedelta(days=params.warn_days)
        text = N_("每 {days} 天至少拜访一次")
        reason = Reason(text, facts.today <= due, base.isoformat(), {"days": days})
        return Decision({"due_on": due.isoformat(), "show": show}, (reason,))
