"""The lifecycle model from stored figures: counts, dwell, transitions, value, stage measures."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.customers.models import CustomerTag
from zhike.kernel.actor import Actor
from zhike.kernel.policy_store import in_force
from zhike.segments.models import ClassFigure, ClassFlow, ClassMembership
from zhike.segments.queries.mix import figures, newest

MODEL = "segments.lifecycle_model"
TREND_DAYS = 400


@dataclass(frozen=True)
class StageFigures:
    """One stage on the newest day.

    ``dwell`` mean days of those inside, ``dwelt`` of those who left in the period; ``entered`` and
    ``left`` customers in the period; money in yuan.
    """

    code: str
    label: str
    members: int
    before: int
    entered: int
    left: int
    dwell: Decimal
    dwelt: Decimal
    spend: Decimal
    mean: Decimal
    repeat: Decimal
    partners: int
    contacts: Decimal


@dataclass(frozen=True)
class Flow:
    """Customers that went from one stage to another in the period, and their share of the start."""

    before: str
    after: str
    customers: int
    rate: Decimal


@dataclass(frozen=True)
class Model:
    """The whole page: the day, the period's start, stages and flows; names by code."""

    on: dt.date
    start: dt.date
    days: int
    names: dict[str, str]
    stages: list[StageFigures]
    flows: list[Flow]


def model(days: int = 0) -> Model | None:
    """Return the lifecycle model of the company; None before the first run.

    Args:
        days: length of the period, by default the parameter of the model.
    """
    on = newest(MODEL)
    if on is None:
        return None
    _version, params = in_force(MODEL, on)
    length = days or params.recent_days
    start = newest(MODEL, on - dt.timedelta(days=length)) or _first()
    names = {code: _(params.label(code)) for code in params.codes()}
    now, before = figures(MODEL, on), figures(MODEL, start)
    rows = list(ClassFlow.objects.filter(scheme=MODEL, on__gt=start, on__lte=on))
    moves: dict[tuple[str, str], int] = {}
    left: dict[str, tuple[int, Decimal]] = {}
    for row in rows:
        pair = (row.before, row.after)
        moves[pair] = moves.get(pair, 0) + row.customers
        if row.before:
            count, total = left.get(row.before, (0, Decimal(0)))
            left[row.before] = (count + row.customers, total + row.dwelt * row.customers)
    stages = [_stage(code, names[code], now, before, moves, left) for code in names]
    found = [
        Flow(a, b, n, _rate(n, _through(a, before, moves) if a else 0))
        for (a, b), n in sorted(moves.items(), key=lambda item: -item[1])
    ]
    return Model(on, start, length, names, stages, found)


def _through(code: str, before: dict[str, ClassFigure], moves: dict[tuple[str, str], int]) -> int:
    """Return who was in a stage at any time of the period: at its start, or entered since."""
    entered = sum(n for (_a, b), n in moves.items() if b == code)
    return entered + (before[code].members if code in before else 0)


def _first() -> dt.date:
    first = ClassFigure.objects.filter(scheme=MODEL).order_by("on").first()
    return first.on if first else timezone.localdate()


def _stage(
    code: str, label: str, now: dict[str, ClassFigure], before: dict[str, ClassFigure],
    moves: dict[tuple[str, str], int], left: dict[str, tuple[int, Decimal]],
) -> StageFigures:  # fmt: skip
    row = now.get(code)
    count, total = left.get(code, (0, Decimal(0)))
    members = row.members if row else 0
    spend = row.spend if row else Decimal(0)
    return StageFigures(
        code=code, label=label, members=members,
        before=before[code].members if code in before else 0,
        entered=sum(n for (_a, b), n in moves.items() if b == code), left=count,
        dwell=row.dwell if row else Decimal(0), dwelt=total / count if count else Decimal(0),
        spend=spend, mean=spend / members if members else Decimal(0),
        repeat=_rate(row.repeat_buyers if row else 0, members),
        partners=row.partners if row else 0,
        contacts=Decimal(row.contacts if row else 0) / members if members else Decimal(0),
    )  # fmt: skip


def _rate(part: int, whole: int) -> Decimal:
    return Decimal(part * 100) / whole if whole else Decimal(0)


@dataclass(frozen=True, slots=True)
class Source:
    """How customers of one source came through the first stage in the period (SEG-037)."""

    name: str
    known: int
    converted: int
    rate: Decimal
    days: Decimal
    contacts: Decimal


def acquisition(start: dt.date, on: dt.date, by: Actor) -> list[Source]:
    """Return, for each source, who was in the first stage in the period and who went on.

    ``days`` and ``contacts`` are the means until conversion: the effort of winning a customer.
    """
    visible = ClassMembership.objects.visible_to(by).filter(scheme=MODEL, code="identify")
    rows = visible.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=start), valid_from__lte=on)
    sql, given = rows.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT c.source, count(*), count(m.valid_to), avg(m.valid_to - m.valid_from),
                       avg(t.talks) FILTER (WHERE m.valid_to IS NOT NULL)
                  FROM segments_classmembership m
                  JOIN customers_customer c ON c.id = m.customer_id
                  LEFT JOIN LATERAL (
                      SELECT count(*) AS talks FROM interactions_interaction i
                       WHERE i.customer_id = c.id AND i.archived_at IS NULL
                         AND i.occurred_at::date BETWEEN m.valid_from AND m.valid_to) t
                    ON m.valid_to IS NOT NULL
                 WHERE m.id IN ({sql}) GROUP BY 1 ORDER BY 3 DESC, 2 DESC LIMIT 20""",  # noqa: S608
            given,
        )
        found = cursor.fetchall()
    return [
        Source(name, known, done, _rate(done, known), Decimal(days or 0), Decimal(talks or 0))
        for name, known, done, days, talks in found
    ]


@dataclass(frozen=True, slots=True)
class WinBack:
    """Who came back from the last stage in the period, and bought again after that (SEG-040)."""

    lost: int
    returned: int
    bought_again: int

    @property
    def rate(self) -> Decimal:
        """Return the returned in percent of those who were lost."""
        return _rate(self.returned, self.lost)


def won_back(start: dt.date, on: dt.date, by: Actor) -> WinBack:
    """Return how many lost customers returned in the period and ordered once more since."""
    churned = ClassMembership.objects.visible_to(by).filter(scheme=MODEL, code="churn")
    lost = churned.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=start)).count()
    back = churned.filter(valid_to__gt=start, valid_to__lte=on)
    sql, given = back.order_by().values("customer_id", "valid_to").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT count(*), count(*) FILTER (WHERE (
                    SELECT count(*) FROM sales_order o
                     WHERE o.customer_id = b.customer_id AND o.archived_at IS NULL
                       AND NOT (o.status = 'cancelled') AND o.amount > 0
                       AND o.ordered_on > b.valid_to) > 0)
                  FROM ({sql}) AS b(customer_id, valid_to)""",  # noqa: S608
            given,
        )
        returned, again = cursor.fetchone() or (0, 0)
    return WinBack(lost, returned, again)


def churn_causes(by: Actor) -> list[tuple[str, int]]:
    """Return the causes that tags name for customers of the last stage, the most frequent first."""
    held = ClassMembership.unscoped.filter(scheme=MODEL, code="churn", valid_to__isnull=True)
    rows = CustomerTag.objects.visible_to(by).filter(
        tag__dimension="churn_cause", customer_id__in=held.values("customer_id")
    )
    grouped = rows.order_by().values("tag__name").annotate(n=Count("pk")).order_by("-n")
    return [(row["tag__name"], row["n"]) for row in grouped[:10]]


def trend(code: str, field: str) -> list[Any]:
    """Return a figure of a stage over the stored days, oldest first."""
    since = timezone.localdate() - dt.timedelta(days=TREND_DAYS)
    rows = ClassFigure.objects.filter(scheme=MODEL, code=code, on__gt=since).order_by("on")
    return list(rows.values_list(field, flat=True))
