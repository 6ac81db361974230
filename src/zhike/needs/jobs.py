"""Scheduled work: voices and late answers by the hour; meetings, feedback, reviews every morning."""

from zhike.kernel.jobs import every
from zhike.needs.actions.cycle import keep_cycle
from zhike.needs.actions.improvements import ask_for_reviews
from zhike.needs.actions.suggestions import hear_all
from zhike.needs.actions.sweeps import ask_again, escalate


@every("10 8-19 * * *", "needs.hourly")
def hourly() -> None:
    """Tell the supervisors of needs whose first answer is overdue."""
    escalate()


@every("40 * * * *", "needs.hear")
def hear_voices() -> None:
    """Look for needs and pain points in what was written or changed lately."""
    hear_all()


@every("20 5 * * *", "needs.morning")
def morning() -> None:
    """Keep the meetings' cycle, bring untold customers back, look for changing needs."""
    keep_cycle()
    ask_again()
    ask_for_reviews()
