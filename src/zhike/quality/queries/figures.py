"""Scores read back: figures of the strip, by department and grade, worklists, the flow."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet
from django.utils import timezone

from zhike.customers.models import Customer
from zhike.kernel.actor import Actor
from zhike.kernel.clearance import sees_all
from zhike.kernel.errors import BadQuery
from zhike.kernel.metric_store import readings
from zhike.kernel.models import MetricValue
from zhike.kernel.policy_store import in_force
from zhike.quality.models import CustomerScore, Stage
from zhike.quality.policies import CHECKS, DIMENSIONS, FIELDS, GRADES, QualityScore

INVALID_PHONE = Q(faults__contains=["mobile_format"]) | Q(faults__contains=["phone_format"])
YEAR = dt.timedelta(days=365)
WORKLISTS = {
    "below": Q(below=True),
    "faults": ~Q(faults=[]),
    "stale": Q(stale=True),
    "phone": INVALID_PHONE,
    "stuck": Q(stuck=True),
    "unsorted": Q(stage=Stage.COLLECT),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """The strip: means and counts over the reader's customers."""

    total: int
    score: int
    completeness: float
    target: int
    invalid_phones: int
    old: int
    stale: int
    below: int
    before: float | None = None


def _rows(by: Actor) -> "QuerySet[CustomerScore]":
    """Return the scores of the customers that the reader sees."""
    rows = CustomerScore.unscoped.all()
    if sees_all(Customer, by):
        return rows
    return rows.filter(customer__in=Customer.objects.visible_to(by).order_by().values("pk"))


def figures(by: Actor) -> Figures:
    """Return the figures of the strip in one statement."""
    old = timezone.localdate() - YEAR
    found = _rows(by).aggregate(
        total=Count("id"), score=Avg("score"), completeness=Avg("completeness"),
        phones=Count("id", filter=INVALID_PHONE), old=Count("id", filter=Q(verified_on__lt=old)),
        stale=Count("id", filter=Q(stale=True)), below=Count("id", filter=Q(below=True)),
    )  # fmt: skip
    return Figures(
        found["total"], round(found["score"] or 0), round(float(found["completeness"] or 0), 1),
        in_force(QualityScore.id)[1].target, found["phones"], found["old"], found["stale"],
        found["below"],
    )  # fmt: skip


def last_month() -> float | None:
    """Return the company's score on the last day of the month before, where it was kept."""
    first = timezone.localdate().replace(day=1)
    found = (
        MetricValue.objects.filter(metric="quality.score_mean", dimension="", as_of__lt=first)
        .order_by("-as_of")
        .values_list("value", flat=True)
        .first()
    )
    return None if found is None else float(found)


def indicators() -> list[Any]:
    """Return the kept indicators of the three principles: comprehensive, accurate, in time."""
    return readings(("quality.completeness", "quality.accuracy", "quality.fresh_share"))


def aggregates(by: Actor) -> dict[str, list[dict[str, Any]]]:
    """Return score and completeness by dimension, department and grade (DAT-016)."""
    rows = _rows(by)
    measures: dict[str, Any] = {
        "count": Count("id"), "score": Avg("score"), "completeness": Avg("completeness"),
        "below": Count("id", filter=Q(below=True)),
    }  # fmt: skip
    params = in_force(QualityScore.id)[1]
    means = rows.aggregate(**{name: Avg(name) for name in DIMENSIONS})
    units = rows.values("customer__unit_id", "customer__unit__name").annotate(**measures)
    grades = {
        line["customer__grade"]: line
        for line in rows.values("customer__grade").annotate(**measures)
    }
    return {
        "dimensions": [
            {"name": name, "title": DIMENSIONS[name], "value": round(means[name] or 0),
             "weight": params.weights.get(name, 0)}
            for name in DIMENSIONS
        ],
        "units": [dict(line) for line in units.order_by("score")],
        "grades": [
            {**grades[name], "grade": name, "threshold": params.threshold(name)}
            for name in GRADES if name in grades
        ],
        "missing": _common(rows, "missing", FIELDS),
        "faults": _common(rows, "faults", tuple(CHECKS)),
    }  # fmt: skip


def _common(
    rows: "QuerySet[CustomerScore]", column: str, names: tuple[str, ...]
) -> list[dict[str, Any]]:
    counts = rows.aggregate(
        **{f"n_{one}": Count("id", filter=Q(**{column + "__contains": [one]})) for one in names}
    )
    found = [{"name": one, "count": counts[f"n_{one}"]} for one in names if counts[f"n_{one}"]]
    return sorted(found, key=lambda line: -int(line["count"]))


def worklist(
    by: Actor, show: str, *, mine: bool = False, missing: str = "", fault: str = "", unit: str = ""
) -> "QuerySet[CustomerScore]":
    """Return the customers of a worklist, the worst first.

    Raises:
        BadQuery: no such list, field, check or department.
    """
    if show not in WORKLISTS:
        raise BadQuery
    rows = _rows(by).filter(WORKLISTS[show]).select_related("customer", "customer__owner")
    if mine:
        rows = rows.filter(customer__owner_id=by.user_id)
    if missing:
        if missing not in FIELDS:
            raise BadQuery
        rows = rows.filter(missing__contains=[missing])
    if fault:
        if fault not in CHECKS:
            raise BadQuery
        rows = rows.filter(faults__contains=[fault])
    if unit:
        if not unit.isascii() or not unit.isdigit() or len(unit) > 15:
            raise BadQuery
        rows = rows.filter(customer__unit_id=int(unit))
    order = ("verified_on", "id") if show == "stale" else ("score", "id")
    return rows.order_by(*order)


def counts(by: Actor) -> dict[str, int]:
    """Return how many customers each worklist holds."""
    found = _rows(by).aggregate(
        **{f"n_{name}": Count("id", filter=condition) for name, condition in WORKLISTS.items()}
    )
    return {name: int(found[f"n_{name}"]) for name in WORKLISTS}


def flow_report(by: Actor) -> list[dict[str, Any]]:
    """Return, for each stage of the flow, how many records stand in it and how many are stuck."""
    rows = _rows(by).values("stage").annotate(n=Count("id"), held=Count("id", filter=Q(stuck=True)))
    found: dict[str, dict[str, Any]] = {
        str(line["stage"]): dict(line) for line in rows.order_by("stage")
    }
    return [
        {
            "stage": stage.value, "title": stage.label,
            "count": found.get(stage.value, {}).get("n", 0),
            "stuck": found.get(stage.value, {}).get("held", 0),
        }
        for stage in Stage
    ]  # fmt: skip


def score_of(customer_id: int, by: Actor) -> CustomerScore | None:
    """Return the score of a customer that the reader sees."""
    return _rows(by).filter(customer_id=customer_id).first()
