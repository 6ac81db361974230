"""How often we speak with each customer (COM-005), and what a person reviews first (ORG-034)."""

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason

GRADES = ("vip", "gold", "silver", "bronze", "standard")
LIFECYCLES = ("prospect", "interested", "customer", "loyal", "lost")
SATURDAY = 5


class SegmentDays(BaseModel):
    """The interval of a segment's customers, in place of grade and lifecycle; null = none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    segment: Annotated[
        int, Field(ge=1, title=N_("客户细分"), json_schema_extra={"offers": "segments"})
    ]
    days: Annotated[int | None, Field(ge=1, le=730, title=N_("间隔（天）"))] = None


class CadenceFacts(Facts):
    """What the rule looks at.

    Attributes:
        grade, lifecycle: codes of the customer; last_contact_on: the last contact, or the day its
        last contact to-do was closed by a person; known_on: since when we know the customer;
        today: the day of the decision; calendar: the days near the deadline that are worked on a
        weekend (true) or free on a weekday (false); segments: ids of those of the rule's segments to
        which the customer belongs.
    """

    grade: str
    lifecycle: str
    known_on: dt.date
    today: dt.date
    last_contact_on: dt.date | None = None
    calendar: Mapping[dt.date, bool] = Field(default={})
    segments: Sequence[int] = ()


class CadenceParams(Params):
    """Days between contacts.

    Attributes:
        days: grade -> days, null = no contact prescribed; lifecycle_days: lifecycle -> days that
        replace those of the grade, null = no contact prescribed; warn_days: how many days before
        its deadline the to-do appears; skip_weekends: move a deadline on a day off to the next
        working day; segments: customers of the first of these segments follow its interval.
    """

    days: Mapping[str, int | None] = Field(
        default={"vip": 7, "gold": 14, "silver": 30, "bronze": 60, "standard": None}
    )
    lifecycle_days: Mapping[str, int | None] = Field(default={"lost": None})
    warn_days: int = Field(default=2, ge=0, le=30)
    skip_weekends: bool = True
    segments: Annotated[tuple[SegmentDays, ...], Field(title=N_("按细分规定间隔"))] = ()

    def problems(self) -> list[Problem]:
        """Refuse unknown classes, impossible intervals, and a better grade spoken to less."""
        found = [
            Problem(f"days.{name}", N_("没有这个分级：{name}"), {"name": name})
            for name in self.days
            if name not in GRADES
        ]
        found += [
            Problem(f"lifecycle_days.{name}", N_("没有这个生命周期：{name}"), {"name": name})
            for name in self.lifecycle_days
            if name not in LIFECYCLES
        ]
        for part, table in (("days", self.days), ("lifecycle_days", self.lifecycle_days)):
            found += [
                Problem(f"{part}.{name}", N_("应为 1 到 730 天，当前 {found}"), {"found": days})
                for name, days in table.items()
                if days is not None and not 1 <= days <= 730
            ]
        return found or self._order()

    def _order(self) -> list[Problem]:
        found = []
        ranked = [(name, self.days.get(name)) for name in GRADES]
        for (better, often), (lesser, seldom) in itertools.pairwise(ranked):
            if seldom is not None and (often is None or often > seldom):
                message = N_("{better} 的间隔应不长于 {lesser} 的 {days} 天")
                args = {"better": better, "lesser": lesser, "days": seldom}
                found.append(Problem(f"days.{better}", message, args))
        return found

    def interval(self, grade: str, lifecycle: str, segments: Sequence[int] = ()) -> int | None:
        """Return the days between contacts, None = none prescribed."""
        for one in self.segments:
            if one.segment in segments:
                return one.days
        if lifecycle in self.lifecycle_days:
            return self.lifecycle_days[lifecycle]
        return self.days.get(grade)


class ContactCadence(Policy[CadenceFacts, CadenceParams]):
    """From the last contact, the grade's days later, not on a day off."""

    id = "interactions.contact_cadence"
    title = N_("客户沟通频率")
    statement = N_(
        "按客户分级规定两次沟通之间的最长天数（到期日逢休息日顺延到下一个工作日），"
        "到期前 {warn_days} 天生成回访待办，逾期未联系的客户列入工作台。"
    )
    owner_role = "crm_supervisor"
    source = "COM-005, COM-013; 客户沟通频率"
    subject = "customers.customer"
    icon = "phone-call"
    Facts = CadenceFacts
    Params = CadenceParams

    def decide(self, facts: CadenceFacts, params: CadenceParams) -> Decision:
        """Return ``{"due_on", "show_on", "days"}``, or None where no contact is prescribed."""
        days = params.interval(facts.grade, facts.lifecycle, facts.segments)
        if days is None:
            text = N_("该分级与生命周期不要求定期回访")
            return Decision(None, (Reason(text, holds=False, value=facts.grade),))
        base = facts.last_contact_on or facts.known_on
        due = base + dt.timedelta(days=days)
        if params.skip_weekends:
            due = on_working_day(due, facts.calendar)
        show = due - dt.timedelta(days=params.warn_days)
        reasons = (
            Reason(
                N_("每 {days} 天至少联系一次"), holds=facts.today <= due, value=str(days),
                args={"days": days},
            ),
            Reason(
                N_("上次联系") if facts.last_contact_on else N_("尚无联系，自建档日起算"),
                holds=facts.last_contact_on is not None, value=base.isoformat(),
            ),
            Reason(N_("应在此日之前联系"), holds=facts.today <= due, value=due.isoformat()),
        )  # fmt: skip
        outcome = {"due_on": due.isoformat(), "show_on": show.isoformat(), "days": days}
        return Decision(outcome, reasons)


def on_working_day(day: dt.date, calendar: Mapping[dt.date, bool]) -> dt.date:
    """Return the day, or the next one that is worked if it is a day off."""
    while not calendar.get(day, day.weekday() < SATURDAY):
        day += dt.timedelta(days=1)
    return day
