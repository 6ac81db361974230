"""The night's recycling."""

from django.utils import timezone

from zhike.kernel.actor import SYSTEM
from zhike.kernel.jobs import every
from zhike.pool.actions import expire_registrations, recycle


@every("40 2 * * *", "pool.nightly")
def nightly() -> None:
    """Warn owners, take back what is due by the rule in force today, end protections."""
    by, today = SYSTEM(reason="公海回收"), timezone.localdate()
    recycle(today, by=by)
    expire_registrations(today, by=by)
