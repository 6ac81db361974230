"""What was given to whom in a year (LOY-014)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils import timezone

from zhike.kernel.actor import Actor
from zhike.kernel.policy_store import in_force
from zhike.loyalty.models import Gift
from zhike.loyalty.policies import GiftFacts, GiftLimits

COUNTED = (Gift.Status.REQUESTED, Gift.Status.APPROVED, Gift.Status.GIVEN)


def of_year(year: int) -> Q:
    """Return the condition of gifts that count in a calendar year: asked for, agreed, or given."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    counted = Q(status__in=COUNTED, archived_at__isnull=True)
    return counted & Q(given_on__gte=first, given_on__lte=last)


def facts_of(gift: Gift) -> GiftFacts:
    """Return what the rule looks at: the value beside all others of the year.

    The strictest standing that was ever stated for the customer counts.
    """
    others = Gift.unscoped.filter(of_year(gift.given_on.year)).exclude(pk=gift.pk or 0)
    sums = others.filter(Q(person_id=gift.person_id) | Q(customer_id=gift.customer_id)).aggregate(
        person=Sum("value", filter=Q(person_id=gift.person_id)),
        customer=Sum("value", filter=Q(customer_id=gift.customer_id)),
    )
    known = Gift.unscoped.filter(customer_id=gift.customer_id).order_by()
    standings = {gift.recipient, *known.values_list("recipient", flat=True).distinct()}
    _version, params = in_force(GiftLimits.id, gift.given_on)
    strictest = sorted(standings & set(params.forbidden))
    return GiftFacts(
        value=gift.value, recipient=strictest[0] if strictest else gift.recipient,
        customer_name=gift.customer.name, person_year=sums["person"] or Decimal(0),
        customer_year=sums["customer"] or Decimal(0),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Received:
    """What one person got in a year, beside the limit."""

    person_id: int
    person: str
    customer_id: int
    customer: str
    count: int
    value: Decimal
    last_on: dt.date
    share: float
    waiting: int


def yearly_report(by: Actor, year: int) -> list[Received]:
    """Return what each recipient got, the most first, among the gifts that the reader may see."""
    end = min(dt.date(year, 12, 31), timezone.localdate())
    limit = in_force(GiftLimits.id, end)[1].per_person
    rows: QuerySet[Gift, dict[str, Any]] = (
        Gift.objects.visible_to(by)
        .filter(of_year(year))
        .order_by()
        .values("person_id", "person__name", "customer_id", "customer__name")
        .annotate(
            n=Count("pk"), total=Sum("value"), last=Max("given_on"),
            waiting=Count("pk", filter=Q(status=Gift.Status.REQUESTED)),
        )
        .order_by("-total", "person_id")
    )  # fmt: skip
    return [
        Received(
            row["person_id"], row["person__name"], row["customer_id"], row["customer__name"],
            row["n"], row["total"], row["last"], float(row["total"] / limit), row["waiting"],
        )
        for row in rows
    ]  # fmt: skip


def years_with_gifts(by: Actor) -> list[int]:
    """Return the years in which something was given, the latest first."""
    days = Gift.objects.visible_to(by).dates("given_on", "year", order="DESC")
    return [day.year for day in days]


def waiting_gifts(by: Actor, limit: int) -> "QuerySet[Gift]":
    """Return the gifts that the actor may decide, not those he asked for himself."""
    rows = Gift.objects.visible_to(by, "approve").filter(status=Gift.Status.REQUESTED)
    return rows.exclude(created_by_id=by.user_id).select_related("customer", "person")[:limit]
