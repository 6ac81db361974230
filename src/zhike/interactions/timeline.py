"""Communications with their comments on the customer's timeline."""

import datetime as dt
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf
from django.utils.translation import gettext as _

from zhike.interactions.models import (
    Attendee,
    Behaviour,
    Comment,
    Interaction,
    Participant,
    VisitPhoto,
    channel_choices,
    channel_icon,
)
from zhike.kernel.actor import Actor
from zhike.kernel.prepared import Id, prepared
from zhike.kernel.timeline import Before, Entry, earlier, read, source

LOGGED = (
    "channel", "direction", "occurred_at", "minutes", "place", "purpose", "summary", "findings",
    "next_step", "next_step_on", "latitude", "longitude", "accuracy",
    "attachment", "version", "extra", "owner__display_name", "owner__username",
)  # fmt: skip
SAID = JSONObject(
    who=Coalesce(NullIf("owner__display_name", Value("")), "owner__username", Value("")),
    owner_id="owner_id", at="created_at", text="text", names=F("extra__mentions"),
)  # fmt: skip
COVERED = ("interactions.interaction_logged", "interactions.comment_added")


@source("interactions", group="contact", covers=COVERED)
def interactions(customer_id: int, by: Actor, before: Before | None, limit: int) -> list[Entry]:
    """Return the communications that the reader may see: one query, whatever their number."""
    titles = dict(channel_choices())
    found = read(_logged, customer_id, by, before, limit, earlier)
    return [_entry(row, by, titles) for row in found]


@prepared
def _logged(by: Actor, customer_id: Id, limit: int | None) -> "QuerySet[Interaction]":
    rows = Interaction.objects.visible_to(by).filter(customer_id=customer_id)
    said = Comment.objects.visible_to(by).filter(interaction_id=OuterRef("pk")).order_by("id")
    rows = rows.annotate(said=ArraySubquery(said.values(json=SAID)))
    names = Participant.objects.visible_to(by).filter(interaction_id=OuterRef("pk"))
    rows = rows.annotate(people=ArraySubquery(names.order_by("id").values("person__name")))
    ours = Attendee.objects.visible_to(by).filter(interaction_id=OuterRef("pk")).order_by("id")
    rows = rows.annotate(ours=ArraySubquery(ours.values("user__display_name")))
    shots = VisitPhoto.objects.visible_to(by).filter(interaction_id=OuterRef("pk")).order_by("id")
    rows = rows.annotate(shots=ArraySubquery(shots.values("pk")))
    rows = rows.select_related("owner").order_by("-occurred_at", "-id")
    return rows.only(*LOGGED)[:limit]


def _entry(row: Interaction, by: Actor, titles: dict[str, Any]) -> Entry:
    people: list[str] = row.people  # type: ignore[attr-defined]
    channel = str(titles.get(str(row.channel), row.channel))
    minutes = _(" %d 分钟") % row.minutes if row.minutes else ""
    note = _("与 %(people)s %(channel)s") % {"people": "、".join(people), "channel": channel}
    note = (note if people else channel) + minutes
    if row.purpose or row.place:
        note += " · " + " · ".join(filter(None, [row.purpose, row.place]))
    if row.ours:  # type: ignore[attr-defined]
        note += " · " + _("同行 %s") % "、".join(row.ours)  # type: ignore[attr-defined]
    if row.direction == Interaction.Direction.IN:
        note += " · " + _("客户发起")
    more = {
        "comments": [
            {**one, "at": dt.datetime.fromisoformat(one["at"]), "names": one["names"] or ()}
            for one in row.said  # type: ignore[attr-defined]
        ],
        "mine": row.owner_id == by.user_id,
        "version": row.version,
        "attachment": str(row.attachment.name).rsplit("/", 1)[-1] if row.attachment else "",
        "photos": row.shots,  # type: ignore[attr-defined]
        "findings": row.findings,
        "position": _position(row, by),
        "next_step": row.next_step,
        "next_step_on": row.next_step_on,
    }  # fmt: skip
    return Entry(
        row.occurred_at, row.pk, channel_icon(str(row.channel)), str(row.owner or _("同事")), note,
        str(row.summary), names=row.extra.get("mentions", ()), more=more,
    )  # fmt: skip


def _position(row: Interaction, by: Actor) -> str:
    """Return where the writer stood, for readers who may see both angles in full."""
    access = {by.field_access(Interaction.key(), name) for name in ("latitude", "longitude")}
    if row.latitude is None or row.longitude is None or access & {"hidden", "masked"}:
        return ""
    found = f"{row.latitude:.5f}, {row.longitude:.5f}"
    return found + (_("（±%d 米）") % row.accuracy if row.accuracy else "")


@source("behaviour", group="contact")
def behaviour(customer_id: int, by: Actor, before: Before | None, limit: int) -> list[Entry]:
    """Return what contacts did on our sites, where the reader may see it."""
    found = read(_done, customer_id, by, before, limit, earlier)
    return [
        Entry(
            row.occurred_at, row.pk, "activity", str(row.person.name),
            " · ".join(filter(None, [str(row.get_kind_display()), row.source])), str(row.title),
            url=f"/interactions/behaviour/{row.pk}/",
        )
        for row in found
    ]  # fmt: skip


@prepared
def _done(by: Actor, customer_id: Id, limit: int | None) -> "QuerySet[Behaviour]":
    rows = Behaviour.objects.visible_to(by).filter(customer_id=customer_id)
    return rows.select_related("person").order_by("-occurred_at", "-id")[:limit]
