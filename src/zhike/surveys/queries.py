"""How satisfied customers are: of one customer, of a group, of the departments that look after them.

Every group is averaged over its customers, each of which counts once with the mean of its scores.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Person
from zhike.interactions.queries.voice import Voice, register
from zhike.kernel.actor import Actor
from zhike.kernel.policy_store import in_force
from zhike.surveys.models import Satisfaction
from zhike.surveys.policies import SatisfactionParams, SatisfactionStandard

register(Voice(Satisfaction, _("满意度意见"), ("remark",), "survey"))


@dataclass(frozen=True, slots=True)
class Level:
    """The satisfaction of a group.

    Attributes:
        score: mean over its customers, 0…100, one decimal; share: percent of the answers that are
        satisfied; answers, customers: what both stand on. None where nobody answered.
    """

    score: Decimal | None = None
    share: Decimal | None = None
    answers: int = 0
    customers: int = 0


def standard(on: dt.date | None = None) -> SatisfactionParams:
    """Return the standard in force on a day."""
    params: SatisfactionParams = in_force(SatisfactionStandard.id, on)[1]
    return params


def scores(by: Actor, first: dt.date, last: dt.date) -> "QuerySet[Satisfaction]":
    """Return the records of a span, both days inclusive, that the reader may see."""
    rows = Satisfaction.objects.visible_to(by).filter(rated_on__gte=first, rated_on__lte=last)
    return rows.order_by()


def level_of(rows: "QuerySet[Satisfaction]", on: dt.date | None = None) -> Level:
    """Return the level of the records under the standard of a day."""
    return levels(rows, None, on).get(None, Level())


def levels(
    rows: "QuerySet[Satisfaction]", group: str | None, on: dt.date | None = None
) -> dict[Any, Level]:
    """Return group -> level, such as for ``customer__unit``; one group None without a name."""
    limit = standard(on).satisfied_from
    key = {"key": F(group)} if group else {}
    grouped = (
        rows.annotate(**key).values(*key, "customer_id") if key else rows.values("customer_id")
    )
    each = grouped.annotate(mean=Avg("score"), n=Count("pk"), glad=_satisfied(limit))
    found: dict[Any, list[tuple[Decimal, int, int]]] = {}
    for row in each:
        values = (Decimal(row["mean"]), row["n"], row["glad"])
        found.setdefault(row.get("key"), []).append(values)
    return {name: _level(values) for name, values in found.items()}


def _satisfied(limit: int) -> Count:
    return Count("pk", filter=Q(score__gte=limit))


def _level(values: list[tuple[Decimal, int, int]]) -> Level:
    answers = sum(n for _mean, n, _glad in values)
    score = sum((mean for mean, _n, _glad in values), Decimal(0)) / len(values)
    share = Decimal(100 * sum(glad for _mean, _n, glad in values)) / answers
    tenth = Decimal("0.1")
    return Level(score.quantize(tenth), share.quantize(tenth), answers, len(values))


def by_customer(on: dt.date) -> dict[int, Decimal]:
    """Return customer -> mean of the scores that count on a day; those without one are left out."""
    first = on - dt.timedelta(days=standard(on).period_days)
    rows = Satisfaction.unscoped.filter(
        archived_at=None, rated_on__gt=first, rated_on__lte=on
    ).order_by()
    means = rows.values("customer_id").annotate(mean=Avg("score"))
    return {row["customer_id"]: Decimal(row["mean"]).quantize(Decimal("0.01")) for row in means}


def strangers_among(persons: Sequence[Any], customers: Sequence[Any]) -> list[int]:
    """Return the positions at which a person (id) is no contact of the customer (id) beside it."""
    ids = {int(pk) for pk in persons if pk}
    known = dict(Person.unscoped.filter(pk__in=ids).values_list("pk", "customer_id"))
    return [
        row for row, (person, customer) in enumerate(zip(persons, customers, strict=False))
        if person and customer and known.get(int(person)) != int(customer)
    ]  # fmt: skip
