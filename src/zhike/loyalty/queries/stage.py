"""How satisfied and loyal the customers of a lifecycle stage are, and what they are offered (SEG-038).

Loyalty is measured from what is there: buying again, recommending us, the health of the relation.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, Q
from django.utils.translation import gettext as _

from zhike.customers.models import Customer, CustomerRelation
from zhike.interactions.models import ToDo
from zhike.kernel.actor import Actor
from zhike.loyalty.models import RelationHealth
from zhike.sales.models import Order
from zhike.segments.queries.lifecycle import MODEL
from zhike.segments.queries.offers import KINDS, RULE
from zhike.segments.queries.profile import members
from zhike.surveys.models import Satisfaction
from zhike.surveys.queries import Level, level_of, scores, standard

YEAR = dt.timedelta(days=365)
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of recommendation: its to-dos that are open and done."""

    kind: str
    label: str
    open: int
    done: int


@dataclass(frozen=True, slots=True)
class StageLoyalty:
    """The reader's customers of a stage; what the reader may not see is None.

    Attributes:
        members: customers; satisfaction: with its sample; repeat: percent that ordered twice in a
        year; referrers: customers that recommended us to others; health: mean score of the
        relation, 0…100; offers: recommendations by kind.
    """

    members: int
    satisfaction: Level | None
    repeat: Decimal | None
    referrers: int | None
    health: Decimal | None
    offers: list[Offer]


def stage_loyalty(code: str, on: dt.date, by: Actor) -> StageLoyalty:
    """Return satisfaction and loyalty of the reader's customers of a stage as of a day."""
    held = members(MODEL, code, by).order_by()
    ids, number = held.values("pk"), held.count()
    level = None
    if by.may(Satisfaction.key(), "view"):
        first = on - dt.timedelta(days=standard(on).period_days - 1)
        level = level_of(scores(by, first, on).filter(customer__in=ids), on)
    return StageLoyalty(
        number, level, _repeat(ids, number, on, by), _referrers(ids, on, by), _health(ids, by),
        _offers(ids, by),
    )  # fmt: skip


def _repeat(ids: Any, number: int, on: dt.date, by: Actor) -> Decimal | None:
    if not number or not by.may(Order.key(), "view"):
        return None
    rows = Order.objects.visible_to(by).exclude(status=Order.Status.CANCELLED)
    bought = rows.filter(
        customer__in=ids, amount__gt=0, ordered_on__gt=on - YEAR, ordered_on__lte=on
    )
    each = bought.order_by().values("customer_id").annotate(n=Count("pk"))
    return (Decimal(100 * each.filter(n__gt=1).count()) / number).quantize(TENTH)


def _referrers(ids: Any, on: dt.date, by: Actor) -> int | None:
    """Return how many members stand as 推荐人 of another customer; an archived link is none."""
    if not by.may(CustomerRelation.key(), "view"):
        return None
    rows = CustomerRelation.objects.visible_to(by).filter(
        Q(valid_to=None) | Q(valid_to__gt=on), kind=CustomerRelation.Kind.REFERRER, customer__in=ids
    )
    return rows.order_by().values("customer_id").distinct().count()


def _health(ids: Any, by: Actor) -> Decimal | None:
    if not by.may(RelationHealth.key(), "view"):
        return None
    rows = RelationHealth.objects.visible_to(by).filter(customer__in=ids, valid_to=None)
    mean = rows.order_by().aggregate(mean=Avg("score"))["mean"]
    return None if mean is None else Decimal(mean).quantize(TENTH)


def _offers(ids: Any, by: Actor) -> list[Offer]:
    if not by.may(ToDo.key(), "view") or not by.may(Customer.key(), "view"):
        return []
    rows = ToDo.objects.visible_to(by).filter(policy_id=RULE, customer__in=ids)
    counts = {
        row["facts__kind"]: row
        for row in rows.order_by().values("facts__kind").annotate(
            open=Count("pk", filter=Q(status=ToDo.Status.OPEN)),
            done=Count("pk", filter=Q(status=ToDo.Status.DONE)),
        )
    }  # fmt: skip
    return [
        Offer(kind, _(title), *(counts.get(kind, {}).get(name, 0) for name in ("open", "done")))
        for kind, title in KINDS.items()
    ]
