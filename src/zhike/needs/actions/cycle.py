"""Keeps the cycle of needs meetings: a reminder before the period ends, an alert after (NEED-003)."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.identity.actions.notices import notify
from zhike.interactions.actions import settle_todos
from zhike.interactions.models import ToDo
from zhike.kernel.actions import recorded
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.events import emit
from zhike.needs.actions.todos import open_todo
from zhike.needs.events import MeetingMissed
from zhike.needs.policies import MeetingCycle
from zhike.needs.queries.calendar import after_working_days
from zhike.needs.queries.cycle import Period, conveners, periods

LOOKED_AT = 3
CATCH_UP_DAYS = 5


def keep_cycle(on: dt.date | None = None) -> dict[str, int]:
    """Open the reminder of the running period and the alert of missed ones, once for each.

    Returns:
        How many reminders and alerts are new. May run any number of times.
    """
    today = on or timezone.localdate()
    by = SYSTEM(reason=MeetingCycle.id)
    counts = {"reminders": 0, "alerts": 0}
    with recorded(by, "needs.keep_cycle"):
        people = conveners()
        for period in periods(LOOKED_AT, on=today):
            if period.outcome == "remind":
                counts["reminders"] += _remind(period, people, by)
            elif period.outcome == "missed":
                counts["alerts"] += _alert(period, people, today, by)
            else:
                settle_todos([f"needs.cycle:{period.begins_on}"], by=by)
    return counts


def _known(source: str) -> bool:
    return ToDo.unscoped.filter(source_key=source).exists()


def _name(period: Period) -> str:
    return f"{period.begins_on:%Y-%m-%d} – {period.ends_on:%Y-%m-%d}"


def _remind(period: Period, people: list[int], by: Actor) -> int:
    source = f"needs.cycle:{period.begins_on}"
    if not people or _known(source):
        return 0
    open_todo(
        source, _("安排需求分析会（%s）") % _name(period), by=by, due=period.ends_on,
        owner_id=people[0], policy_id=MeetingCycle.id,
        facts={"begins_on": period.begins_on.isoformat()},
    )  # fmt: skip
    return 1


def _alert(period: Period, people: list[int], today: dt.date, by: Actor) -> int:
    source = f"needs.missed:{period.begins_on}"
    settle_todos([f"needs.cycle:{period.begins_on}"], by=by)
    if not people or _known(source):
        return 0
    title = _("漏开需求分析会（%s），请补开并说明原因") % _name(period)
    open_todo(
        source, title, by=by, due=after_working_days(today, CATCH_UP_DAYS), owner_id=people[0],
        policy_id=MeetingCycle.id,
        facts={"begins_on": period.begins_on.isoformat()},
    )  # fmt: skip
    notify(people, title, by=by, icon="alert-triangle", url="/needs/meeting/")
    emit(MeetingMissed(period.begins_on.isoformat()), by=by)
    return 1
