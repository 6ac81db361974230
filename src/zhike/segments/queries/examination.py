"""The five tests of a scheme (SEG-003…007): exclusive, whole, operable, relevant, stable.

Figures come from the run of the night; offending customers are read in the reader's scope.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import (
    Avg,
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils.translation import gettext as _

from zhike.customers.models import Customer
from zhike.kernel.actor import Actor
from zhike.kernel.policy_store import in_force
from zhike.segments.models import ClassCard, ClassFigure, ClassMembership, Segment
from zhike.segments.queries.counting import count
from zhike.segments.queries.definition import BrokenDefinition
from zhike.segments.queries.members import condition_of
from zhike.segments.queries.mix import figures, flows, labels, moved_since, newest

QUARTER = 90
SHOWN = 8
ZERO = Decimal(0)


@dataclass(frozen=True)
class Test:
    """One test: what was measured, the limit, whether it is passed, and who offends.

    ``lines`` are (name, words) of classes; ``customers`` (id, name, words) in the reader's scope;
    ``more_url`` leads to all of them.
    """

    code: str
    title: str
    passed: bool
    measure: str
    limit: str
    lines: Sequence[tuple[str, str]] = ()
    customers: Sequence[tuple[int, str, str]] = ()
    more_url: str = ""


@dataclass
class _Day:
    """What the tests of one scheme look at."""

    scheme: str
    by: Actor
    on: dt.date
    limits: Any
    names: dict[str, str]
    rows: dict[str, ClassFigure]
    total: int = field(init=False)

    def __post_init__(self) -> None:
        self.total = sum(row.members for row in self.rows.values()) or 1


def examine(scheme: str, by: Actor) -> list[Test]:
    """Return the five tests of a scheme as of its newest run; empty before the first."""
    on = newest(scheme)
    if on is None:
        return []
    _version, params = in_force(scheme, on)
    day = _Day(scheme, by, on, params.tests, labels(scheme), figures(scheme, on))
    return [_exclusive(day), _whole(day), _operable(day), _relevant(day), _stable(day)]


def _exclusive(day: _Day) -> Test:
    number = sum(row.overlapping for row in day.rows.values())
    share = Decimal(number * 100) / day.total
    rows = ClassMembership.objects.visible_to(day.by).filter(
        scheme=day.scheme, overlapping=True, valid_to__isnull=True
    )
    text = _("%(n)d 家同时符合多个类别的条件（%(share).1f%%），由规则先后决定其一")
    return Test(
        "exclusive", _("互斥性"), share <= day.limits.most_overlap,
        text % {"n": number, "share": share}, f"≤ {day.limits.most_overlap}%",
        customers=[
            (row.customer_id, str(row.customer), day.names.get(row.code, row.code))
            for row in rows.select_related("customer").order_by("customer_id")[:SHOWN]
        ],
        more_url=f"/segments/classmembership/?scheme={day.scheme}&overlapping=1&valid_to__empty=1",
    )  # fmt: skip


def unclassed(scheme: str, by: Actor) -> "QuerySet[Any]":
    """Return the reader's customers that are in no class of a scheme."""
    held = ClassMembership.unscoped.filter(
        customer_id=OuterRef("pk"), scheme=scheme, valid_to__isnull=True
    )
    rows: QuerySet[Any] = Customer.objects.visible_to(by).filter(~Exists(held)).order_by("id")
    return rows


def _whole(day: _Day) -> Test:
    outside = day.rows[""].members if "" in day.rows else 0
    share = Decimal((day.total - outside) * 100) / day.total
    rows = unclassed(day.scheme, day.by) if outside else ()
    return Test(
        "whole", _("整体性"), share >= day.limits.least_coverage,
        _("覆盖 %(share).1f%%，%(n)d 家不在任何类别") % {"share": share, "n": outside},
        f"≥ {day.limits.least_coverage}%",
        customers=[(row.pk, str(row), "") for row in rows[:SHOWN]],
    )  # fmt: skip


def _operable(day: _Day) -> Test:
    cards = {
        row.code
        for row in ClassCard.unscoped.filter(scheme=day.scheme, archived_at__isnull=True)
        if row.strategy.strip()
    }
    lines, passed = [], True
    for code, name in day.names.items():
        row = day.rows.get(code)
        if row is None or not row.members:
            continue
        share = Decimal(row.reachable * 100) / row.members
        fine = share >= day.limits.least_reach and code in cards
        passed = passed and fine
        card = _("有策略") if code in cards else _("缺少策略")
        words = _("可触达且有负责人 %(share).1f%%，%(card)s") % {"share": share, "card": card}
        lines.append((name, words))
    missing = ClassMembership.objects.visible_to(day.by).filter(
        Q(customer__owner__isnull=True)
        | Q(customer__phone__isnull=True, customer__email__isnull=True,
            customer__primary_contact__isnull=True),
        scheme=day.scheme, valid_to__isnull=True,
    )  # fmt: skip
    return Test(
        "operable", _("可操作性"), passed, _("每类应有渠道、负责人与至少一条策略"),
        f"≥ {day.limits.least_reach}%", lines,
        [
            (row.customer_id, str(row.customer), day.names.get(row.code, row.code))
            for row in missing.select_related("customer").order_by("customer_id")[:SHOWN]
        ],
    )  # fmt: skip


def _relevant(day: _Day) -> Test:
    means, lines = [], []
    for code, name in day.names.items():
        row = day.rows.get(code)
        if row is None or not row.members:
            continue
        mean = row.spend / row.members
        means.append(mean)
        words = _("户均消费 ¥%(mean)s，户均订单 %(orders).1f 笔") % {
            "mean": f"{mean:,.0f}", "orders": row.orders / row.members,
        }  # fmt: skip
        lines.append((name, words))
    low, high = min(means, default=ZERO), max(means, default=ZERO)
    ratio = high / low if low > 0 else None
    passed = len(means) > 1 and high > 0 and (ratio is None or ratio >= day.limits.least_difference)
    found = f"{ratio:.1f}" if ratio is not None else "∞" if high > 0 else "—"
    return Test(
        "relevant", _("相关性"), passed,
        _("户均消费最高的一类是最低一类的 %s 倍") % found,
        _("≥ %s 倍") % day.limits.least_difference, lines,
    )  # fmt: skip


def _stable(day: _Day) -> Test:
    start = day.on - dt.timedelta(days=QUARTER)
    moves = [m for m in flows(day.scheme, start, day.on) if m["before"] and m["after"]]
    number = sum(move["n"] for move in moves)
    share = Decimal(number * 100) / day.total
    rows = moved_since(day.scheme, day.by, start)[:SHOWN]
    return Test(
        "stable", _("稳定性"), share <= day.limits.most_migration,
        _("近 %(days)d 天换类 %(n)d 家次（%(share).1f%%）")
        % {"days": QUARTER, "n": number, "share": share},
        f"≤ {day.limits.most_migration}%",
        [(f"{day.names.get(m['before'], '')} → {day.names.get(m['after'], '')}", str(m["n"]))
         for m in sorted(moves, key=lambda m: -m["n"])[:SHOWN]],
        [(row.customer_id, str(row.customer),
          f"{day.names.get(row.was, row.was)} → {day.names.get(row.code, row.code)}")
         for row in rows],
    )  # fmt: skip


# -- schemes of segments: the same questions asked live ---------------------------------------------


def groups(by: Actor) -> list[tuple[str, int]]:
    """Return the schemes that the reader's segments name, with how many segments each has."""
    rows = Segment.objects.visible_to(by).exclude(scheme="").order_by().values("scheme")
    found = rows.annotate(n=Count("pk")).order_by("scheme")
    return [(row["scheme"], row["n"]) for row in found]


def examine_group(name: str, by: Actor) -> list[Test]:
    """Return exclusivity, wholeness and relevance of the segments that share a scheme's name."""
    chosen = list(Segment.objects.visible_to(by).filter(scheme=name).order_by("id")[:12])
    fits = []
    for row in chosen:
        try:
            fits.append((row, condition_of(row, by) or Q(pk__isnull=False)))
        except BrokenDefinition as error:
            broken = _("细分“%(name)s”的条件已失效：%(why)s") % {"name": row, "why": error}
            return [Test("broken", _("条件失效"), passed=False, measure=broken, limit="")]
    if not fits:
        return []
    number: Any = Value(0)
    for _row, condition in fits:
        one = Case(When(condition, then=1), default=0, output_field=IntegerField())
        number = number + one
    rows = Customer.objects.visible_to(by).annotate(fits=number)
    total = count(Customer.objects.visible_to(by)) or 1
    double, outside = rows.filter(fits__gt=1), rows.filter(fits=0)
    twice, none = count(double), count(outside)
    means = [
        (str(row), Customer.objects.visible_to(by).filter(condition).aggregate(
            mean=Avg("annual_spend"))["mean"] or ZERO)
        for row, condition in fits
    ]  # fmt: skip
    low, high = min(mean for _n, mean in means), max(mean for _n, mean in means)
    ratio = f"{high / low:.1f}" if low > 0 else "∞" if high > 0 else "—"
    return [
        Test("exclusive", _("互斥性"), twice == 0, _("%d 家在一个以上的细分里") % twice, "0",
             customers=_named(double.order_by(F("fits").desc(), "id"))),
        Test("whole", _("整体性"), none * 20 <= total,
             _("覆盖 %(share).1f%%，%(n)d 家不在任何类别")
             % {"share": 100 - none * 100 / total, "n": none}, "≥ 95%",
             customers=_named(outside.order_by("id"))),
        Test("relevant", _("相关性"), len(means) > 1 and high * 2 >= low * 3 and high > 0,
             _("户均消费最高的一类是最低一类的 %s 倍") % ratio, _("≥ %s 倍") % "1.5",
             [(name, f"¥{mean:,.0f}") for name, mean in means]),
    ]  # fmt: skip


def _named(rows: "QuerySet[Any]") -> list[tuple[int, str, str]]:
    return [(row.pk, str(row), "") for row in rows[:SHOWN]]
