"""The night's work: schemes, strategy cards and due reviews, after orders and grades are in line."""

from django.utils import timezone

from zhike.kernel.actor import SYSTEM
from zhike.kernel.jobs import every
from zhike.segments.actions import (
    apply_grants,
    carry_out,
    open_due_review,
    recluster,
    recommend,
    run_schemes,
)


@every("20 2 * * *", "segments.nightly")
def nightly() -> None:
    """Class everybody as of today, make the to-dos of the cards, open a review that is due."""
    today, by = timezone.localdate(), SYSTEM(reason="每日分类")
    run_schemes(today, by)
    carry_out(today, by)
    recommend(today, by)
    open_due_review(today, by)
    apply_grants(today)


@every("40 3 1 * *", "segments.monthly")
def monthly() -> None:
    """Fit the cluster model to last month's customers."""
    recluster(timezone.localdate(), SYSTEM(reason="每月聚类"))
