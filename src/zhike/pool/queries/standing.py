"""How a customer stands with the pool: its deadline and why, protection, or its stay in a pool."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils import timezone

from zhike.customers.models import Customer
from zhike.kernel.actor import Actor
from zhike.kernel.policy_store import in_force, sentence
from zhike.kernel.prepared import Id, prepared
from zhike.pool.models import Ownership, PoolEntry, Protection
from zhike.pool.models.access import pools_of
from zhike.pool.policies import Recycling
from zhike.pool.queries.due import facts


@dataclass(frozen=True)
class Standing:
    """What the rail of a customer shows; ``due_on`` only where a published rule names a day."""

    due_on: dt.date | None = None
    days_left: int = 0
    lines: list[tuple[str, bool, str]] = field(default_factory=list)
    version: int | None = None
    protected: str = ""
    pool: str = ""
    entered_at: dt.datetime | None = None
    entry_id: int | None = None
    owners: list[Ownership] = field(default_factory=list)


def standing(customer: Customer, by: Actor, *, owners: int = 4) -> Standing:
    """Return how the customer stands today; of one that nobody owns, with its last owners."""
    if customer.owner_id is None:
        last = _owners(by, customer.pk, owners)
        entry = PoolEntry.unscoped.filter(customer=customer, left_at__isnull=True)
        found = entry.select_related("pool").first()
        if found is None:
            return Standing(owners=last)
        mine = by.breadth(PoolEntry.key(), "view")
        opens = mine.everything or (bool(mine) and found.pool_id in pools_of(by))
        return Standing(
            pool=str(found.pool), entered_at=found.entered_at, owners=last,
            entry_id=found.pk if opens else None,
        )  # fmt: skip
    today = timezone.localdate()
    version, params = in_force(Recycling.id, today)
    if version is None:
        return Standing()
    known = facts(params, today, [customer.pk]).get(customer.pk)
    if known is None:
        return Standing(version=version.number)
    if known.protected_by:
        kinds = Protection.unscoped.filter(customer=customer, archived_at__isnull=True)
        titles = [one.get_kind_display() for one in kinds.exclude(kind="extension")]
        return Standing(version=version.number, protected="、".join(titles))
    decision = Recycling().decide(known, params)
    due = decision.outcome["due_on"]
    day = dt.date.fromisoformat(due) if due else None
    return Standing(
        due_on=day, days_left=(day - today).days if day else 0, version=version.number,
        lines=[(sentence(one), one.holds, one.value) for one in decision.reasons],
    )  # fmt: skip


@prepared
def _owners(by: Actor, customer_id: Id, limit: int) -> "QuerySet[Ownership]":
    before = Ownership.objects.visible_to(by).filter(customer_id=customer_id)
    return before.select_related("owner").order_by("-since", "-pk")[:limit]
