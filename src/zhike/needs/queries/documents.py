"""Needs documents as pages, paper and Word read them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from zhike.kernel.actor import Actor
from zhike.kernel.errors import NotFound
from zhike.needs.models import Clause, NeedsDocument, Receipt


@dataclass(frozen=True)
class ClauseText:
    """One clause; ``number`` as printed."""

    id: int
    number: int
    heading: str
    text: str
    need_id: int | None = None


@dataclass(frozen=True)
class Reader:
    """A member of the team with the moment he signed, or None."""

    name: str
    user_id: int
    read_at: dt.datetime | None


@dataclass(frozen=True)
class DocumentText:
    """A document as it is read, with its versions and receipts."""

    row: NeedsDocument
    clauses: Sequence[ClauseText]
    readers: Sequence[Reader] = ()
    versions: Sequence[NeedsDocument] = field(default_factory=tuple)


def waiting_for(by: Actor, limit: int = 20) -> list[NeedsDocument]:
    """Return the submitted documents that this person may decide, those that wait longest first."""
    if not by.may(NeedsDocument.key(), "approve"):
        return []
    rows = NeedsDocument.objects.visible_to(by, "approve")
    rows = rows.filter(status=NeedsDocument.Status.SUBMITTED).exclude(
        submitted_by_id=by.user_id
    ).exclude(created_by_id=by.user_id)  # fmt: skip
    return list(rows.select_related("submitted_by").order_by("submitted_at")[:limit])


def read_document(pk: int, by: Actor) -> DocumentText:
    """Return a document that the reader may see, whole: whoever may see it may read its text.

    Raises:
        NotFound: absent or out of the reader's scope.
    """
    rows = NeedsDocument.objects.visible_to(by, "view", archived=True).select_related(
        "meeting", "customer", "project", "owner", "submitted_by", "decided_by", "former"
    )
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound
    clauses = Clause.unscoped.filter(document=row, archived_at__isnull=True)
    texts = [
        ClauseText(one.pk, number, one.heading, one.text, one.need_id)
        for number, one in enumerate(clauses.order_by("position", "id"), 1)
    ]
    receipts = Receipt.unscoped.filter(document=row).select_related("user").order_by("id")
    readers = [Reader(str(one.user), one.user_id, one.read_at) for one in receipts]
    return DocumentText(row, texts, readers, versions_of(row, by))


def versions_of(row: NeedsDocument, by: Actor) -> list[NeedsDocument]:
    """Return all versions of a document that the reader may see, the latest first."""
    ids = {row.pk}
    earlier, later = row.former_id, row.pk
    while earlier:
        ids.add(earlier)
        earlier = NeedsDocument.unscoped.values_list("former_id", flat=True).get(pk=earlier)
    while later:
        found = NeedsDocument.unscoped.filter(former_id=later).values_list("pk", flat=True).first()
        if found:
            ids.add(found)
        later = found or 0
    rows = NeedsDocument.objects.visible_to(by).filter(pk__in=ids)
    return list(rows.order_by("-number"))
