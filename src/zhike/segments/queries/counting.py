"""How many customers meet a question: at once, if need be from a sample, and exactly."""

import json
import random
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Max, Min, Q, QuerySet

from zhike.customers.models import Customer
from zhike.kernel.actor import Actor
from zhike.kernel.scope import EqualsAny, Ids
from zhike.segments.queries.definition import weighed

DEAR = 60_000.0  # the planner's cost from which on a count takes longer than a person waits
DRAWN = 10_000  # ids drawn for a sample
TELLING = 20  # hits of a sample from which on its number says something
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Found:
    """The customers that meet a question.

    Attributes:
        total: how many; None where a sample met too few to tell.
        near: the number was drawn from a sample, two digits of it count.
        some: id and name of a few of them, large ones first.
    """

    total: int | None
    near: bool = False
    some: list[tuple[int, str]] = field(default_factory=list)


def found(definition: Any, by: Actor, *, exact: bool = False) -> Found:
    """Return how many of the reader's customers meet a definition, from a sample where that is dear.

    Args:
        exact: count all, however long it takes.

    Raises:
        BrokenDefinition: naming every condition that cannot be asked.
    """
    rows: QuerySet[Any] = Customer.objects.visible_to(by)
    condition, few = weighed(definition, by)
    asked = rows.filter(condition)
    if few:
        hits = list(_largest(asked))
        return Found(len(hits), some=hits[:SHOWN])
    if exact or _cost(asked) < DEAR:
        total = count(asked)
        return Found(total, some=list(_largest(asked)[:SHOWN]) if total else [])
    return _sampled(rows.filter(weighed(definition, by, few=True)[0]))


def _cost(rows: "QuerySet[Any]") -> float:
    plan = json.loads(rows.order_by().values("pk").explain(format="json"))
    return float(plan[0]["Plan"]["Total Cost"])


def _sampled(rows: "QuerySet[Any]") -> Found:
    """Return what holds of ids drawn evenly; that some are of no customer does not bend the share."""
    ends = Customer.unscoped.aggregate(low=Min("pk"), high=Max("pk"))
    ids = range(ends["low"] or 0, (ends["high"] or 0) + 1)
    drawn = random.sample(ids, min(DRAWN, len(ids)))
    hits = list(_largest(rows.filter(Q(EqualsAny(F("pk"), Ids(drawn))))))
    if len(hits) < TELLING:
        return Found(None, near=True)
    return Found(_rounded(len(hits) * len(ids) / len(drawn)), near=True, some=hits[:SHOWN])


def _largest(rows: "QuerySet[Any]") -> "QuerySet[Any, tuple[int, str]]":
    return rows.order_by("-annual_spend", "id").values_list("pk", "name")


def _rounded(number: float) -> int:
    """Return a number to its first two digits."""
    return int(float(f"{number:.2g}"))


def count(rows: "QuerySet[Any]") -> int:
    """Return how many there are, with memory enough to join a million in one pass."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute("SET LOCAL jit = off")
        number: int = rows.order_by().count()
        cursor.execute("RESET work_mem")
        cursor.execute("RESET jit")
    return number
