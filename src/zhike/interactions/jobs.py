"""Scheduled work: the contact rule and the figures every night; messages of group robots."""

from zhike.interactions import cadence
from zhike.interactions.actions import count_effect, deliver, purge_behaviour
from zhike.interactions.queries.effect import months_back
from zhike.kernel.actor import SYSTEM
from zhike.kernel.jobs import every, job

fill_contacts = job("interactions.fill_contacts", lock="interactions.cadence")(
    lambda customer_ids=None: cadence.fill(only=customer_ids) and None
)

send_robot_message = job("interactions.send_robot_message")(
    lambda message_id: deliver(message_id=message_id)
)


@every("30 2 * * *", "interactions.nightly")
def nightly() -> None:
    """Fill the day's contact to-dos for everybody, after the nightly grading."""
    cadence.fill()


@every("50 2 * * *", "interactions.effect")
def nightly_effect() -> None:
    """Count the effect of communication anew: what follows a contact may come months later."""
    count_effect(months_back())


@every("20 3 * * *", "interactions.behaviour")
def nightly_behaviour() -> None:
    """Delete the behaviour of contacts that is too old or no longer consented to."""
    purge_behaviour(by=SYSTEM(reason="interactions.behaviour"))
