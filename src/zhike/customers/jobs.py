"""The night's work: figures in line with orders, then every standard over everybody."""

from django.utils import timezone

from zhike.customers.actions import active_schemes, expire_tags, refresh_figures, run_grading
from zhike.kernel.actor import SYSTEM
from zhike.kernel.jobs import every


@every("0 2 * * *", "customers.nightly")
def nightly() -> None:
    """Refresh the purchase figures and grade everybody, as of today."""
    by = SYSTEM(reason="每日评定")
    today = timezone.localdate()
    refresh_figures(None, by=by, on=today)
    for scheme in active_schemes(today):
        run_grading(today, by, scheme=scheme)
    expire_tags(today, by=by)
