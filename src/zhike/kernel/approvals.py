"""Approvals: what waits for a person's decision, from sources that the packages register."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from zhike.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Approval:
    """One waiting decision.

    Attributes:
        id: of the row in its source; title, note: two lines; url: its page; asked_at: since when;
        icon: shown before it.
    """

    id: int
    title: str
    note: str
    url: str
    asked_at: dt.datetime | None = None
    icon: str = "checkbox"


@dataclass(frozen=True, slots=True)
class ApprovalSource:
    """Where approvals come from.

    Attributes:
        waiting: (reader, limit) -> what the reader may decide now, oldest first; decide: (id,
        approve, note, by), which raises a Refusal; quick: whether the list may offer the two
        buttons, because nothing else has to be read first.
    """

    name: str
    waiting: Callable[[Actor, int], list[Approval]]
    decide: Callable[[int, bool, str, Actor], None]
    quick: bool = True


approval_sources: dict[str, ApprovalSource] = {}


def register(source: ApprovalSource) -> ApprovalSource:
    """Register a source once."""
    approval_sources[source.name] = source
    return source


def waiting(by: Actor, limit: int = 20) -> list[tuple[ApprovalSource, Approval]]:
    """Return what waits for the reader, from all sources, those that wait longest first."""
    found = [
        (source, one) for source in approval_sources.values() for one in source.waiting(by, limit)
    ]
    epoch = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(found, key=lambda pair: pair[1].asked_at or epoch)[:limit]
