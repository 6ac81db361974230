"""Scheduled work: keys every minute, everybody against everybody every night."""

from zhike.duplicates.actions import index_waiting, run_scan
from zhike.duplicates.actions.scan import fail_scan, start_scan
from zhike.duplicates.models import Scan
from zhike.kernel.actor import SYSTEM
from zhike.kernel.errors import Conflict
from zhike.kernel.jobs import every, job


@every("* * * * *", "duplicates.index")
def index() -> None:
    """Bring the keys of the live check in line with what was saved."""
    index_waiting()


@job("duplicates.run_scan", lock="duplicates.scan")
def scan(scan_id: int) -> None:
    """Carry out one scan."""
    by = SYSTEM(reason="重复扫描")
    row = Scan.unscoped.get(pk=scan_id)
    try:
        run_scan(row, by=by)
    except Exception:
        fail_scan(row, by=by)
        raise


@every("0 3 * * *", "duplicates.nightly")
def nightly() -> None:
    """Look for new pairs while nobody works."""
    try:
        start_scan(by=SYSTEM(reason="每日重复扫描"))
    except Conflict:
        return
