"""What another version of the recycling rule would do today: who would go back, who be warned."""

import datetime as dt
import time

from zhike.customers.models import Customer
from zhike.kernel.actor import Actor
from zhike.kernel.clearance import sees_all
from zhike.kernel.policy_store import in_force
from zhike.kernel.simulation import Move, Progress, Simulation, simulators
from zhike.pool.policies import Recycling, RecyclingParams
from zhike.pool.queries.due import listed

MOVERS = 50


def simulate(
    params: RecyclingParams,
    on: dt.date,
    by: Actor,
    progress: Progress | None = None,  # noqa: ARG001  (two statements: nothing to tell on the way)
) -> Simulation:
    """Compare the rule in force with these parameters, within the actor's customers.

    Outcome codes: ``recycle``, ``warn``, ``keep``. ``moved_up`` are the customers that would go back
    now and do not under the rule in force; ``moved_down`` those that would be spared.
    """
    began = time.perf_counter()
    _version, current = in_force(Recycling.id, on)
    rows = Customer.objects.visible_to(by).filter(owner__isnull=False)
    everything = sees_all(Customer, by)
    only = None if everything else list(rows.values_list("pk", flat=True))
    total = rows.count() if only is None else len(only)
    now, then = states(current, on, only), states(params, on, only)
    leaving = {pk for pk, state in now.items() if state == "recycle"}
    going = {pk for pk, state in then.items() if state == "recycle"}
    joining, spared = going - leaving, leaving - going
    shown = [*sorted(joining), *sorted(spared)][:MOVERS]
    names = dict(rows.filter(pk__in=shown).values_list("pk", "name"))
    return Simulation(
        counts_now=_counted(now, total),
        counts_then=_counted(then, total),
        moved_up=len(joining),
        moved_down=len(spared),
        unchanged=total - len(joining) - len(spared),
        movers=[
            Move(Customer.key(), pk, names[pk], now.get(pk, "keep"), then.get(pk, "keep"))
            for pk in shown
            if pk in names
        ],
        seconds=time.perf_counter() - began,
    )


def states(params: RecyclingParams, on: dt.date, only: list[int] | None) -> dict[int, str]:
    """Return the state of each customer that is not simply kept."""
    return {
        one.customer_id: "recycle" if one.late else "warn"
        for one in listed(params, on, only=only)
    }  # fmt: skip


def _counted(found: dict[int, str], total: int) -> dict[str, int]:
    going = sum(state == "recycle" for state in found.values())
    return {"recycle": going, "warn": len(found) - going, "keep": total - len(found)}


simulators[Recycling.id] = simulate
