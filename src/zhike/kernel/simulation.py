"""Simulation: what would change if other parameters were in force; packages register simulators."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

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


Simulator = Callable[[Any, dt.date, Actor], Simulation]
simulators: dict[str, Simulator] = {}
"""policy id -> (parameters, on, by) -> Simulation; a simulator never writes."""
