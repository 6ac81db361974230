"""Which automated messages a person reads before they go (ORG-034)."""

from pydantic import Field

from zhike.kernel.automation import flows
from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason


class ReviewParams(Params):
    """Which automated messages wait for a person, who reviews, and within how many working days.

    Attributes:
        flows: codes of ``kernel.automation.flows``: scheduled work, jobs, reactions, messages;
        reviewer_role: role of the reviewer, who is also asked where somebody without a superior
        hands something to a person.
    """

    flows: tuple[str, ...] = Field(
        title=N_("需要人工审核的自动流程"), default=(), json_schema_extra={"offers": "flows"}
    )
    reviewer_role: str = Field(
        title=N_("审核角色"), default="crm_supervisor", json_schema_extra={"offers": "roles"}
    )
    within_days: int = Field(title=N_("处理期限（工作日）"), default=1, ge=1, le=20)

    def problems(self) -> list[Problem]:
        """Refuse flows that do not exist."""
        return [
            Problem("flows", N_("没有这个自动流程：{name}"), {"name": name})
            for name in self.flows
            if name not in flows
        ]


class ReviewFacts(Facts):
    """The flow that wants to send a message."""

    flow: str


class AutomationReview(Policy[ReviewFacts, ReviewParams]):
    """Automated messages may need a person's word before they go out (ORG-034)."""

    id = "interactions.automation_review"
    title = N_("自动消息人工审核")
    statement = N_(
        "列入名单的自动流程，其消息由人工审核后发送，审核人在 {within_days} 个工作日内处理；"
        "自动生成的待办与自动发出的消息随时可以转人工。"
    )
    owner_role = "crm_supervisor"
    source = "ORG-034"
    subject = "interactions.todo"
    icon = "eye-check"
    Facts = ReviewFacts
    Params = ReviewParams

    def decide(self, facts: ReviewFacts, params: ReviewParams) -> Decision:
        """Return whether a person reviews the message first."""
        listed = facts.flow in params.flows
        return Decision(listed, (Reason(N_("该流程需要人工审核"), listed, facts.flow),))
