"""The port through which identity writes the audit trail, which lives in the package above."""

from collections.abc import Callable
from typing import Any

_writers: list[Callable[..., Any]] = []


def register(writer: Callable[..., Any]) -> None:
    """Name the function that writes audit entries; ``trust`` does so at start-up."""
    _writers[:] = [writer]


def note(kind: str, **facts: Any) -> None:
    """Write an audit entry in the running transaction; see ``trust.actions.note_audit``.

    Raises:
        RuntimeError: nobody writes the trail, so the act must not happen.
    """
    if not _writers:
        raise RuntimeError("no audit writer is registered")
    _writers[0](kind, **facts)
