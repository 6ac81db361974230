"""The night's recycling, new data every hour, hand-overs in the background."""

from django.utils import timezone

from zhike.kernel.actor import SYSTEM
from zhike.kernel.jobs import every, job
from zhike.pool.actions import expire_registrations, gather_new, recycle
from zhike.pool.actions.transferring import JOB, carry


@every("40 2 * * *", "pool.nightly")
def nightly() -> None:
    """Warn owners, take back what is due by the rule in force today, end protections."""
    by, today = SYSTEM(reason="公海回收"), timezone.localdate()
    recycle(today, by=by)
    expire_registrations(today, by=by)


@every("10 * * * *", "pool.gather_new")
def gather() -> None:
    """Lay new customers that nobody owns into their pools, where the rule says so."""
    gather_new(by=SYSTEM(reason="新数据进入公海"))


@job(JOB, lock="pool.transfers")
def carry_transfer(transfer_id: int) -> None:
    """Hand the batches of a transfer over that are left."""
    carry(transfer_id)
