"""The night's work: cares, visits, health of relations, orders of customers won back."""

from django.utils import timezone

from zhike.kernel.actor import SYSTEM
from zhike.kernel.jobs import every
from zhike.loyalty.actions import plan_care, plan_visits, score_relations, track_reorders


@every("20 3 * * *", "loyalty.nightly")
def nightly() -> None:
    """Bring everything that follows from the calendar and from orders up to date."""
    by, today = SYSTEM(reason="客户关怀与关系"), timezone.localdate()
    score_relations(today, by=by)
    plan_care(today, by=by)
    plan_visits(today, by=by)
    track_reorders(today, by=by)
