"""What grading did: revenue, retention and service by grade before and after a day (SEG-033).

The customers of a grade are those that hold it on the day; the same customers are looked at over
two spans of equal length, so that the figures differ by what was done for them and not by who is
counted. Satisfaction is the mean over the customers that rated us in a span; without any rating, or
for a reader who may not see ratings, the figure is None, never a guess.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Min
from django.utils import timezone

from zhike.customers.models import Customer, Grade, GradeAssessment
from zhike.customers.queries.grades import FIVE_TIERS
from zhike.interactions.models import Interaction
from zhike.kernel.actor import Actor
from zhike.kernel.clearance import sees_all
from zhike.kernel.models import PolicyVersion
from zhike.kernel.moments import midnight
from zhike.kernel.records import Record
from zhike.loyalty.models import Gift, WinBackCase
from zhike.sales.models import Order
from zhike.sales.queries import COUNTS
from zhike.surveys.models import Satisfaction

SPANS = (90, 180, 365)  # days that a reader may choose from

EFFECT = """
WITH cohort AS (
    SELECT DISTINCT ON (a.customer_id) a.customer_id, a.grade
      FROM customers_gradeassessment a
     WHERE a.scheme = %(scheme)s AND a.archived_at IS NULL AND a.valid_from <= %(on)s
       AND (a.valid_to IS NULL OR a.valid_to > %(on)s) {customers}
     ORDER BY a.customer_id, a.valid_from DESC, a.id DESC),
bought AS (
    SELECT customer_id,
           sum(amount) FILTER (WHERE ordered_on >= %(first)s AND ordered_on < %(on)s) AS was,
           sum(amount) FILTER (WHERE ordered_on >= %(on)s) AS now,
           bool_or(amount > 0 AND ordered_on < %(first)s) AS earlier,
           bool_or(amount > 0 AND ordered_on >= %(first)s AND ordered_on < %(on)s) AS before,
           bool_or(amount > 0 AND ordered_on >= %(on)s) AS after
      FROM sales_order WHERE {counts} AND ordered_on >= %(origin)s AND ordered_on < %(end)s {orders}
     GROUP BY customer_id),
spoken AS (
    SELECT customer_id, count(*) FILTER (WHERE occurred_at < %(on_at)s) AS was,
           count(*) FILTER (WHERE occurred_at >= %(on_at)s) AS now,
           sum(minutes) FILTER (WHERE occurred_at < %(on_at)s) AS minutes_was,
           sum(minutes) FILTER (WHERE occurred_at >= %(on_at)s) AS minutes_now
      FROM interactions_interaction
     WHERE archived_at IS NULL AND occurred_at >= %(first_at)s AND occurred_at < %(end_at)s {talks}
     GROUP BY customer_id),
paid AS (
    SELECT customer_id, sum(cost) FILTER (WHERE day < %(on)s) AS was,
           sum(cost) FILTER (WHERE day >= %(on)s) AS now
      FROM (SELECT customer_id, given_on AS day, value AS cost FROM loyalty_gift
             WHERE archived_at IS NULL AND status = 'given' {gifts}
             UNION ALL
            SELECT customer_id, started_on, cost FROM loyalty_winbackcase
             WHERE archived_at IS NULL AND started_on IS NOT NULL {cases}) t
     WHERE day >= %(first)s AND day < %(end)s GROUP BY customer_id),
rated AS (
    SELECT customer_id, avg(score) FILTER (WHERE rated_on < %(on)s) AS was,
           avg(score) FILTER (WHERE rated_on >= %(on)s) AS now
      FROM surveys_satisfaction
     WHERE archived_at IS NULL AND rated_on >= %(first)s AND rated_on < %(end)s {scores}
     GROUP BY customer_id)
SELECT c.grade, count(*), coalesce(sum(b.was), 0), coalesce(sum(b.now), 0),
       count(*) FILTER (WHERE b.earlier), count(*) FILTER (WHERE b.earlier AND b.before),
       count(*) FILTER (WHERE b.before), count(*) FILTER (WHERE b.before AND b.after),
       coalesce(sum(s.was), 0), coalesce(sum(s.now), 0),
       coalesce(sum(s.minutes_was), 0), coalesce(sum(s.minutes_now), 0),
       coalesce(sum(p.was), 0), coalesce(sum(p.now), 0),
       avg(r.was), avg(r.now), count(r.was), count(r.now)
  FROM cohort c LEFT JOIN bought b USING (customer_id) LEFT JOIN spoken s USING (customer_id)
  LEFT JOIN paid p USING (customer_id) LEFT JOIN rated r USING (customer_id)
 GROUP BY c.grade
"""


@dataclass(frozen=True)
class Pair:
    """A figure of the span before the day and of the span from it; None = nothing to count."""

    before: Decimal | None
    after: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """Return the change as a ratio of the figure before, None without one."""
        if not self.before or self.after is None:
            return None
        return (self.after - self.before) / self.before


@dataclass(frozen=True)
class GradeEffect:
    """One grade.

    Attributes:
        customers: that hold it on the day; revenue: yuan a customer; retention: percent of those
        that bought in a span and bought again in the next; contacts: number a customer; minutes:
        recorded, a customer; cost: yuan recorded as gifts given and win-back, a customer;
        satisfaction: 0…100, mean over the customers that rated us; rated: how many these are.
    """

    grade: str
    label: str
    customers: int
    revenue: Pair
    retention: Pair
    contacts: Pair
    minutes: Pair
    cost: Pair
    satisfaction: Pair
    rated: Pair


@dataclass(frozen=True)
class Effect:
    """The comparison: ``days`` long on either side of ``on``, shorter where today comes first."""

    on: dt.date
    days: int
    lines: list[GradeEffect]


def may_see(by: Actor) -> bool:
    """Tell whether the reader may compare: grades, orders with their amounts, communications."""
    keys = ("customers.gradeassessment", Order.key(), Interaction.key())
    hidden = by.field_access(Order.key(), "amount") in {"hidden", "masked"}
    return all(by.may(key, "view") for key in keys) and not hidden


def published(on: dt.date | None = None) -> list[PolicyVersion]:
    """Return the versions of the grading rule that came into force until a day, newest first."""
    rows = PolicyVersion.unscoped.filter(
        policy_id=FIVE_TIERS, status=PolicyVersion.Status.APPROVED,
        effective_on__lte=on or timezone.localdate(),
    )  # fmt: skip
    return list(rows.order_by("-effective_on", "-number")[:12])


def first_graded() -> dt.date | None:
    """Return the first day on which customers held a grade; before it there is nothing to compare."""
    rows = GradeAssessment.unscoped.filter(scheme=FIVE_TIERS, archived_at=None)
    found: dt.date | None = rows.aggregate(first=Min("valid_from"))["first"]
    return found


def effect(by: Actor, on: dt.date, days: int) -> Effect:
    """Return the comparison for the reader's customers, the best grade first.

    Args:
        on: not after today; days: length of each span, cut to the days that have passed.
    """
    today = timezone.localdate()
    length = max(1, min(days, (today - on).days + 1))
    span = dt.timedelta(days=length)
    first, end = on - span, on + span
    values: dict[str, Any] = {
        "scheme": FIVE_TIERS, "on": on, "first": first, "origin": first - span, "end": end,
        "on_at": midnight(on), "first_at": midnight(first), "end_at": midnight(end),
    }  # fmt: skip
    sql = EFFECT.format(
        counts=COUNTS,
        customers=_inside(Customer, by, "a.customer_id", values),
        orders=_inside(Order, by, "id", values),
        talks=_inside(Interaction, by, "id", values),
        gifts=_inside(Gift, by, "id", values),
        cases=_inside(WinBackCase, by, "id", values),
        scores=_inside(Satisfaction, by, "id", values),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = {row[0]: row for row in cursor.fetchall()}
    lines = [_line(found[code], str(title)) for code, title in Grade.choices if code in found]
    return Effect(on, length, lines)


def _inside(model: type[Record], by: Actor, column: str, values: dict[str, Any]) -> str:
    """Return the condition that keeps to the rows that the reader sees; adds its parameters."""
    if sees_all(model, by):
        return ""
    query = model.objects.visible_to(by).order_by().values("pk").query
    try:
        sql, given = query.sql_with_params()
    except EmptyResultSet:
        return "AND FALSE"
    start = len(values)
    names = [f"scope{start + number}" for number in range(len(given))]
    values.update(zip(names, given, strict=True))
    return f"AND {column} IN ({sql % tuple(f'%({name})s' for name in names)})"


def _line(row: Any, label: str) -> GradeEffect:
    grade, number, *rest = row
    was, now, earlier, kept, before, again, talks, talked, minutes, spent, cost, costs = rest[:12]
    score, scored, rated, rating = rest[12:]
    return GradeEffect(
        str(grade), label, int(number),
        revenue=Pair(_mean(was, number), _mean(now, number)),
        retention=Pair(_share(kept, earlier), _share(again, before)),
        contacts=Pair(_mean(talks, number), _mean(talked, number)),
        minutes=Pair(_mean(minutes, number), _mean(spent, number)),
        cost=Pair(_mean(cost, number), _mean(costs, number)),
        satisfaction=Pair(_tenth(score), _tenth(scored)),
        rated=Pair(Decimal(rated), Decimal(rating)),
    )  # fmt: skip


def _mean(total: Any, number: int) -> Decimal:
    return (Decimal(total) / number).quantize(Decimal("0.01"))


def _tenth(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value).quantize(Decimal("0.1"))


def _share(part: int, whole: int) -> Decimal | None:
    return (Decimal(part * 100) / whole).quantize(Decimal("0.1")) if whole else None
