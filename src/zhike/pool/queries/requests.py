"""Requests that wait for the reader's decision."""

from zhike.kernel.actor import Actor
from zhike.pool.models import PoolRequest


def waiting(by: Actor, limit: int) -> list[PoolRequest]:
    """Return the open requests that the reader may decide, the oldest first; not his own."""
    if not by.may(PoolRequest.key(), "approve"):
        return []
    rows = PoolRequest.objects.visible_to(by, "approve").filter(status="requested")
    rows = rows.exclude(requester_id=by.user_id).select_related("customer", "requester")
    return list(rows.order_by("created_at")[:limit])
