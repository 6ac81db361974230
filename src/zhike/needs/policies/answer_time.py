"""How soon a customer hears a first answer, in working hours (NEED-015)."""

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason

PRIORITIES = ("urgent", "high", "normal", "low")
SATURDAY = 5
FURTHEST_DAYS = 400


class AnswerFacts(Facts):
    """What the rule looks at; moments are local time without zone.

    Attributes:
        days_off: working days by the week that are holidays; days_on: weekends that are worked.
    """

    priority: str
    recorded_at: dt.datetime
    now: dt.datetime
    answered_at: dt.datetime | None = None
    days_off: Sequence[dt.date] = ()
    days_on: Sequence[dt.date] = ()


class AnswerParams(Params):
    """Working hours until the first answer for each priority, and when the day begins and ends."""

    hours: Mapping[str, int] = Field(
        default={"urgent": 4, "high": 8, "normal": 16, "low": 40},
        title=N_("首次答复（工作小时）"),
        json_schema_extra={"offers": "priorities"},
    )
    opens_at: str = Field(default="09:00", title=N_("上班时间"), pattern=r"^[0-2]\d:[0-5]\d$")
    closes_at: str = Field(default="17:00", title=N_("下班时间"), pattern=r"^[0-2]\d:[0-5]\d$")

    def problems(self) -> list[Problem]:
        """Refuse unknown priorities, impossible hours, an urgent need answered later than others."""
        found = [
            Problem(f"hours.{name}", N_("没有这个优先级：{name}"), {"name": name})
            for name in self.hours
            if name not in PRIORITIES
        ]
        found += [
            Problem(f"hours.{name}", N_("应为 1 到 400 小时，当前 {found}"), {"found": hours})
            for name, hours in self.hours.items()
            if not 1 <= hours <= 400
        ]
        found += [
            Problem(f"hours.{name}", N_("缺少这个优先级：{name}"), {"name": name})
            for name in PRIORITIES
            if name not in self.hours
        ]
        if not "00:00" <= self.opens_at < self.closes_at <= "23:59":
            found.append(Problem("closes_at", N_("下班时间应晚于上班时间")))
        return found or self._order()

    def _order(self) -> list[Problem]:
        message = N_("{better} 的时限应不长于 {lesser} 的 {hours} 小时")
        return [
            Problem(
                f"hours.{better}",
                message,
                {"better": better, "lesser": lesser, "hours": self.hours[lesser]},
            )
            for better, lesser in itertools.pairwise(PRIORITIES)
            if self.hours[better] > self.hours[lesser]
        ]

    def window(self, day: dt.date) -> tuple[dt.datetime, dt.datetime]:
        """Return when work begins and ends on a day."""
        opens, closes = dt.time.fromisoformat(self.opens_at), dt.time.fromisoformat(self.closes_at)
        return dt.datetime.combine(day, opens), dt.datetime.combine(day, closes)


class AnswerTime(Policy[AnswerFacts, AnswerParams]):
    """From the moment a need is recorded, the priority's working hours."""

    id = "needs.answer_time"
    title = N_("客户需求首次答复时限")
    statement = N_(
        "客户需求登记后，紧急 {hours[urgent]}、较高 {hours[high]}、常规 {hours[normal]}、"
        "较低 {hours[low]} 个工作小时内首次答复客户（工作日 {opens_at} 至 {closes_at}）。"
    )
    owner_role = "crm_supervisor"
    source = "NEED-015; 客户需求的及时响应"
    subject = "needs.need"
    icon = "stopwatch"
    Facts = AnswerFacts
    Params = AnswerParams

    def decide(self, facts: AnswerFacts, params: AnswerParams) -> Decision:
        """Return ``{"due_at", "state", "minutes"}``; state is open, overdue, met or late."""
        hours = params.hours.get(facts.priority, params.hours["normal"])
        due = self.add(facts.recorded_at, hours * 60, facts, params)
        end = facts.answered_at or facts.now
        minutes = self.spent(facts.recorded_at, end, facts, params)
        kept = end <= due
        if facts.answered_at:
            state = "met" if kept else "late"
        else:
            state = "open" if kept else "overdue"
        reasons = (
            Reason(
                N_("{hours} 个工作小时内首次答复"), kept, f"{minutes / 60:.1f}", {"hours": hours}
            ),
            Reason(N_("应在此时之前答复"), kept, f"{due:%Y-%m-%d %H:%M}"),
            Reason(
                N_("已答复") if facts.answered_at else N_("尚未答复"),
                facts.answered_at is not None,
                f"{facts.answered_at:%Y-%m-%d %H:%M}" if facts.answered_at else "",
            ),
        )
        outcome = {"due_at": due.isoformat(timespec="minutes"), "state": state, "minutes": minutes}
        return Decision(outcome, reasons)

    def add(
        self, start: dt.datetime, minutes: int, facts: AnswerFacts, params: AnswerParams
    ) -> dt.datetime:
        """Return the moment when so many working minutes have passed."""
        left = dt.timedelta(minutes=minutes)
        for opens, closes in self._windows(start, facts, params):
            begin = max(opens, start)
            if begin + left <= closes:
                return begin + left
            left -= max(closes - begin, dt.timedelta())
        return start + dt.timedelta(days=FURTHEST_DAYS)

    def spent(
        self, start: dt.datetime, end: dt.datetime, facts: AnswerFacts, params: AnswerParams
    ) -> int:
        """Return the working minutes between two moments."""
        total = dt.timedelta()
        for opens, closes in self._windows(start, facts, params):
            if opens >= end:
                break
            total += max(min(closes, end) - max(opens, start), dt.timedelta())
        return int(total.total_seconds() // 60)

    @staticmethod
    def _windows(
        start: dt.datetime, facts: AnswerFacts, params: AnswerParams
    ) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        for number in range(FURTHEST_DAYS):
            day = start.date() + dt.timedelta(days=number)
            worked = day in facts.days_on or (
                day.weekday() < SATURDAY and day not in facts.days_off
            )
            if worked:
                yield params.window(day)
