"""The periods of needs meetings: which were held, which are due, which were missed (NEED-003)."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Min
from django.utils import timezone

from zhike.identity.queries import holders
from zhike.kernel.moments import day_bounds
from zhike.kernel.policy_store import in_force
from zhike.needs.models import Meeting, Need
from zhike.needs.policies import CycleFacts, MeetingCycle

CONVENER = "crm_supervisor"


@dataclass(frozen=True)
class Period:
    """One period with the rule's outcome: held, planned, open, remind or missed."""

    begins_on: dt.date
    ends_on: dt.date
    outcome: str
    meetings: tuple[int, ...]


def period_of(day: dt.date) -> dt.date:
    """Return the first day of the period in which a day lies, by the rule in force on it."""
    begins: dt.date = in_force(MeetingCycle.id, day)[1].begins_on(day)
    return begins


def periods(count: int = 6, *, on: dt.date | None = None) -> list[Period]:
    """Return the current period and those before it, the latest first.

    Periods before anything was recorded are left out: nobody could have met about it.
    """
    today = on or timezone.localdate()
    first = _first_day()
    found: list[Period] = []
    begins = period_of(today)
    while len(found) < count:
        found.append(_period(begins, today))
        before = begins - dt.timedelta(days=1)
        if first is None or before < first:
            break
        begins = period_of(before)
    return found


def _first_day() -> dt.date | None:
    firsts = [
        Need.unscoped.aggregate(at=Min("recorded_at"))["at"],
        Meeting.unscoped.aggregate(at=Min("starts_at"))["at"],
    ]
    known = [timezone.localtime(one).date() for one in firsts if one]
    return min(known) if known else None


def _period(begins: dt.date, today: dt.date) -> Period:
    params = in_force(MeetingCycle.id, begins)[1]
    ends = params.ends_on(begins)
    start, stop = day_bounds(begins, ends)
    rows = Meeting.unscoped.filter(
        starts_at__gte=start, starts_at__lt=stop, archived_at__isnull=True
    )
    states = dict(rows.values_list("pk", "status"))
    facts = CycleFacts(
        begins_on=begins, today=today, held=Meeting.Status.HELD in states.values(),
        planned=Meeting.Status.PLANNED in states.values(),
    )  # fmt: skip
    outcome = MeetingCycle().decide(facts, params).outcome
    return Period(begins, ends, outcome, tuple(states))


def conveners() -> list[int]:
    """Return the active people who hold the role that convenes needs meetings."""
    return holders(CONVENER)
