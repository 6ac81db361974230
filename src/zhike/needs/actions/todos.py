"""The to-dos that needs leave behind: opened once for each source, closed by the step they ask for."""

import datetime as dt
from typing import Any

from django.utils import timezone

from zhike.identity.models import OrgUnit
from zhike.identity.queries import memberships
from zhike.interactions.actions.steps import close, end_of_day
from zhike.interactions.models import ToDo
from zhike.kernel.actions import store
from zhike.kernel.actor import Actor
from zhike.kernel.policy_store import in_force

PAGES = {
    "need": "/needs/need/",
    "meeting": "/needs/meeting/",
    "review": "/needs/strategyreview/",
    "idea": "/needs/idea/",
}


def open_todo(
    source: str,
    title: str,
    *,
    by: Actor,
    due: dt.date | dt.datetime,
    owner_id: int | None,
    unit_id: int | None = None,
    customer_id: int | None = None,
    policy_id: str = "",
    facts: dict[str, Any] | None = None,
) -> ToDo:
    """Open a to-do, or bring the open one of the same source up to date.

    Args:
        source: names it for good, such as ``needs.answer:7``; due: a day means its close;
        facts: what it is about; the first that has a page is where the work is done.
    """
    row = ToDo.unscoped.filter(source_key=source, status=ToDo.Status.OPEN).first() or ToDo()
    row.title, row.customer_id, row.family = title[:200], customer_id, ToDo.Family.TASK
    row.due_at = due if isinstance(due, dt.datetime) else end_of_day(due)
    row.owner_id, row.unit_id, row.source_key = owner_id, unit_id, source
    row.policy_id, row.facts = policy_id, facts or {}
    row.link = next((f"{PAGES[name]}{pk}/" for name, pk in row.facts.items() if name in PAGES), "")
    row.policy_version = in_force(policy_id)[0] if policy_id else None
    return store(row, by=by)


def close_todo(source: str, *, by: Actor) -> int:
    """Close the open to-do of a source as done; returns 1, or 0 where there is none."""
    rows = ToDo.unscoped.filter(source_key=source, status=ToDo.Status.OPEN)
    return close(rows, by=by, at=timezone.now())


def leader_of(unit: OrgUnit | None) -> int | None:
    """Return who leads a unit, or None."""
    return unit.leader_id if unit is not None else None


def unit_of(user_id: int | None) -> int | None:
    """Return a person's first unit."""
    first = memberships(user_id).first() if user_id else None
    return first.unit_id if first else None
