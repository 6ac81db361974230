"""The voice of the customer: where customers' words stand, for whoever reads them for a purpose.

A package with such texts registers a ``Voice``; tickets and surveys plug in here. Readers page
through what is new and never learn what table it came from.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhike.interactions.models import Comment, Inquiry, Interaction, SocialPost
from zhike.kernel.actor import Actor
from zhike.kernel.records import Record


@dataclass(frozen=True, slots=True)
class Said:
    """One text: ``id`` in its table, whose customer, and who answers for it."""

    id: int
    text: str
    customer_id: int
    owner_id: int | None
    unit_id: int | None
    interaction_id: int | None


@dataclass(frozen=True)
class Voice:
    """A table with customers' words.

    Attributes:
        model: the table, with ``customer`` and ``owner``; title: as people call it; fields: the
        texts, read together; origin: the ``needs`` source of what is found in it (``visit``,
        ``feedback``, ``survey``).
    """

    model: type[Record]
    title: Any
    fields: Sequence[str] = ("text",)
    origin: str = "feedback"

    @property
    def key(self) -> str:
        """Return the table's resource key."""
        return self.model.key()

    def fresh(self, since: dt.datetime, after: int, limit: int) -> list[Said]:
        """Return the texts written or changed since, by id and after one: a page of a sweep."""
        rows: Any = self.model.unscoped.filter(
            updated_at__gte=since, pk__gt=after, archived_at__isnull=True
        )
        return [self._said(row) for row in rows.select_related("customer").order_by("pk")[:limit]]

    def find(self, pk: int) -> Said | None:
        """Return one text, or None where it was put away or names no customer."""
        rows: Any = self.model.unscoped.filter(pk=pk, archived_at__isnull=True)
        row = rows.select_related("customer").first()
        return self._said(row) if row is not None else None

    def seen(self, ids: Sequence[int], by: Actor) -> dict[int, str]:
        """Return the texts among these that a reader may see."""
        rows = self.model.objects.visible_to(by).filter(pk__in=ids)
        return {row.pk: self._text(row) for row in rows}

    def _text(self, row: Any) -> str:
        return "\n".join(text for name in self.fields if (text := str(getattr(row, name) or "")))

    def _said(self, row: Any) -> Said:
        customer = row.customer
        note = row.pk if isinstance(row, Interaction) else getattr(row, "interaction_id", None)
        owner = row.owner_id or (customer.owner_id if customer else None)
        unit = getattr(row, "unit_id", None) or (customer.unit_id if customer else None)
        return Said(row.pk, self._text(row), row.customer_id or 0, owner, unit, note)


voices: dict[str, Voice] = {}
"""Resource key -> voice, in the order of registration."""


def register(voice: Voice) -> None:
    """Let the texts of a table be read."""
    voices[voice.key] = voice


def voice_choices() -> list[tuple[str, Any]]:
    """Return the keys and titles of all voices."""
    return [(key, voice.title) for key, voice in voices.items()]


register(Voice(Interaction, _("沟通记录"), ("summary", "findings"), "visit"))
register(Voice(Comment, _("沟通记录评论"), origin="visit"))
register(Voice(Inquiry, _("客户问题与意见")))
register(Voice(SocialPost, _("社交媒体内容")))
