"""Simulation: what would change if other parameters were in force; packages register simulators."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from zhike.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Move:
    """One record whose outcome would change; ``before``/``after`` are outcome codes."""

    resource: str
    id: int
    title: str
    before: str
    after: str
    reasons: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Simulation:
    """The result: counts per outcome code now and then, moves, and the largest movers first."""

    counts_now: Mapping[str, int]
    counts_then: Mapping[str, int]
    moved_up: int
    moved_down: int
    unchanged: int
    movers: Sequence[Move] = ()
    notes: Sequence[str] = field(default_factory=tuple)
    seconds: float = 0.0


Progress = Callable[[int, int], None]
"""Called with how many records are done and how many there are."""


class Simulator(Protocol):
    """What a package registers for its rule. It only reads, within the scope of the actor."""

    def __call__(
        self, params: Any, on: dt.date, by: Actor, progress: Progress | None = None
    ) -> Simulation:
        """Return what would change on a day; ``progress`` is told now and then if given."""
        ...


simulators: dict[str, Simulator] = {}
"""policy id -> its simulator."""
