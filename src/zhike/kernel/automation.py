"""Automation: which flows act by themselves, and which of them run now (no Django, no rows).

Scheduled work, jobs, reactions to events and declared messages are flows. While one runs, messages
know that nobody pressed a button for them: so that a person can have the last word.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow: ``kind`` is schedule, job, reaction or message; ``when`` a cron or event name."""

    code: str
    kind: str
    when: str = ""
    title: str = ""


flows: dict[str, Flow] = {}
_running: ContextVar[tuple[str, ...]] = ContextVar("running", default=())


def declare(code: str, kind: str, when: str = "", title: str = "") -> str:
    """Declare a flow; returns the code. A reaction to several events keeps them all."""
    known = flows.get(code)
    if known and known.when and when and when not in known.when.split():
        when = f"{known.when} {when}"
    flows[code] = Flow(code, kind, when, title)
    return code


def running() -> tuple[str, ...]:
    """Return the flows that run now, the outermost first; empty where a person acts."""
    return _running.get()


@contextmanager
def run(code: str) -> Iterator[None]:
    """Run a flow."""
    token = _running.set((*_running.get(), code))
    try:
        yield
    finally:
        _running.reset(token)
