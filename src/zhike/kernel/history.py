"""Row history read back: who changed which field from what to what, and why (DAT-027)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhike.kernel.models import EventRow
from zhike.kernel.records import Record

SILENT = frozenset(
    {"version", "updated_at", "updated_by", "search_tsv", "created_at", "created_by"}
)


@dataclass(frozen=True)
class Version:
    """One step in the life of a row.

    Attributes:
        label: insert, update or delete; changes: field name, value before, value after;
        who, action, reason, channel, request_id: of the act that wrote it.
    """

    number: int
    at: datetime
    label: str
    changes: Sequence[tuple[str, Any, Any]]
    who: str = ""
    user_id: int | None = None
    action: str = ""
    reason: str = ""
    channel: str = ""
    request_id: str = ""


def versions(model: type[Record], pk: int, *, limit: int = 100) -> list[Version]:
    """Return the steps of one row, newest first; what changed nothing to see is left out.

    A record that is itself a history (``tracked = False``) has none.
    """
    kept: Any = getattr(model, "pgh_event_model", None)  # pghistory adds it
    if kept is None:
        return []
    rows = list(
        kept.objects.filter(pgh_obj_id=pk)
        .select_related("pgh_context")
        .order_by("-pgh_id")[: limit + 1]
    )
    names = [f.attname for f in model._meta.fields if f.name not in SILENT and not f.primary_key]
    known = {f.attname for f in kept._meta.fields}
    names = [name for name in names if name in known]
    found = []
    for index, row in enumerate(rows[:limit]):
        before = rows[index + 1] if index + 1 < len(rows) else None
        changes = _changes(names, before, row)
        if changes or before is None:
            found.append(_version(row, changes))
    return found


def _changes(names: list[str], before: Any, after: Any) -> list[tuple[str, Any, Any]]:
    if before is None:
        return [
            (n, None, getattr(after, n)) for n in names if getattr(after, n) not in (None, "", {})
        ]
    pairs = [(n, getattr(before, n), getattr(after, n)) for n in names]
    return [(n, old, new) for n, old, new in pairs if old != new]


def _version(row: Any, changes: list[tuple[str, Any, Any]]) -> Version:
    meta = row.pgh_context.metadata if row.pgh_context_id else {}
    return Version(
        row.version, row.pgh_created_at, row.pgh_label, changes,
        who=str(meta.get("actor") or ""), user_id=meta.get("user"),
        action=str(meta.get("action") or ""), reason=str(meta.get("reason") or ""),
        channel=str(meta.get("channel") or ""), request_id=str(meta.get("request_id") or ""),
    )  # fmt: skip


def happenings(key: str, pk: int, *, limit: int = 50, before: int | None = None) -> list[EventRow]:
    """Return the events of one record, newest first.

    Args:
        before: id of the last event of the page before.
    """
    rows = EventRow.objects.filter(subject=key, subject_id=pk).select_related("actor")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-id")[:limit])
