"""Numbers on data quality: one indicator for each principle of collecting (DAT-003)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhike.kernel.metrics import metric

SCORES = {"scores": "quality.CustomerScore"}


@metric(
    id="quality.score_mean",
    title=_("数据质量评分"),
    unit="count",
    definition=_("未归档客户的质量评分平均值，满分 100。"),
    tables=SCORES,
)
def score_mean(scores: Any) -> Any:
    """Return the mean score; 0 without customers."""
    return scores.score.mean().coalesce(0.0).round(1).name("value")


@metric(
    id="quality.completeness",
    title=_("资料完整率（全面）"),
    unit="percent",
    definition=_("未归档客户资料完整率的平均值，字段与权重见“数据质量评分”规则。"),
    tables=SCORES,
)
def completeness(scores: Any) -> Any:
    """Return the mean completeness in percent."""
    return scores.completeness.mean().coalesce(0.0).round(1).name("value")


@metric(
    id="quality.accuracy",
    title=_("资料准确率（准确）"),
    unit="percent",
    definition=_("没有任何异常的客户占未归档客户的百分比。"),
    tables=SCORES,
)
def accuracy(scores: Any) -> Any:
    """Return the share of customers without any fault in percent."""
    share = (scores.faults == "[]").ifelse(100.0, 0.0).mean()
    return share.coalesce(0.0).round(1).name("value")


@metric(
    id="quality.fresh_share",
    title=_("资料及时率（实时）"),
    unit="percent",
    definition=_("在规定期限内核实过的客户占未归档客户的百分比。"),
    tables=SCORES,
)
def fresh_share(scores: Any) -> Any:
    """Return the share of customers that are not stale in percent."""
    share = scores.stale.ifelse(0.0, 100.0).mean()
    return share.coalesce(0.0).round(1).name("value")
