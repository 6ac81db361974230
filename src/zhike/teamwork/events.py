"""What happened in working together."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from zhike.kernel.events import Event


@dataclass(frozen=True)
class FeedbackReceived(Event):
    """A customer told us something that the experience group should look at."""

    title = _("收到客户反馈")
    icon = "message-circle"

    feedback_id: int
    customer_id: int | None


@dataclass(frozen=True)
class ImprovementMoved(Event):
    """An improvement item went to another state."""

    title = _("改进项进展")
    icon = "progress-check"
    subject = "teamwork.improvementitem"
    subject_field = "item_id"

    item_id: int
    status: str


@dataclass(frozen=True)
class SuggestionAnswered(Event):
    """A colleague's suggestion was answered."""

    title = _("答复了改进建议")
    icon = "bulb"
    subject = "teamwork.suggestion"
    subject_field = "suggestion_id"

    suggestion_id: int
    adopted: bool


@dataclass(frozen=True)
class AlignmentHeld(Event):
    """A key account's alignment meeting took place."""

    title = _("召开了对齐会议")
    icon = "users"
    subject = "customers.customer"
    subject_field = "customer_id"

    customer_id: int
    meeting_id: int


@dataclass(frozen=True)
class ConflictFound(Event):
    """Two departments act on one customer at the same time."""

    title = _("发现行动冲突")
    icon = "alert-triangle"
    subject = "customers.customer"
    subject_field = "customer_id"

    customer_id: int
    conflict_id: int


@dataclass(frozen=True)
class ReportSigned(Event):
    """A report went upward, never to change again."""

    title = _("签发了工作报告")
    icon = "file-check"
    subject = "teamwork.statusreport"
    subject_field = "report_id"

    report_id: int
    digest: str


@dataclass(frozen=True)
class ProcessPublished(Event):
    """A process of the library came into force."""

    title = _("发布了管理流程")
    icon = "sitemap"
    subject = "teamwork.process"
    subject_field = "process_id"

    process_id: int


@dataclass(frozen=True)
class DepartmentReviewed(Event):
    """A department's work on customer relations was reviewed and sent up; ``score`` 0…100."""

    title = _("评审了部门客户关系绩效")
    icon = "report-analytics"
    subject = "teamwork.departmentreview"
    subject_field = "review_id"

    review_id: int
    unit_id: int
    score: int | None
