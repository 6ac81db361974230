"""What communication led to: the stored figures, summed in SQL for the reader (COM-012, COM-014)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from zhike.interactions.models import ContactEffect, channel_choices
from zhike.kernel.actor import Actor

NUMBERS = (
    "contacts", "replied", "incoming", "answered", "answer_minutes", "progressed", "ordered",
    "good", "neutral", "bad", "planned", "planned_done",
)  # fmt: skip
MONTHS = 6
MOST_PEOPLE = 60


@dataclass(frozen=True)
class EffectLine:
    """One person, channel or month. Rates are shares 0 … 1, None where nothing was counted."""

    key: str
    title: str
    contacts: int
    reply_rate: float | None
    answer_hours: float | None
    progress_rate: float | None
    order_rate: float | None
    good_rate: float | None
    plan_rate: float | None
    planned: int
    planned_done: int


@dataclass(frozen=True)
class EffectPage:
    """The page's figures: the whole month, its people and channels, and the months before."""

    month: dt.date
    total: EffectLine
    people: list[EffectLine]
    channels: list[EffectLine]
    months: list[EffectLine]


def months_back(today: dt.date | None = None, count: int = MONTHS) -> list[dt.date]:
    """Return the first days of the last months, the latest first."""
    day = (today or timezone.localdate()).replace(day=1)
    found = []
    for _n in range(count):
        found.append(day)
        day = (day - dt.timedelta(days=1)).replace(day=1)
    return found


def effect_page(by: Actor, month: dt.date) -> EffectPage:
    """Return what the reader may see of a month: three queries over stored figures."""
    rows = ContactEffect.objects.visible_to(by)
    sums = {name: Sum(name) for name in NUMBERS}
    this = rows.filter(month=month)
    people = this.values("owner_id", "owner__display_name").annotate(**sums)
    by_person = [
        _line(str(one["owner_id"] or ""), one["owner__display_name"] or "—", one)
        for one in people.order_by("-contacts", "owner_id")[:MOST_PEOPLE]
    ]
    titles = dict(channel_choices())
    by_channel = [
        _line(one["channel"], str(titles.get(one["channel"], one["channel"])), one)
        for one in this.values("channel").annotate(**sums).order_by("-contacts", "channel")
    ]
    span = months_back(month)
    found = {
        one["month"]: one
        for one in rows.filter(month__in=span).values("month").annotate(**sums).order_by("month")
    }
    by_month = [_line(f"{day:%Y-%m}", f"{day:%Y-%m}", found.get(day, {})) for day in reversed(span)]
    return EffectPage(month, by_month[-1], by_person, by_channel, by_month)


def _line(key: str, title: str, row: dict[str, Any]) -> EffectLine:
    n = {name: int(row.get(name) or 0) for name in NUMBERS}
    moods = n["good"] + n["neutral"] + n["bad"]
    hours = n["answer_minutes"] / 60 / n["answered"] if n["answered"] else None
    return EffectLine(
        key, title, n["contacts"], _share(n["replied"], n["contacts"]), hours,
        _share(n["progressed"], n["contacts"]), _share(n["ordered"], n["contacts"]),
        _share(n["good"], moods), _share(n["planned_done"], n["planned"]), n["planned"],
        n["planned_done"],
    )  # fmt: skip


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
