"""What a draft of a policy would change if it were in force today; nothing is written."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zhike.kernel.actor import Actor
from zhike.kernel.policies import Params


@dataclass(frozen=True)
class Mover:
    """One record whose outcome changes, with the sentences that say why."""

    id: int
    title: str
    before: str
    after: str
    weight: str
    reasons: list[str]


@dataclass(frozen=True)
class Simulation:
    """Outcome -> number of records now and then; who moves; which entitlements change."""

    policy_id: str
    on: dt.date
    labels: dict[str, str]
    before: dict[str, int]
    after: dict[str, int]
    moved_up: int
    moved_down: int
    unchanged: int
    movers: list[Mover]
    changes: list[str]
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """Return plain values, to be kept with the version that is submitted."""
        return {**dataclasses.asdict(self), "on": self.on.isoformat()}


Simulator = Callable[[Params, dt.date, Actor], Simulation]
simulators: dict[str, Simulator] = {}  # policy id -> its simulator, filled by the packages
