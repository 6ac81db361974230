"""Timeline: all that happened with one customer, merged from sources that the packages register.

A source answers for its own rows in the reader's scope, newest first, after a keyset position. The
merge asks each source for one page only, so a page costs one query per source however long the
history is.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from zhike.kernel.actor import Actor
from zhike.kernel.errors import BadQuery
from zhike.kernel.moments import midnight
from zhike.kernel.prepared import Id, Prepared, prepared

ALL_IDS = 2**62


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline.

    Attributes:
        at: when; whole_day: only the date is known; id: of the row in its source; source: set by
        the merge; title, note: the line itself; body: free text, never trusted; who: user id;
        names: display names that the body mentions; tags: (text, tone) pairs; more: what a
        template of the source may want.
    """

    at: dt.datetime
    id: int
    icon: str
    title: str
    note: str = ""
    body: str = ""
    who: str = ""
    whole_day: bool = False
    internal: bool = False
    url: str = ""
    names: Sequence[str] = ()
    tags: Sequence[tuple[str, str]] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Before:
    """A position: only rows whose (moment, id) is smaller follow it."""

    at: dt.datetime
    id: int


Read = Callable[[int, Actor, Before | None, int], list[Entry]]


@dataclass(frozen=True, slots=True)
class Source:
    """A registered source: ``group`` is ``contact``, ``trade`` or ``system``."""

    name: str
    group: str
    read: Read


@dataclass(frozen=True, slots=True)
class Page:
    """Entries with their source, newest first, and the cursor of the next page ("" at the end)."""

    entries: list[tuple[str, Entry]]
    next: str


GROUPS = ("contact", "trade", "system")
sources: dict[str, Source] = {}
silent: set[str] = set()


def source(name: str, *, group: str, covers: Sequence[str] = ()) -> Callable[[Read], Read]:
    """Register a source; events named in ``covers`` are its own rows and not shown again."""
    if group not in GROUPS:
        raise ValueError(f"timeline group {group} is unknown")

    def register(read: Read) -> Read:
        sources[name] = Source(name, group, read)
        silent.update(covers)
        return read

    return register


def page(customer_id: int, by: Actor, *, group: str = "", after: str = "", limit: int = 20) -> Page:
    """Return one page of a customer's timeline as the reader may see it.

    Args:
        customer_id: a customer that the reader is known to see.
        group: one of ``GROUPS``, or empty for all.
        after: the cursor of the page before.

    Raises:
        BadQuery: an unknown group or a broken cursor.
    """
    if group and group not in GROUPS:
        raise BadQuery
    position = _position(after)
    found: list[tuple[dt.datetime, str, int, Entry]] = []
    for name in sorted(sources):
        one = sources[name]
        if group and one.group != group:
            continue
        rows = one.read(customer_id, by, _before(position, name), limit + 1)
        found += [(entry.at, name, entry.id, entry) for entry in rows]
    found.sort(key=lambda row: row[:3], reverse=True)
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    cursor = f"{last[0].isoformat()}~{last[1]}~{last[2]}" if last else ""
    return Page([(name, entry) for _, name, _, entry in shown], cursor)


def _position(cursor: str) -> tuple[dt.datetime, str, int] | None:
    if not cursor:
        return None
    try:
        at, name, number = cursor.split("~")
        moment = dt.datetime.fromisoformat(at.replace(" ", "+"))
        if moment.tzinfo is None or not 0 <= int(number) < ALL_IDS:
            raise ValueError
        return moment, name, int(number)
    except (ValueError, OverflowError) as error:
        raise BadQuery from error


def _before(position: tuple[dt.datetime, str, int] | None, name: str) -> Before | None:
    """Return where a source goes on: rows of one moment are ordered by source name, then id."""
    if position is None:
        return None
    at, last, number = position
    if name == last:
        return Before(at, number)
    return Before(at, ALL_IDS if name < last else 0)


def read(
    rows: Prepared,
    customer_id: int,
    by: Actor,
    before: Before | None,
    limit: int,
    later: Callable[[Before], Q],
) -> list[Any]:
    """Return one page of a source's rows: the first one prepared, those after a position built.

    Args:
        rows: ``rows(by, customer_id, limit)``, newest first; a limit of None stands for no limit.
        later: what holds for the rows after a position.
    """
    if before is None:
        return rows(by, customer_id, limit)
    return list(rows.rows(by, customer_id, None).filter(later(before))[:limit])


def earlier(before: Before) -> Q:
    """Return the condition on rows with a moment ``occurred_at``."""
    return Q(occurred_at__lt=before.at) | Q(occurred_at=before.at, id__lt=before.id)


def earlier_day(field: str) -> Callable[[Before], Q]:
    """Return the condition for rows that know only a day, shown at its midnight."""

    def later(before: Before) -> Q:
        day = timezone.localtime(before.at).date()
        tie = Q(id__lt=before.id) if midnight(day) == before.at else Q()
        return Q(**{f"{field}__lt": day}) | (Q(**{field: day}) & tie)

    return later


@source("events", group="system")
def events(customer_id: int, by: Actor, before: Before | None, limit: int) -> list[Entry]:
    """Return the customer's own events, those of other sources left out."""
    from zhike.kernel.registry import registry

    rows = read(_events, customer_id, by, before, limit, earlier)
    return [
        Entry(row.occurred_at, row.pk, known.icon, str(known.title), who=str(row.actor or ""))
        for row in rows
        if (known := registry.events.get(row.name)) is not None
    ]


@prepared
def _events(by: Actor, customer_id: Id, limit: int | None) -> "QuerySet[Any]":  # noqa: ARG001
    from zhike.kernel.models import EventRow

    rows = EventRow.objects.filter(subject="customers.customer", subject_id=customer_id)
    rows = rows.exclude(name__in=sorted(silent)) if silent else rows  # all are registered at start
    rows = rows.select_related("actor").order_by("-occurred_at", "-id")
    return rows.only("occurred_at", "name", "actor__display_name", "actor__username")[:limit]
