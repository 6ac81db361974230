"""The visit checklist and what observers wrote (COM-011)."""

from typing import Any

from zhike.interactions.models import ChecklistItem, Interaction, VisitReview
from zhike.kernel.actor import Actor
from zhike.kernel.errors import NotFound


def checklist() -> list[dict[str, Any]]:
    """Return the points in use, grouped: ``title``, ``points`` of code and text."""
    rows = ChecklistItem.unscoped.filter(active=True, archived_at__isnull=True)
    groups: dict[str, dict[str, Any]] = {
        str(value): {"title": str(label), "points": []}
        for value, label in ChecklistItem.Group.choices
    }
    for row in rows.order_by("rank", "id"):
        groups[str(row.group)]["points"].append({"code": str(row.code), "text": str(row.text)})
    return [group for group in groups.values() if group["points"]]


def visit(interaction_id: int, by: Actor) -> Interaction:
    """Return the visit or meeting that the reader may see.

    Raises:
        NotFound: there is none.
    """
    row = Interaction.objects.visible_to(by).filter(pk=interaction_id).first()
    if row is None:
        raise NotFound
    return row  # type: ignore[no-any-return]


def review_of(interaction_id: int, by: Actor) -> VisitReview | None:
    """Return the reader's own review of a visit."""
    rows = VisitReview.objects.visible_to(by)
    found: VisitReview | None = rows.filter(
        interaction_id=interaction_id, owner_id=by.user_id
    ).first()
    return found


def reviews_of(interaction_id: int, by: Actor) -> list[VisitReview]:
    """Return the reviews of a visit that the reader may see: as visitor, observer or superior."""
    rows = VisitReview.objects.visible_to(by).filter(interaction_id=interaction_id)
    return list(rows.select_related("owner", "visitor").order_by("id"))
