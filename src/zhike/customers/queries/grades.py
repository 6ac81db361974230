"""Grades as of a day (SEG-035), from the history that gradings and overrides keep."""

import datetime as dt
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from zhike.customers.models import GradeAssessment, GradeOverride
from zhike.kernel.actor import Actor

FIVE_TIERS = "customers.grade"


def held_on(on: dt.date, scheme: str = FIVE_TIERS) -> "QuerySet[GradeAssessment]":
    """Return the assessments in force on a day, all customers."""
    still = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    return GradeAssessment.unscoped.filter(still, scheme=scheme, valid_from__lte=on)


def with_grade_on(rows: "QuerySet[Any]", on: dt.date, scheme: str = FIVE_TIERS) -> "QuerySet[Any]":
    """Return customers with ``grade_then``, the grade held on the day; None before the first."""
    held = held_on(on, scheme).filter(customer_id=OuterRef("pk")).order_by("-valid_from", "-id")
    annotated: QuerySet[Any] = rows.annotate(grade_then=Subquery(held.values("grade")[:1]))
    return annotated


def grade_on(customer_id: int, on: dt.date, scheme: str = FIVE_TIERS) -> str:
    """Return the grade a customer held on a day, "" before the first assessment."""
    held = held_on(on, scheme).filter(customer_id=customer_id).order_by("-valid_from", "-id")
    return held.values_list("grade", flat=True).first() or ""


def grade_history(
    customer_id: int, by: Actor, scheme: str = FIVE_TIERS
) -> "QuerySet[GradeAssessment]":
    """Return the customer's assessments that the reader may see, newest first."""
    rows = GradeAssessment.objects.visible_to(by).filter(customer_id=customer_id, scheme=scheme)
    return rows.order_by("-valid_from", "-id")


def overrides_waiting(by: Actor, limit: int) -> list[GradeOverride]:
    """Return the requests of others that the reader may decide, oldest first."""
    rows = GradeOverride.objects.visible_to(by, "approve").filter(
        status=GradeOverride.Status.REQUESTED
    )
    others = rows.exclude(created_by_id=by.user_id).order_by("created_at")
    return list(others.select_related("customer", "created_by")[:limit])
