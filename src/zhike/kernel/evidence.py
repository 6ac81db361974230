"""Evidence: whether a rule is kept today, with the records that prove it; packages register it."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zhike.kernel.actor import Actor
from zhike.kernel.registry import registry


@dataclass(frozen=True, slots=True)
class Proof:
    """One record as evidence: ``kept`` tells whether it follows the rule."""

    resource: str
    id: int
    title: str
    note: str
    kept: bool

    @property
    def url(self) -> str:
        """Return the record's page."""
        return registry.resource(self.resource).record_url(self.id)


@dataclass(frozen=True, slots=True)
class Compliance:
    """How well a rule is kept, among the records that the reader may see."""

    total: int
    kept: int
    broken: int
    sentence: str
    sample: Sequence[Proof] = ()
    url: str = ""

    @property
    def share(self) -> float:
        """The part that keeps the rule, 0…1; an empty total keeps it."""
        return self.kept / self.total if self.total else 1.0


Source = Callable[[Actor, dt.date], Compliance]
sources: dict[str, Source] = {}
"""policy id -> (reader, day) -> Compliance."""
