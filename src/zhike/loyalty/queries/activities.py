"""Budgets that wait for a decision."""

from django.db.models import QuerySet

from zhike.kernel.actor import Actor
from zhike.loyalty.models import Activity


def waiting_activities(by: Actor, limit: int) -> "QuerySet[Activity]":
    """Return the activities whose budget the actor may decide, not his own."""
    rows = Activity.objects.visible_to(by, "approve").filter(status=Activity.Status.REQUESTED)
    rows = rows.exclude(submitted_by_id=by.user_id).exclude(owner_id=by.user_id)
    return rows.order_by("updated_at")[:limit]
