"""The to-dos that needs leave behind: opened once for each source, closed by the step they ask for."""

import datetime as dt
from typing import Any

from zhike.identity.models import OrgUnit
from zhike.identity.queries import end_of_day
from zhike.interactions.actions import raise_todo
from zhike.interactions.models import ToDo
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
    about = facts or {}
    version = in_force(policy_id)[0] if policy_id else None
    return raise_todo(
        source, title, by=by, owner_id=owner_id, unit_id=unit_id, customer_id=customer_id,
        due_at=due if isinstance(due, dt.datetime) else end_of_day(due), facts=about,
        link=next((f"{PAGES[name]}{pk}/" for name, pk in about.items() if name in PAGES), ""),
        policy_id=policy_id, policy_version_id=version.pk if version else None,
    )  # fmt: skip


def leader_of(unit: OrgUnit | None) -> int | None:
    """Return who leads a unit, or None."""
    return unit.leader_id if unit is not None else None
