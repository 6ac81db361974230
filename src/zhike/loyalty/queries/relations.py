"""A customer's relation for its page: health with reasons, checklist, drivers, cares."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet
from django.utils import timezone

from zhike.kernel.actor import Actor
from zhike.kernel.policies import Reason
from zhike.kernel.registry import registry
from zhike.loyalty.models import DriverRecord, RelationHealth, RelationStep
from zhike.loyalty.policies import HealthRule
from zhike.loyalty.queries.measures import facts_from

YEAR = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Explained:
    """A score with what it rests on."""

    score: int
    level: str
    since: dt.date
    version: int | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Driver:
    """A driver of loyalty in the last year: how many, how many in time, hours, solved at once."""

    kind: str
    title: str
    count: int
    in_time: int
    hours: float | None
    solved: int

    @property
    def share(self) -> float:
        """Return the part in time, 0…1."""
        return self.in_time / self.count if self.count else 0.0


def health_at(customer_id: int, by: Actor, on: dt.date | None = None) -> Explained | None:
    """Return the score that a customer had on a day, explained by the rule of that time."""
    day = on or timezone.localdate()
    row = (
        RelationHealth.objects.visible_to(by)
        .filter(customer_id=customer_id, valid_from__lte=day)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))
        .select_related("policy_version")
        .first()
    )
    if row is None:
        return None
    policy: Any = registry.policies[HealthRule.id]
    version = row.policy_version
    params = policy.parse(version.params) if version else policy.default()
    decision = policy.decide(facts_from(row.facts), params)
    number = version.number if version else None
    return Explained(row.score, row.level, row.valid_from, number, tuple(decision.reasons))


def steps_of(customer_id: int, by: Actor) -> "QuerySet[RelationStep]":
    """Return the steps of a customer's checklist in their order."""
    rows = RelationStep.objects.visible_to(by).filter(customer_id=customer_id)
    return rows.order_by("place", "id")


def drivers_of(customer_id: int, by: Actor, on: dt.date | None = None) -> list[Driver]:
    """Return delivery, response and support of the last year, as far as the reader may see them.

    Promises that are not due yet do not count.
    """
    now = timezone.now()
    if on is not None:
        now = timezone.make_aware(dt.datetime.combine(on, dt.time.max))
    rows = DriverRecord.objects.visible_to(by).filter(
        customer_id=customer_id, asked_at__gte=now - YEAR, promised_at__lte=now
    )
    found = {
        row["kind"]: row
        for row in rows.order_by()
        .values("kind")
        .annotate(
            n=Count("pk"),
            met=Count("pk", filter=Q(done_at__lte=F("promised_at"))),
            took=Avg(F("done_at") - F("asked_at")),
            solved=Count("pk", filter=Q(solved=True)),
        )
    }
    return [
        Driver(
            kind.value, str(kind.label), row["n"], row["met"],
            row["took"].total_seconds() / 3600 if row["took"] else None, row["solved"],
        )
        for kind in DriverRecord.Kind
        if (row := found.get(kind.value))
    ]  # fmt: skip
