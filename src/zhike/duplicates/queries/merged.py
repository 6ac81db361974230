"""Where merged records went, and whether a merge may still be undone."""

import datetime as dt

from django.utils import timezone

from zhike.duplicates.models import Merge
from zhike.duplicates.policies import MergePolicy
from zhike.kernel.policy_store import in_force

LONGEST_CHAIN = 50


def active_merge(kind: str, pk: int) -> Merge | None:
    """Return the merge by which this record went into another one, unless it was undone."""
    rows = Merge.unscoped.filter(**{f"other_{kind}_id": pk}, undone_at__isnull=True)
    return rows.order_by("-id").first()


def survivor_of(kind: str, pk: int) -> int | None:
    """Return the record that stands for a merged one today, over any number of merges."""
    current, seen = pk, {pk}
    for _turn in range(LONGEST_CHAIN):
        merge = active_merge(kind, current)
        if merge is None or merge.survivor_id in seen:
            break
        current = merge.survivor_id
        seen.add(current)
    return current if current != pk else None


def undoable(merge: Merge) -> bool:
    """Tell whether the merge stands and its period is not over.

    The period is the one that was in force when the merge was made.
    """
    if merge.undone_at is not None:
        return False
    return bool(timezone.localdate() <= merge.undo_until)


def undo_period(on: dt.date) -> dt.date:
    """Return the last day on which a merge of this day may be undone."""
    _version, params = in_force(MergePolicy.id, on)
    days: int = params.undo_days
    return on + dt.timedelta(days=days)
