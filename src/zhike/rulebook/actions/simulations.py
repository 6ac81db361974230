"""Simulating a version: the numbers are kept with it, the data is only read."""

import dataclasses
import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.kernel.actions import action, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict
from zhike.kernel.events import emit
from zhike.kernel.models import PolicyVersion
from zhike.kernel.quiet import quietly
from zhike.kernel.registry import registry
from zhike.kernel.simulation import Progress, Simulation, simulators
from zhike.rulebook.events import SimulationRequested
from zhike.rulebook.queries import versions as read

KEPT_MOVERS = 200
BIG = 50_000


def simulate(
    policy_id: str,
    raw: Any,
    *,
    by: Actor,
    on: dt.date | None = None,
    progress: Progress | None = None,
) -> Simulation:
    """Return what would change today under other parameters; reads only, in the actor's scope.

    With ``progress`` it goes in parts and tells after each how many records are done.

    Raises:
        Conflict: no simulator is registered for the rule.
        Invalid: parameters the rule cannot run with.
    """
    from zhike.rulebook.actions.versions import parsed

    simulator = simulators.get(policy_id)
    if simulator is None:
        raise Conflict(_("这条规则没有模拟程序：它不改变既有记录，只影响今后的处理。"))
    params = read.policy(policy_id).parse(parsed(policy_id, raw))
    return simulator(params, on or timezone.localdate(), by, progress)


@action(
    "rulebook.simulate_version",
    on=PolicyVersion,
    title=lazy("模拟"),
    icon="player-play",
    available=lambda row, by: row.status in read.OPEN and row.policy_id in simulators,  # noqa: ARG005
)
def simulate_version(row: PolicyVersion, *, by: Actor) -> PolicyVersion:
    """Simulate a version and keep the result with it; large sets run as a job."""
    if is_big(row.policy_id) and by.user_id is not None:
        row.simulation = {
            "state": "running",
            "started_at": timezone.now().isoformat(),
            "by": by.name,
        }
        store(row, by=by, fields=["simulation"])
        emit(SimulationRequested(row.pk, by.user_id), by=by)
        return row
    return keep(row, simulate(row.policy_id, row.params, by=by), by=by)


def is_big(policy_id: str) -> bool:
    """Tell whether the rule decides about so many records that a request should not wait."""
    resource = registry.resources.get(read.policy(policy_id).subject)
    if resource is None:
        return False
    return resource.model.unscoped.order_by().values("id")[: BIG + 1].count() > BIG


def note_progress(row: PolicyVersion) -> Progress:
    """Return what notes on a version how far its simulation is: committed, without history."""
    running = dict(row.simulation)

    def note(done: int, total: int) -> None:
        with transaction.atomic(), quietly(PolicyVersion):
            rows = PolicyVersion.unscoped.filter(pk=row.pk, simulation__state="running")
            rows.update(simulation={**running, "done": done, "total": total})

    return note


def keep(row: PolicyVersion, found: Simulation, *, by: Actor) -> PolicyVersion:
    """Store the numbers with the version. Titles are left out: each reader sees his own scope's."""
    movers = [
        {k: v for k, v in dataclasses.asdict(m).items() if k != "title"}
        for m in found.movers[:KEPT_MOVERS]
    ]
    row.simulation = {
        "before": dict(found.counts_now),
        "after": dict(found.counts_then),
        "labels": _labels(row, found),
        "moved_up": found.moved_up,
        "moved_down": found.moved_down,
        "unchanged": found.unchanged,
        "movers": movers,
        "changes": [str(note) for note in found.notes],
        "seconds": round(found.seconds, 3),
        "state": "done",
        "digest": read.digest(row.params),
        "at": timezone.now().isoformat(),
        "by": by.name,
    }
    return store(row, by=by, fields=["simulation"])


def _labels(row: PolicyVersion, found: Simulation) -> dict[str, str]:
    """Return outcome code -> its name under the version's parameters, best first."""
    params: Any = read.policy(row.policy_id).parse(row.params)
    codes = dict.fromkeys([*found.counts_then, *found.counts_now])
    return {code: params.label(code) if hasattr(params, "label") else code for code in codes}
