"""Reads of the handbook: editions in force, covered people, who has signed."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from zhike.identity.models import Membership, User
from zhike.identity.queries import subtree, valid_on
from zhike.kernel.actor import Actor
from zhike.kernel.errors import NotFound
from zhike.kernel.policy_store import in_force
from zhike.rulebook.models import Acknowledgement, Clause, Coverage, Document, Edition
from zhike.rulebook.policies import SigningDeadline, SigningFacts

Status = Edition.Status


def document(pk: int, by: Actor) -> Document:
    """Return one document.

    Raises:
        NotFound: absent or not visible.
    """
    rows = Document.objects.visible_to(by, "view", archived=True).select_related("unit")
    row: Document | None = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def may_see_drafts(by: Actor) -> bool:
    """Tell whether the reader works on editions; everybody else sees published ones only."""
    return by.may("rulebook.edition", "change") or by.may("rulebook.edition", "approve")


def editions(document_id: int, by: Actor) -> "QuerySet[Edition]":
    """Return a document's editions that the reader may see, the newest first."""
    rows = Edition.objects.visible_to(by, "view").filter(document_id=document_id)
    rows = rows if may_see_drafts(by) else rows.filter(status=Status.PUBLISHED)
    return rows.select_related("document", "submitted_by", "decided_by", "created_by").order_by(
        "-number"
    )


def edition(pk: int, by: Actor) -> Edition:
    """Return one edition.

    Raises:
        NotFound: absent, not visible, or a draft of others' work.
    """
    rows = Edition.objects.visible_to(by, "view").select_related("document")
    rows = rows if may_see_drafts(by) else rows.filter(status=Status.PUBLISHED)
    row: Edition | None = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def editions_in_force(on: dt.date | None = None) -> dict[int, Edition]:
    """Return document id -> the published edition in force on a day, in one query."""
    rows = Edition.unscoped.filter(
        status=Status.PUBLISHED, effective_on__lte=on or timezone.localdate(), archived_at=None
    )
    latest = rows.order_by("document_id", "-effective_on", "-number").distinct("document_id")
    return {row.document_id: row for row in latest}


def state(row: Edition, in_force: Edition | None) -> str:
    """Return its status, or scheduled, in_force, superseded once published."""
    if row.status != Status.PUBLISHED:
        return str(row.status)
    if row.effective_on > timezone.localdate():
        return "scheduled"
    return "in_force" if in_force and in_force.pk == row.pk else "superseded"


def clauses(edition_id: int) -> "QuerySet[Clause]":
    """Return the clauses of an edition in order."""
    rows = Clause.unscoped.filter(edition_id=edition_id, archived_at=None)
    return rows.order_by("position", "id")


def authors(row: Edition) -> set[int]:
    """Return everybody who wrote on the draft or its clauses or submitted it."""
    drafts = Edition.pgh_event_model.objects.filter(pgh_obj_id=row.pk, status=Status.DRAFT)  # type: ignore[attr-defined]
    written = Clause.pgh_event_model.objects.filter(edition_id=row.pk)  # type: ignore[attr-defined]
    writers = {
        *drafts.values_list("updated_by_id", flat=True),
        *written.values_list("updated_by_id", flat=True),
        row.created_by_id,
        row.submitted_by_id,
    }
    return {pk for pk in writers if pk is not None}


def covered_users(document_id: int, on: dt.date | None = None) -> "QuerySet[User]":
    """Return the active members, on a day, of the covered units and all below them."""
    units = Coverage.unscoped.filter(document_id=document_id, archived_at=None)
    below = subtree(list(units.values_list("unit_id", flat=True)), on)
    day = on or timezone.localdate()
    inside = Membership.unscoped.filter(valid_on(day), unit_id__in=below).values("user_id")
    return User.unscoped.filter(pk__in=inside, is_active=True, archived_at=None).order_by("id")


def coverage(document_id: int) -> "QuerySet[Coverage]":
    """Return the covered units of a document."""
    rows = Coverage.unscoped.filter(document_id=document_id, archived_at=None)
    return rows.select_related("unit").order_by("unit__code")


@dataclass(frozen=True, slots=True)
class Signature:
    """One covered person and whether the edition was signed."""

    user_id: int
    name: str
    unit: str
    acknowledged_at: dt.datetime | None


def signatures(row: Edition) -> list[Signature]:
    """Return all covered people, those who have not signed first; former signers stay listed."""
    signed = dict(
        Acknowledgement.unscoped.filter(edition_id=row.pk).values_list("user_id", "acknowledged_at")
    )
    users = {u.pk: u for u in covered_users(row.document_id)}
    users |= {u.pk: u for u in User.unscoped.filter(pk__in=signed.keys() - users.keys())}
    units = _unit_names(list(users))
    lines = [
        Signature(pk, str(user), units.get(pk, ""), signed.get(pk)) for pk, user in users.items()
    ]
    return sorted(lines, key=lambda s: (s.acknowledged_at is not None, s.unit, s.user_id))


def _unit_names(users: Sequence[int]) -> dict[int, str]:
    rows = Membership.unscoped.filter(valid_on(timezone.localdate()), user_id__in=users)
    rows = rows.select_related("unit").order_by("is_primary")
    return {row.user_id: str(row.unit) for row in rows}


def unsigned(row: Edition) -> list[int]:
    """Return the ids of covered people who have not signed the edition."""
    signed = Acknowledgement.unscoped.filter(edition_id=row.pk).values("user_id")
    covered = covered_users(row.document_id).exclude(pk__in=signed)
    return list(covered.values_list("id", flat=True))


def acknowledged(edition_id: int) -> set[int]:
    """Return the people who have signed the edition."""
    rows = Acknowledgement.unscoped.filter(edition_id=edition_id)
    return set(rows.values_list("user_id", flat=True))


def sign_by(asked_on: dt.date) -> dt.date:
    """Return the day by which an edition published on a day has to be signed."""
    _version, params = in_force(SigningDeadline.id, asked_on)
    facts = SigningFacts(asked_on=asked_on, today=asked_on)
    return dt.date.fromisoformat(SigningDeadline().decide(facts, params).outcome["due_on"])


def must_sign(row: Edition, by: Actor) -> bool:
    """Tell whether the reader is covered and has not signed this published edition."""
    if row.status != Status.PUBLISHED or by.user_id is None:
        return False
    if Acknowledgement.unscoped.filter(edition_id=row.pk, user_id=by.user_id).exists():
        return False
    return covered_users(row.document_id).filter(pk=by.user_id).exists()


def signed_counts(edition_ids: Sequence[int]) -> dict[int, int]:
    """Return edition id -> how many have signed."""
    rows = Acknowledgement.unscoped.filter(edition_id__in=edition_ids)
    return dict(rows.values_list("edition_id").annotate(n=Count("id")))


def pending(by: Actor) -> "QuerySet[Edition]":
    """Return the submitted editions that the actor may decide."""
    rows = Edition.objects.visible_to(by, "approve").filter(status=Status.SUBMITTED)
    own = Q(submitted_by_id=by.user_id) | Q(created_by_id=by.user_id)
    return rows.exclude(own).select_related("document", "submitted_by").order_by("updated_at")


def documents(by: Actor) -> list[dict[str, Any]]:
    """Return the documents with edition in force, open edition, signature rate and bound rules."""
    rows = Document.objects.visible_to(by, "view").select_related("unit").order_by("code")
    now = editions_in_force()
    signed = signed_counts([e.pk for e in now.values()])
    bound = _bound_counts([e.pk for e in now.values()])
    waiting = _open_editions() if may_see_drafts(by) else {}
    found = []
    for row in rows:
        current = now.get(row.pk)
        covered = covered_users(row.pk).count()
        done = min(signed.get(current.pk, 0), covered) if current else 0
        found.append(
            {
                "document": row,
                "edition": current,
                "open": waiting.get(row.pk),
                "covered": covered,
                "signed": done,
                "rate": done / covered if covered else None,
                "bound": bound.get(current.pk, 0) if current else 0,
            }
        )
    return found


def _bound_counts(edition_ids: Sequence[int]) -> dict[int, int]:
    rows = Clause.unscoped.filter(edition_id__in=edition_ids, archived_at=None)
    rows = rows.exclude(policy_id="")
    return dict(rows.values_list("edition_id").annotate(n=Count("policy_id", distinct=True)))


def _open_editions() -> dict[int, Edition]:
    rows = Edition.unscoped.filter(status__in=[Status.DRAFT, Status.SUBMITTED], archived_at=None)
    return {row.document_id: row for row in rows.order_by("number")}
