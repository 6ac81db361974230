"""The first answer to a need: its deadline and what was spent, by the rule in force (NEED-015)."""

import datetime as dt

from django.utils import timezone

from zhike.identity.queries import working_calendar
from zhike.kernel.policies import Decision
from zhike.kernel.policy_store import in_force
from zhike.kernel.registry import registry
from zhike.needs.models import Need
from zhike.needs.policies import AnswerFacts, AnswerTime
from zhike.needs.queries.calendar import naive

HORIZON_DAYS = 60


def decide_answer(need: Need, *, now: dt.datetime | None = None) -> Decision:
    """Return the rule's decision on a need, under the parameters in force when it was recorded."""
    recorded = timezone.localtime(need.recorded_at)
    _version, params = in_force(AnswerTime.id, recorded.date())
    moment = now or timezone.now()
    ahead = dt.timedelta(days=max(HORIZON_DAYS, (moment - need.recorded_at).days + 2) - 1)
    first = recorded.date()
    unlike = working_calendar().unlike_the_plain_week(first, first + ahead)
    facts = AnswerFacts(
        priority=str(need.priority), recorded_at=naive(need.recorded_at), now=naive(moment),
        answered_at=naive(need.answered_at) if need.answered_at else None,
        days_off=[day for day, worked in unlike.items() if not worked],
        days_on=[day for day, worked in unlike.items() if worked],
    )  # fmt: skip
    decision: Decision = registry.policies[AnswerTime.id].decide(facts, params)
    return decision


def due_at(need: Need) -> dt.datetime:
    """Return the moment by which the customer should have a first answer."""
    outcome = decide_answer(need).outcome
    return timezone.make_aware(dt.datetime.fromisoformat(outcome["due_at"]))
