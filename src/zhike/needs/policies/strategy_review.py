"""When changing needs put the product and service strategy on the table (NEED-012)."""

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Reason


class ReviewFacts(Facts):
    """One theme: customers who asked in the last window, and in the window before it."""

    customers_now: int
    customers_before: int = 0


class ReviewParams(Params):
    """The window, how many customers at least, and the growth over the window before."""

    window_days: int = Field(default=90, ge=7, le=730, title=N_("观察期（天）"))
    customers: int = Field(default=3, ge=1, le=1000, title=N_("至少客户数"))
    growth_percent: int = Field(default=50, ge=0, le=1000, title=N_("较上期增长（%）"))
    decide_days: int = Field(default=14, ge=1, le=180, title=N_("评审期限（天）"))


class StrategyReviewRule(Policy[ReviewFacts, ReviewParams]):
    """A theme that enough customers raise, and more than before, goes to the product team."""

    id = "needs.strategy_review"
    title = N_("需求变化触发策略评审")
    statement = N_(
        "同一主题的需求在 {window_days} 天内由不少于 {customers} 家客户提出，且较上一期增长不低于 "
        "{growth_percent}%，即向产品团队提出策略评审事项，{decide_days} 天内给出结论。"
    )
    owner_role = "crm_supervisor"
    source = "NEED-012; 及时调整产品和服务策略"
    subject = "needs.need"
    icon = "versions"
    Facts = ReviewFacts
    Params = ReviewParams

    def decide(self, facts: ReviewFacts, params: ReviewParams) -> Decision:
        """Return ``review`` or ``steady``."""
        enough = facts.customers_now >= params.customers
        bar = facts.customers_before * (100 + params.growth_percent)
        grown = facts.customers_now * 100 >= bar
        reasons = (
            Reason(
                N_("不少于 {customers} 家客户提出"), enough, str(facts.customers_now),
                {"customers": params.customers},
            ),
            Reason(
                N_("较上期 {before} 家增长不低于 {percent}%"), grown, str(facts.customers_now),
                {"before": facts.customers_before, "percent": params.growth_percent},
            ),
        )  # fmt: skip
        return Decision("review" if enough and grown else "steady", reasons)
