"""No need is closed behind the customer's back (NEED-010)."""

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Reason


class FeedbackFacts(Facts):
    """A need that is being closed, or is closed.

    Attributes:
        told: the customer heard the decision and its reason; reason: length of the reason.
    """

    status: str
    told: bool
    reason: int = 0


class FeedbackParams(Params):
    """Working days until the customer is told, and until delivery is confirmed."""

    tell_days: int = Field(default=2, ge=0, le=60, title=N_("告知客户（工作日）"))
    confirm_days: int = Field(default=5, ge=0, le=60, title=N_("请客户确认（工作日）"))
    reason_length: int = Field(default=6, ge=1, le=200, title=N_("理由最少字数"))


class Feedback(Policy[FeedbackFacts, FeedbackParams]):
    """A decision has a reason, and the customer hears both."""

    id = "needs.feedback"
    title = N_("客户需求反馈")
    statement = N_(
        "每一项关闭的需求都要把决定与理由告知客户：采纳与否都写明理由（不少于 {reason_length} 字），"
        "{tell_days} 个工作日内告知；交付后 {confirm_days} 个工作日内请客户确认。"
    )
    owner_role = "crm_supervisor"
    source = "NEED-010, NEED-009; 客户需求反馈"
    subject = "needs.need"
    icon = "message-plus"
    Facts = FeedbackFacts
    Params = FeedbackParams

    def decide(self, facts: FeedbackFacts, params: FeedbackParams) -> Decision:
        """Return ``refuse`` (no proper reason), ``tell`` (still to be told) or ``done``."""
        closed = facts.status in {"declined", "confirmed"}
        enough = facts.status != "declined" or facts.reason >= params.reason_length
        reasons = (
            Reason(
                N_("理由不少于 {length} 字"), enough, str(facts.reason),
                {"length": params.reason_length},
            ),
            Reason(N_("已把决定与理由告知客户"), facts.told),
        )  # fmt: skip
        if not enough:
            return Decision("refuse", reasons)
        return Decision("done" if facts.told or not closed else "tell", reasons)
