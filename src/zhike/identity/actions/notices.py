"""Messages to people. Those that a flow writes by itself pass the gate first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils import timezone

from zhike.identity.models import Notice
from zhike.kernel import automation
from zhike.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be told to whom; ``key`` tells the messages of a flow apart, if given."""

    people: list[int]
    title: str
    body: str = ""
    url: str = ""
    icon: str = "bell"
    key: str = ""


Gate = Callable[[Message, Actor], bool]
_gates: list[Gate] = []


def provide_gate(gate: Gate) -> None:
    """Register who may hold an automated message back; the gate returns whether it did."""
    _gates[:] = [gate]


def notify(
    user_ids: Iterable[int],
    title: str,
    *,
    by: Actor,
    body: str = "",
    url: str = "",
    icon: str = "bell",
    key: object = "",
    reviewed: bool = False,
) -> int:
    """Write the same message to several people in the running transaction; returns how many.

    Args:
        reviewed: a person has seen it, or it asks a person to: the gate is not asked again.
    """
    told = Message(list(dict.fromkeys(user_ids)), title, body, url, icon, str(key))
    return _write([told], by) if reviewed else notify_many([told], by=by)


def notify_many(messages: Iterable[Message], *, by: Actor) -> int:
    """Write many messages in the running transaction, or hold them back; returns how many."""
    found = [one for one in messages if one.people]
    if found and automation.running():
        found = [one for one in found if not any(gate(one, by) for gate in _gates)]
    return _write(found, by)


def _write(messages: list[Message], by: Actor) -> int:
    now = timezone.now()
    rows = [
        Notice(
            user_id=pk,
            title=one.title[:200],
            body=one.body,
            url=one.url,
            icon=one.icon,
            created_at=now,
            updated_at=now,
            created_by_id=by.user_id,
        )
        for one in messages
        for pk in one.people
    ]
    Notice.unscoped.bulk_create(rows, batch_size=1_000)
    return len(rows)
