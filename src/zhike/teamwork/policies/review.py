"""How a department's work on customer relations is reviewed, and when (ORG-022)."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason

PARTS = ("satisfaction", "improvement", "timeliness")
WORDS = {
    "satisfaction": N_("客户满意度"),
    "improvement": N_("改进按期关闭率"),
    "timeliness": N_("待办按时完成率"),
}


class ReviewParams(Params):
    """The schedule, who gets the results, and what each part weighs.

    Attributes:
        months: length of a period; day_of_month: when the past one is reviewed; roles: role codes
        of the leadership that reads it; read_within_days: working days to do so.
    """

    months: int = Field(default=3, ge=1, le=12, title=N_("评审周期（月）"))
    day_of_month: int = Field(default=5, ge=1, le=28, title=N_("评审日（号）"))
    roles: tuple[str, ...] = Field(
        default=("crm_owner",), title=N_("报送角色"), json_schema_extra={"offers": "roles"}
    )
    read_within_days: int = Field(default=5, ge=1, le=20, title=N_("审阅期限（工作日）"))
    satisfaction: Decimal = Field(default=Decimal(40), ge=0, le=100, title=N_("客户满意度权重"))
    improvement: Decimal = Field(default=Decimal(30), ge=0, le=100, title=N_("改进按期关闭率权重"))
    timeliness: Decimal = Field(default=Decimal(30), ge=0, le=100, title=N_("待办按时完成率权重"))

    def problems(self) -> list[Problem]:
        """Refuse a review in which nothing counts, or that nobody gets."""
        found = []
        if 12 % self.months:
            found.append(Problem("months", N_("评审周期应能把一年分尽：1、2、3、4、6 或 12 个月")))
        if not sum(getattr(self, name) for name in PARTS):
            found.append(Problem("satisfaction", N_("至少一项权重应大于 0")))
        if not self.roles:
            found.append(Problem("roles", N_("至少一个报送角色")))
        return found


class ReviewFacts(Facts):
    """What is known of a department in a period, each 0…100; None = nothing to measure."""

    satisfaction: Decimal | None = None
    improvement: Decimal | None = None
    timeliness: Decimal | None = None


class DepartmentReviewRule(Policy[ReviewFacts, ReviewParams]):
    """Satisfaction and improvement go to the leadership on a schedule and count in the review."""

    id = "teamwork.department_review"
    title = N_("部门客户关系绩效评审")
    statement = N_(
        "每 {months} 个月的 {day_of_month} 日按部门评审上一期客户关系绩效：客户满意度占 {satisfaction}、"
        "改进按期关闭率占 {improvement}、待办按时完成率占 {timeliness}，缺数据的项目不计入并注明；"
        "结果报送领导，{read_within_days} 个工作日内审阅。"
    )
    source = "ORG-022"
    owner_role = "crm_supervisor"
    subject = "teamwork.departmentreview"
    icon = "report-analytics"
    Facts, Params = ReviewFacts, ReviewParams

    def decide(self, facts: ReviewFacts, params: ReviewParams) -> Decision:
        """Return ``{"score": 0…100 or None, "left_out": [...]}``."""
        total, weights, reasons, left_out = Decimal(0), Decimal(0), [], []
        for name in PARTS:
            found, weight = getattr(facts, name), getattr(params, name)
            args = {"measure": WORDS[name], "weight": f"{weight.normalize():f}"}
            if found is None or not weight:
                left_out.append(name)
                text = N_("{measure}：暂无数据，不计入")
                reasons.append(Reason(text, holds=False, args=args))
                continue
            total, weights = total + found * weight, weights + weight
            text = N_("{measure}，权重 {weight}")
            reasons.append(Reason(text, True, f"{found.normalize():f}", args))
        score = int((total / weights).quantize(Decimal(1), ROUND_HALF_UP)) if weights else None
        return Decision({"score": score, "left_out": left_out}, tuple(reasons))


def period_due(today: dt.date, params: ReviewParams) -> tuple[dt.date, dt.date] | None:
    """Return the first and last day of the period to review, or None before the day of review.

    Periods begin in January; the past one is due from the day of the month after its end on.
    """
    begun = (today.month - 1) // params.months * params.months + 1
    start = today.replace(month=begun, day=1)
    if today < start.replace(day=params.day_of_month):
        return None
    last = start - dt.timedelta(days=1)
    months = last.year * 12 + last.month - params.months
    return dt.date(months // 12, months % 12 + 1, 1), last
