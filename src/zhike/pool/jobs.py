"""The night's recycling."""

from django.utils import timezone

from zhike.kernel.actor import SYSTEM
from zhike.kernel.jobs import every
from zhike.pool.actions import recycle


@every("40 2 * * *", "pool.nightly")
def nightly() -> None:
    """Warn owners and take back what is due by the rule in force today."""
    recycle(timezone.localdate(), by=SYSTEM(reason="公海回收"))
