"""What the review rule in force says of the flows."""

from zhike.interactions.policies import AutomationReview
from zhike.kernel.policy_store import in_force


def listed() -> frozenset[str]:
    """Return the codes of the flows whose messages a person reviews today."""
    return frozenset(in_force(AutomationReview.id)[1].flows)
