"""The co-creation board and the centre of needs, as pages read them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.customers.models import Customer
from zhike.kernel.actor import Actor
from zhike.needs.models import (
    Idea,
    Meeting,
    Need,
    NeedsDocument,
    NeedType,
    Remark,
    Suggestion,
    Vote,
)
from zhike.needs.models.need import CLOSED

SHOWN = 60


@dataclass(frozen=True)
class Said:
    """A comment; ``status`` tells who sees it."""

    pk: int
    who: str
    who_id: int | None
    at: dt.datetime
    text: str
    status: str
    label: str


@dataclass(frozen=True)
class IdeaCard:
    """A proposal; ``customer`` is empty where the reader may not see the customer."""

    row: Idea
    customer: str
    customer_id: int | None
    voted: bool
    remarks: Sequence[Said]


def idea_cards(by: Actor, status: str = "") -> list[IdeaCard]:
    """Return the proposals, those with the most votes first: four statements."""
    rows = Idea.objects.visible_to(by).select_related("owner")
    if status in Idea.Status.values:
        rows = rows.filter(status=status)
    ideas = list(rows.order_by("-votes_count", "-id")[:SHOWN])
    ids = [idea.pk for idea in ideas]
    mine = Vote.unscoped.filter(idea_id__in=ids, user_id=by.user_id or 0)
    voted = set(mine.values_list("idea_id", flat=True))
    wanted = {idea.customer_id for idea in ideas if idea.customer_id}
    seen = {c.pk: str(c) for c in Customer.objects.visible_to(by).filter(pk__in=wanted)}
    said: dict[int, list[Said]] = {}
    remarks = Remark.objects.visible_to(by).filter(idea_id__in=ids).select_related("owner")
    for one in remarks.order_by("id"):
        who = str(one.owner or "") or _("客户")
        label = str(Remark.Status(one.status).label)
        text = Said(
            one.pk, who, one.owner_id, one.created_at, str(one.text), str(one.status), label
        )
        said.setdefault(one.idea_id, []).append(text)
    return [
        IdeaCard(
            idea, seen.get(idea.customer_id or 0, ""),
            idea.customer_id if idea.customer_id in seen else None, idea.pk in voted,
            said.get(idea.pk, []),
        )
        for idea in ideas
    ]  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """How many open needs, first answers due and overdue, untold customers, open suggestions."""

    open: int
    waiting: int
    late: int
    untold: int
    suggestions: int


def figures(by: Actor) -> Figures:
    """Return the numbers of the centre of needs in the reader's scope."""
    now = timezone.now()
    is_open, unanswered = ~Q(status__in=CLOSED), Q(answered_at__isnull=True)
    found = Need.objects.visible_to(by).aggregate(
        open=Count("id", filter=is_open),
        waiting=Count("id", filter=is_open & unanswered),
        late=Count("id", filter=is_open & unanswered & Q(answer_due_at__lt=now)),
        untold=Count("id", filter=Q(status__in=CLOSED, told_at__isnull=True)),
    )
    heard = Suggestion.objects.visible_to(by).filter(status=Suggestion.Status.OPEN)
    return Figures(suggestions=heard.count(), **found)


def next_answers(by: Actor, limit: int = 8) -> list[Need]:
    """Return the open needs that wait for a first answer, the most urgent first."""
    rows = Need.objects.visible_to(by).filter(answered_at__isnull=True).exclude(status__in=CLOSED)
    return list(rows.select_related("customer", "owner").order_by("answer_due_at", "id")[:limit])


def recent_documents(by: Actor, limit: int = 5) -> list[NeedsDocument]:
    """Return the latest needs documents that the reader may see."""
    rows = NeedsDocument.objects.visible_to(by).select_related("project", "owner")
    return list(rows.order_by("-created_at")[:limit])


def meetings_of(by: Actor, ids: Sequence[int]) -> dict[int, str]:
    """Return the titles of those meetings that the reader may see."""
    rows = Meeting.objects.visible_to(by).filter(pk__in=ids)
    return dict(rows.values_list("pk", "title"))


def types(by: Actor) -> list[tuple[int, str]]:
    """Return the types of needs."""
    return list(NeedType.objects.visible_to(by).order_by("id").values_list("pk", "name"))


def waiting_ideas(by: Actor, limit: int) -> list[Idea]:
    """Return contacts' proposals that the reader may open, those that wait longest first."""
    rows = Idea.objects.visible_to(by, "approve").filter(status=Idea.Status.WAITING)
    return list(rows.order_by("created_at")[:limit])


def waiting_remarks(by: Actor, limit: int) -> list[Remark]:
    """Return contacts' comments that the reader may open, those that wait longest first."""
    rows = Remark.objects.visible_to(by, "approve").filter(status=Remark.Status.WAITING)
    return list(rows.select_related("idea").order_by("created_at")[:limit])
