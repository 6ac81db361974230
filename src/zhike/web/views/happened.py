"""The timeline of a record from its events, by day."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from zhike.kernel.actor import Actor
from zhike.kernel.history import happenings
from zhike.kernel.registry import registry
from zhike.kernel.resources import Resource
from zhike.web import formats


@dataclass(frozen=True)
class Line:
    """One event as the timeline shows it."""

    icon: str
    title: str
    note: str
    at: datetime
    body: str = ""


@dataclass
class Day:
    """The events of one day."""

    title: str
    events: list[Line] = field(default_factory=list)


def timeline(resource: Resource, row: Any, by: Actor, *, limit: int = 50) -> list[Day]:  # noqa: ARG001
    """Return the days, newest first; events without a title are no news for people."""
    days: list[Day] = []
    for event in happenings(resource.key, row.pk, limit=limit):
        kind = registry.events.get(event.name)
        if kind is None or not kind.title:
            continue
        title = formats.day(timezone.localtime(event.occurred_at).date())
        if not days or days[-1].title != title:
            days.append(Day(title))
        who = str(event.actor) if event.actor_id else ""
        days[-1].events.append(Line(kind.icon, str(kind.title), who, event.occurred_at))
    return days
