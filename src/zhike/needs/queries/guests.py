"""What a contact of a customer sees of the co-creation board: words and numbers, never a name."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from zhike.kernel.errors import NotFound
from zhike.needs.models import BoardLink, Idea, Remark, Vote
from zhike.quality.queries.doors import digest, limits

SHOWN = 60


@dataclass(frozen=True)
class GuestRemark:
    """A comment; ``who`` is ``mine``, ``customer`` (somebody else) or ``us`` (a colleague)."""

    who: str
    at: dt.datetime
    text: str
    waiting: bool


@dataclass(frozen=True)
class GuestIdea:
    """A proposal as customers see it."""

    id: int
    title: str
    text: str
    status: str
    label: str
    votes: int
    result: str
    at: dt.datetime
    mine: bool
    voted: bool
    remarks: Sequence[GuestRemark]


def open_board_link(token: str, *, locked: bool = False) -> BoardLink:
    """Return the usable link of a token.

    Raises:
        NotFound: unknown, taken back, expired, dead, or of a contact who is gone; all look alike.
    """
    rows = BoardLink.unscoped.select_related("person")
    rows = rows.select_for_update(of=("self",)) if locked else rows
    link = rows.filter(
        digest=digest(token), person__archived_at=None, customer__archived_at=None
    ).first()
    gone = link is None or link.person.customer_id != link.customer_id
    if link is None or gone or not link.open_now() or link.attempts >= limits().attempts:
        raise NotFound(_("链接无效、已收回或已过期，请联系您的客户经理重新发送。"))
    return link


def _open_to(person_id: int) -> Q:
    return Q(archived_at=None) & (Q(shared=True) | Q(person_id=person_id))


def shown_idea(person_id: int, idea_id: int, *, locked: bool = False) -> Idea:
    """Return a proposal that is open to a contact.

    Raises:
        NotFound: absent, or not open to him.
    """
    rows = Idea.unscoped.select_for_update() if locked else Idea.unscoped
    row = rows.filter(_open_to(person_id), pk=idea_id).first()
    if row is None:
        raise NotFound(_("没有这个提案，或它尚未公开。"))
    return row


def guest_board(person_id: int) -> list[GuestIdea]:
    """Return what a contact sees, his own first, then those with most votes: three statements."""
    rows = Idea.unscoped.filter(_open_to(person_id)).order_by("-votes_count", "-id")[:SHOWN]
    ideas = sorted(rows, key=lambda row: row.person_id != person_id)
    ids = [row.pk for row in ideas]
    votes = Vote.unscoped.filter(idea_id__in=ids, person_id=person_id)
    voted = set(votes.values_list("idea_id", flat=True))
    visible = Q(status=Remark.Status.PUBLIC) | Q(person_id=person_id)
    said: dict[int, list[GuestRemark]] = {}
    remarks = Remark.unscoped.filter(visible, idea_id__in=ids, archived_at=None)
    for one in remarks.order_by("id"):
        who = "us" if one.person_id is None and one.owner_id else "customer"
        mine = one.person_id == person_id
        waiting = one.status != Remark.Status.PUBLIC
        line = GuestRemark("mine" if mine else who, one.created_at, str(one.text), waiting)
        said.setdefault(one.idea_id, []).append(line)
    return [_card(row, person_id, row.pk in voted, said.get(row.pk, [])) for row in ideas]


def _card(row: Idea, person_id: int, voted: bool, remarks: Sequence[GuestRemark]) -> GuestIdea:
    label = str(Idea.Status(row.status).label)
    return GuestIdea(
        row.pk, str(row.title), str(row.text), str(row.status), label, row.votes_count,
        str(row.result), row.created_at, row.person_id == person_id, voted, remarks,
    )  # fmt: skip
