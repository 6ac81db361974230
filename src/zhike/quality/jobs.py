"""The night's work of data quality."""

from zhike.kernel.jobs import every
from zhike.quality.actions import ask_owners, check_cleaning, score


@every("30 2 * * *", "quality.nightly")
def nightly() -> None:
    """Score everybody, ask owners for what is stale, and look after the yearly cleaning."""
    score()
    ask_owners()
    check_cleaning()
