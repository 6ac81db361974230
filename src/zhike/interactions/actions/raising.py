"""To-dos that other parts of the product ask for: raised once, kept true, settled with their cause."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from zhike.identity.actions.notices import notify
from zhike.identity.queries import primary_unit
from zhike.interactions.actions.steps import close
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
    unit_id: int | None = None,
    customer_id: int | None = None,
    link: str = "",
    family: str = ToDo.Family.TASK,
    policy_id: str = "",
    policy_version_id: int | None = None,
    facts: Mapping[str, Any] | None = None,
    tell: bool = False,
) -> ToDo:
    """Give a person one open to-do for a cause; the same cause again keeps it true.

    Then title, deadline and owner with his unit, and if given customer, facts and version of the
    policy, become those of the last call. Where it was handed to a person (``ask_a_person``) it
    stays with that person. Runs in the caller's transaction (``recorded`` or an action).

    Args:
        source_key: names the cause, such as ``needs.answer:42``; at most one open to-do has it.
        unit_id: the department it belongs to; None = that of the owner.
        link: address where the work is done; empty = the customer's page.
        tell: also write a notice.
    """
    given = {"customer_id": customer_id, "facts": facts, "policy_version_id": policy_version_id}
    values: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    values |= {"title": title[:200], "due_at": due_at}
    rows = ToDo.unscoped.select_for_update(of=("self",)).filter(source_key=source_key)
    found = rows.filter(status=ToDo.Status.OPEN).first()
    if found:
        return _keep_true(found, values, owner_id, unit_id, by)
    made = store(
        ToDo(
            family=family,
            owner_id=owner_id,
            unit_id=unit_id or primary_unit(owner_id),
            link=link,
            source_key=source_key,
            policy_id=policy_id,
            **values,
        ),
        by=by,
    )
    if tell and owner_id and owner_id != by.user_id:
        notify([owner_id], title, by=by, icon="checklist", url=link or "/todos/")
    return made


def _keep_true(
    row: ToDo, values: dict[str, Any], owner_id: int | None, unit_id: int | None, by: Actor
) -> ToDo:
    """Write what has become different; a new owner brings his unit."""
    if "handed" not in row.extra and row.owner_id != owner_id:
        values |= {"owner_id": owner_id, "unit_id": primary_unit(owner_id)}
    values |= {"unit_id": unit_id} if unit_id else {}
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        store(row, by=by, fields=[name.removesuffix("_id") for name in changed])
    return row


def settle_todos(
    source_keys: Iterable[str], *, by: Actor, result: str = "", done: bool = True
) -> int:
    """Close the open to-dos of these causes, as done or as no longer needed; returns how many."""
    rows = ToDo.unscoped.filter(source_key__in=list(source_keys), status=ToDo.Status.OPEN)
    return close(rows, by=by, at=timezone.now(), done=done, result=result[:200])
