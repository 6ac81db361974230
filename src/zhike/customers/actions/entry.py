"""The check of what is saved against what is there: a port that the package of duplicates fills."""

from collections.abc import Mapping
from typing import Any, Protocol

from zhike.kernel.actor import Actor

CONFIRM = "confirm_duplicate"  # beside the values of a record: why it is no duplicate


class EntryCheck(Protocol):
    """Decides whether a customer or person may be saved beside its look-alikes."""

    def before(
        self, kind: str, values: Mapping[str, Any], *, by: Actor, reason: str, but: int | None
    ) -> None:
        """Return if it may.

        Raises:
            Unconfirmed: a reason is needed, or no reason helps.
        """

    def after(self, kind: str, pk: int, *, by: Actor, reason: str) -> None:
        """Keep the reason that confirmed it."""


class _NoCheck:
    def before(self, *_asked: Any, **_more: Any) -> None:
        return

    def after(self, *_asked: Any, **_more: Any) -> None:
        return


_provided: list[EntryCheck] = [_NoCheck()]


def provide_entry_check(port: EntryCheck) -> None:
    """Register the one check; called by the package that finds duplicates."""
    _provided[0] = port


def split_reason(values: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Return the values of the record, and the reason that came with them."""
    rest = dict(values)
    reason = rest.pop(CONFIRM, "")
    return rest, reason.strip()[:200] if isinstance(reason, str) else ""


def entry_check() -> EntryCheck:
    """Return the registered check."""
    return _provided[0]
