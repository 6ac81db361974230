"""Who has more customers of a grade than one person can look after, and who could take some."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from zhike.customers.models import Customer
from zhike.kernel.actor import Actor
from zhike.kernel.policy_store import in_force
from zhike.segments.policies import Capacity, CapacityFacts

OFFERED = 30


@dataclass(frozen=True)
class Load:
    """One person's customers by grade, and how many too many of each (``total`` for all)."""

    owner_id: int
    name: str
    unit_id: int | None
    held: dict[str, int]
    excess: dict[str, int]

    @property
    def total(self) -> int:
        """Return all customers of the person."""
        return sum(self.held.values())


@dataclass(frozen=True)
class Suggestion:
    """Give these customers of one grade to a colleague who has room for them."""

    from_id: int
    from_name: str
    to_id: int
    to_name: str
    grade: str
    customers: list[tuple[int, str]]


def loads(by: Actor) -> list[Load]:
    """Return the load of every owner among the customers that the reader sees, heaviest first."""
    rows = Customer.objects.visible_to(by).filter(owner__isnull=False, owner__is_active=True)
    grouped = rows.order_by().values("owner_id", "owner__display_name", "grade")
    held: dict[int, dict[str, int]] = {}
    names: dict[int, str] = {}
    for row in grouped.annotate(n=Count("pk")):
        held.setdefault(row["owner_id"], {})[row["grade"]] = row["n"]
        names[row["owner_id"]] = row["owner__display_name"]
    units = dict(rows.order_by("owner_id").values_list("owner_id", "unit_id").distinct())
    policy: Any = Capacity()
    _version, params = in_force(Capacity.id)
    found = [
        Load(pk, names[pk], units.get(pk), counts,
             policy.decide(CapacityFacts(held=counts), params).outcome)
        for pk, counts in held.items()
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-sum(one.excess.values()), -one.total, one.owner_id))


def suggestions(by: Actor, found: list[Load] | None = None) -> list[Suggestion]:
    """Return who could take what is too much: colleagues with room, of the same unit first.

    The customers with the least contact go first; nobody is filled beyond his own limit.
    """
    people = found if found is not None else loads(by)
    _version, params = in_force(Capacity.id)
    held = {one.owner_id: dict(one.held) for one in people}
    made = []
    for giver in people:
        for grade, number in giver.excess.items():
            if grade == "total":
                continue
            near = sorted(people, key=lambda p: (p.unit_id != giver.unit_id, p.total, p.owner_id))
            left, used = number, 0
            for taker in near:
                room = _room(held[taker.owner_id], grade, params)
                take = min(left, room, OFFERED)
                if taker.owner_id == giver.owner_id or taker.excess or take < 1:
                    continue
                rows = _least_served(giver.owner_id, grade, used, take, by)
                if not rows:
                    continue
                held[taker.owner_id][grade] = held[taker.owner_id].get(grade, 0) + len(rows)
                made.append(Suggestion(giver.owner_id, giver.name, taker.owner_id, taker.name,
                                       grade, rows))  # fmt: skip
                left, used = left - len(rows), used + len(rows)
                if left < 1:
                    break
    return made


def _room(counts: dict[str, int], grade: str, params: Any) -> int:
    limit = params.most.get(grade)
    room = limit - counts.get(grade, 0) if limit is not None else OFFERED
    if params.total is not None:
        room = min(room, params.total - sum(counts.values()))
    return max(room, 0)


def _least_served(owner: int, grade: str, skip: int, take: int, by: Actor) -> list[tuple[int, str]]:
    rows = Customer.objects.visible_to(by).filter(owner_id=owner, grade=grade)
    ordered = rows.order_by("last_contact_at", "annual_spend", "id")[skip : skip + take]
    return [(row.pk, str(row)) for row in ordered]
