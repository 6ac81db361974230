"""Scheduled work: the contact rule every morning before work begins."""

from zhike.interactions import cadence
from zhike.kernel.jobs import every, job

fill_contacts = job("interactions.fill_contacts", lock="interactions.cadence")(
    lambda customer_ids=None: cadence.fill(only=customer_ids) and None
)


@every("30 2 * * *", "interactions.nightly")
def nightly() -> None:
    """Fill the day's contact to-dos for everybody, after the nightly grading."""
    cadence.fill()
