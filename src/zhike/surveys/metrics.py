"""Numbers on satisfaction, one definition for every engine."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhike.kernel.metrics import metric
from zhike.surveys.queries import standard

SCORES = {"scores": "surveys.Satisfaction"}


def counted(scores: Any) -> Any:
    """Return the scores that count today: not put away, of the period of the standard."""
    import ibis

    today = ibis.literal(timezone.localdate())
    return scores.filter(
        scores.archived_at.isnull(),
        scores.rated_on > today - ibis.interval(days=standard().period_days),
        scores.rated_on <= today,
    )


@metric(
    id="surveys.mean_score",
    title=_("客户满意度"),
    unit="points",
    definition=_("有效期内的评分先按客户平均，再对客户平均，0 到 100 分；没有评分时为 0。"),
    tables=SCORES,
    drill="/surveys/satisfaction/",
)
def satisfaction(scores: Any) -> Any:
    """Return the mean over customers of the mean of their scores."""
    each = counted(scores).group_by("customer_id").aggregate(mean=lambda t: t.score.mean())
    return each["mean"].mean().coalesce(0.0).round(2).name("value")


@metric(
    id="surveys.satisfied_share",
    title=_("满意评价占比"),
    unit="percent",
    definition=_("有效期内，评分达到满意标准的评价占全部评价的百分比；没有评价时为 0。"),
    tables=SCORES,
    drill="/surveys/satisfaction/?view=low",
)
def satisfied_share(scores: Any) -> Any:
    """Return the share of satisfied answers, in percent."""
    rows = counted(scores)
    glad = (rows.score >= standard().satisfied_from).ifelse(100.0, 0.0)
    return glad.mean().coalesce(0.0).round(2).name("value")
