"""To-dos that other parts of the product ask for: raised once, kept true, settled with their cause."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F
from django.utils import timezone

from zhike.identity.actions.notices import notify
from zhike.identity.queries import memberships
from zhike.interactions.models import ToDo
from zhike.kernel.actions import store
from zhike.kernel.actor import Actor


def raise_todo(
    source_key: str,
    title: str,
    *,
    owner_id: int | None,
    due_at: dt.datetime,
    by: Actor,
    customer_id: int | None = None,
    link: str = "",
    family: str = ToDo.Family.TASK,
    policy_id: str = "",
    policy_version_id: int | None = None,
    facts: Mapping[str, Any] | None = None,
    tell: bool = False,
) -> ToDo:
    """Give a person one open to-do for a cause; the same cause again only moves its deadline.

    Where it was handed to a person (``ask_a_person``) it stays with that person.
    Runs in the caller's transaction (``recorded`` or an action).

    Args:
        source_key: names the cause, such as ``needs.answer:42``; at most one open to-do has it.
        link: address where the work is done; empty = the customer's page.
        tell: also write a notice.
    """
    found = (
        ToDo.unscoped.select_for_update()
        .filter(source_key=source_key, status=ToDo.Status.OPEN)
        .first()
    )
    if found:
        keeper = found.owner_id if "handed" in found.extra else owner_id
        if found.due_at != due_at or found.owner_id != keeper:
            found.due_at, found.owner_id = due_at, keeper
            store(found, by=by, fields=["due_at", "owner"])
        return found
    unit = _unit_of(owner_id)
    made = store(
        ToDo(
            title=title[:200],
            customer_id=customer_id,
            family=family,
            due_at=due_at,
            owner_id=owner_id,
            unit_id=unit,
            link=link,
            source_key=source_key,
            policy_id=policy_id,
            policy_version_id=policy_version_id,
            facts=dict(facts or {}),
        ),
        by=by,
    )
    if tell and owner_id and owner_id != by.user_id:
        notify([owner_id], title, by=by, icon="checklist", url=link or "/todos/")
    return made


def _unit_of(user_id: int | None) -> int | None:
    if user_id is None:
        return None
    rows = memberships(user_id).order_by("-is_primary", "id")
    return rows.values_list("unit_id", flat=True).first()


def settle_todos(
    source_keys: Iterable[str], *, by: Actor, result: str = "", done: bool = True
) -> int:
    """Close the open to-dos of these causes, as done or as no longer needed; returns how many."""
    now = timezone.now()
    rows = ToDo.unscoped.filter(source_key__in=list(source_keys), status=ToDo.Status.OPEN)
    return rows.update(
        status=ToDo.Status.DONE if done else ToDo.Status.DROPPED, done_at=now,
        done_by_id=by.user_id, result=result[:200], version=F("version") + 1, updated_at=now,
        updated_by_id=by.user_id,
    )  # fmt: skip
