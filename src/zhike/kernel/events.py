"""Event: what happened, written with the data and delivered after commit (transactional outbox)."""

import dataclasses
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django.utils import timezone

from zhike.kernel import automation
from zhike.kernel.actor import Actor
from zhike.kernel.registry import registry


@dataclass(frozen=True)
class Event:
    """Base of all events: frozen, past tense, ids and plain values only.

    ``subject`` names the resource whose timeline shows it, and ``subject_field`` the field of the
    event that holds that record's id. ``title`` is the line on the timeline.
    """

    name: ClassVar[str]
    title: ClassVar[Any] = ""
    icon: ClassVar[str] = "point"
    subject: ClassVar[str] = ""
    subject_field: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        package = cls.__module__.split(".")[1]
        cls.name = f"{package}.{re.sub(r'(?<!^)(?=[A-Z])', '_', cls.__name__).lower()}"
        registry.add("events", cls.name, cls)

    def payload(self) -> dict[str, Any]:
        """Return the fields as plain JSON values."""
        return {k: _plain(v) for k, v in dataclasses.asdict(self).items()}

    @classmethod
    def load(cls, payload: dict[str, Any]) -> "Event":
        """Return the event from its stored payload, ignoring fields that no longer exist."""
        known = {f.name for f in dataclasses.fields(cls)}
        return cls(**{k: v for k, v in payload.items() if k in known})


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


def on(event: type[Event]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a reaction. It runs as a job after commit, at least once: make it idempotent."""

    def register(handler: Callable[..., None]) -> Callable[..., None]:
        registry.handlers.setdefault(event.name, []).append(handler)
        automation.declare(flow_of(handler), "reaction", event.name)
        return handler

    return register


def flow_of(handler: Callable[..., None]) -> str:
    """Return the code of a reaction as a flow: ``package.function``."""
    return f"{handler.__module__.split('.')[1]}.{handler.__name__}"


def emit(*events: Event, by: Actor) -> None:
    """Write events and defer their reactions in the running transaction."""
    from zhike.kernel.jobs import defer_handlers
    from zhike.kernel.models import EventRow

    if not events:
        return
    rows = [
        EventRow(
            name=event.name,
            payload=event.payload(),
            subject=event.subject,
            subject_id=getattr(event, event.subject_field) if event.subject_field else None,
            occurred_at=timezone.now(),
            actor_id=by.user_id,
            request_id=by.request_id,
        )
        for event in events
    ]
    EventRow.objects.bulk_create(rows, batch_size=1_000)
    defer_handlers([(row.name, row.pk) for row in rows])
