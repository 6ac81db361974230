"""Tonight's recycling before it happens: totals, by grade, and each customer with its reason."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from zhike.customers.models import Customer, Grade
from zhike.identity.models import User
from zhike.kernel.actor import Actor
from zhike.kernel.clearance import sees_all
from zhike.kernel.models import PolicyVersion
from zhike.kernel.policy_store import in_force, sentence
from zhike.pool.models import RecycleRun
from zhike.pool.models.access import pools_of
from zhike.pool.policies import Recycling
from zhike.pool.queries.due import facts, listed

SHOWN = 200


@dataclass(frozen=True)
class Going:
    """One customer that goes back, or whose owner is warned."""

    customer_id: int
    name: str
    grade: str
    owner: str
    due_on: dt.date
    late: bool
    why: str


@dataclass(frozen=True)
class Tonight:
    """The dry run of a day, for the customers that the reader sees."""

    on: dt.date
    version: PolicyVersion | None
    recycled: int
    warned: int
    by_grade: list[tuple[str, str, int]]
    rows: list[Going]


def may_see_tonight(by: Actor) -> bool:
    """Tell whether the reader publishes the rules of the pool or administers one."""
    if by.may(RecycleRun.key(), "view") or by.may("kernel.policyversion", "approve"):
        return True
    return by.user_id is not None and bool(pools_of(by, admin=True))


def tonight(on: dt.date, by: Actor) -> Tonight:
    """Return what the run of a day would do, the grades in order, the earliest deadlines first."""
    version, params = in_force(Recycling.id, on)
    found = listed(params, on)
    if not sees_all(Customer, by):
        ids = [one.customer_id for one in found]
        seen = Customer.objects.visible_to(by).filter(pk__in=ids)
        mine = set(seen.values_list("pk", flat=True))
        found = [one for one in found if one.customer_id in mine]
    late = [one for one in found if one.late]
    counted = Counter(one.grade for one in late)
    shown = [*late, *(one for one in found if not one.late)][:SHOWN]
    known = facts(params, on, [one.customer_id for one in shown])
    people = {one.pk: str(one) for one in User.unscoped.filter(pk__in={d.owner_id for d in shown})}
    rule = Recycling()
    rows = []
    for one in shown:
        decision = rule.decide(known[one.customer_id], params) if one.customer_id in known else None
        broken = [sentence(r) for r in decision.reasons if not r.holds] if decision else []
        told = broken or ([sentence(r) for r in decision.reasons[:1]] if decision else [])
        rows.append(
            Going(one.customer_id, one.name, one.grade, people.get(one.owner_id, ""), one.due_on,
                  one.late, "；".join(told))
        )  # fmt: skip
    grades = [(code, str(title), counted[code]) for code, title in Grade.choices if counted[code]]
    return Tonight(on, version, len(late), len(found) - len(late), grades, rows)
