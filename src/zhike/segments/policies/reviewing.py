"""定期评估 (SEG-034): after each period the customer resources are evaluated again."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Reason

MONTHS = {"quarter": 3, "half_year": 6, "year": 12}
NAMES = {"quarter": "年第 {n} 季度", "half_year": "年第 {n} 半年", "year": "年"}


class ReviewFacts(Facts):
    """The day on which it is asked."""

    today: dt.date


class ReviewParams(Params):
    """How often, and how many days there are to do it."""

    every: Literal["quarter", "half_year", "year"] = Field(default="quarter", title=N_("评估周期"))
    days: Annotated[int, Field(ge=5, le=90)] = Field(default=20, title=N_("完成期限（天）"))


class ReviewCycle(Policy[ReviewFacts, ReviewParams]):
    """Which period is to be reviewed on a day, and until when."""

    id = "segments.review_cycle"
    title = N_("客户资源定期评估")
    statement = N_("每个周期结束后 {days} 天内，重新评估客户资源并调整服务策略，由另一人签批。")
    source = "SEG-034"
    icon = "checkbox"
    Facts = ReviewFacts
    Params = ReviewParams

    def decide(self, facts: ReviewFacts, params: ReviewParams) -> Decision:
        """Return ``{"period", "due_on"}`` of the period that ended last."""
        months = MONTHS[params.every]
        place = (facts.today.month - 1) // months
        start = facts.today.replace(month=place * months + 1, day=1)
        last = start - dt.timedelta(days=1)
        number = (last.month - 1) // months + 1
        period = f"{last.year}{NAMES[params.every].format(n=number)}"
        due = start + dt.timedelta(days=params.days)
        holds = facts.today <= due
        reason = Reason(N_("{period} 应在 {days} 天内评估"), holds, due.isoformat(),
                        {"period": period, "days": params.days})  # fmt: skip
        return Decision({"period": period, "due_on": due.isoformat()}, (reason,))
