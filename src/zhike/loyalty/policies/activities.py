"""Which activities need a second person's word (LOY-015)."""

from decimal import Decimal

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Reason


class BudgetFacts(Facts):
    """The budget in yuan."""

    budget: Decimal


class BudgetParams(Params):
    """``approval_above``: budgets above it are approved; ``follow_up_days``: time for a lead."""

    approval_above: Decimal = Field(title=N_("须审批的预算（元）"), default=Decimal(5000), ge=0)
    follow_up_days: int = Field(title=N_("现场线索跟进期限（天）"), default=3, ge=1, le=60)


class ActivityBudget(Policy[BudgetFacts, BudgetParams]):
    """Small budgets go ahead, larger ones are approved by another person."""

    id = "loyalty.activity_budget"
    title = N_("客户活动预算审批")
    statement = N_(
        "预算超过 {approval_above} 元的客户活动由另一人审批后方可邀请；"
        "现场线索 {follow_up_days} 天内跟进。"
    )
    source = "LOY-015"
    subject = "loyalty.activity"
    icon = "calendar-event"
    Facts, Params = BudgetFacts, BudgetParams

    def decide(self, facts: BudgetFacts, params: BudgetParams) -> Decision:
        """Return ``allow`` or ``ask``."""
        small = facts.budget <= params.approval_above
        text = N_("预算不超过 {limit} 元")
        reason = Reason(text, small, str(facts.budget), {"limit": params.approval_above})
        return Decision("allow" if small else "ask", (reason,))
