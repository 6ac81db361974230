"""What happened to needs; each event stands on the timeline of its customer where it has one."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhike.kernel.events import Event


@dataclass(frozen=True)
class NeedEvent(Event):
    """Base: one customer's need."""

    customer_id: int
    need_id: int

    subject: ClassVar[str] = "customers.customer"
    subject_field: ClassVar[str] = "customer_id"


@dataclass(frozen=True)
class NeedRecorded(NeedEvent):
    """A need was written down."""

    title = _("登记客户需求")
    icon = "bulb"


@dataclass(frozen=True)
class NeedAnswered(NeedEvent):
    """The customer heard a first answer."""

    on_time: bool

    title = _("首次答复客户需求")
    icon = "message-plus"


@dataclass(frozen=True)
class NeedAnalysed(NeedEvent):
    """The need was analysed and classed."""

    title = _("分析客户需求")
    icon = "report-analytics"


@dataclass(frozen=True)
class NeedPromised(NeedEvent):
    """A department promised to deliver by a day."""

    unit_id: int
    due_on: str

    title = _("承诺客户需求")
    icon = "contract"


@dataclass(frozen=True)
class NeedDelivered(NeedEvent):
    """The department delivered."""

    title = _("交付客户需求")
    icon = "package"


@dataclass(frozen=True)
class NeedConfirmed(NeedEvent):
    """The customer confirmed the delivery."""

    title = _("客户确认需求已满足")
    icon = "circle-check"


@dataclass(frozen=True)
class NeedReopened(NeedEvent):
    """The customer did not accept the delivery."""

    title = _("客户未确认，重新处理")
    icon = "arrow-back-up"


@dataclass(frozen=True)
class NeedDeclined(NeedEvent):
    """The need was declined, with a reason."""

    reason: str

    title = _("未采纳客户需求")
    icon = "circle-x"


@dataclass(frozen=True)
class CustomerTold(NeedEvent):
    """The customer was told the decision and its reason (NEED-010)."""

    title = _("告知客户需求结果")
    icon = "message-2"


@dataclass(frozen=True)
class MeetingHeld(Event):
    """A needs meeting took place."""

    meeting_id: int

    subject = "needs.meeting"
    subject_field = "meeting_id"
    title = _("召开需求分析会")
    icon = "users-group"


@dataclass(frozen=True)
class MeetingMissed(Event):
    """A period ended without a needs meeting (NEED-003)."""

    begins_on: str

    title = _("漏开需求分析会")
    icon = "alert-triangle"


@dataclass(frozen=True)
class DocumentDecided(Event):
    """A needs document was approved or sent back."""

    document_id: int
    approved: bool

    subject = "needs.needsdocument"
    subject_field = "document_id"
    title = _("审批客户需求文档")
    icon = "file-check"


@dataclass(frozen=True)
class DocumentDelivered(Event):
    """The project team was given the document."""

    document_id: int
    people: int

    subject = "needs.needsdocument"
    subject_field = "document_id"
    title = _("向项目组交付需求文档")
    icon = "send"


@dataclass(frozen=True)
class StageChanged(Event):
    """A customer's project entered another stage."""

    customer_id: int
    project_id: int
    old: str
    new: str

    subject = "customers.customer"
    subject_field = "customer_id"
    title = _("客户项目阶段变化")
    icon = "progress"


@dataclass(frozen=True)
class ImprovementReleased(Event):
    """A product improvement is there."""

    improvement_id: int
    customers: int

    subject = "needs.improvement"
    subject_field = "improvement_id"
    title = _("产品改进上线")
    icon = "arrow-up-circle"


@dataclass(frozen=True)
class ReviewAsked(Event):
    """Needs changed enough to look at the strategy."""

    review_id: int

    subject = "needs.strategyreview"
    subject_field = "review_id"
    title = _("提出策略评审")
    icon = "versions"


@dataclass(frozen=True)
class IdeaDecided(Event):
    """A proposal on the co-creation board has its result."""

    idea_id: int
    status: str

    subject = "needs.idea"
    subject_field = "idea_id"
    title = _("共创提案有结果")
    icon = "bulb"


@dataclass(frozen=True)
class GuestTookPart(Event):
    """A contact of a customer entered the board, proposed, voted or commented by his link.

    ``what`` is entered, proposed, voted or commented; ``idea_id`` is None for an entry.
    """

    customer_id: int
    person_id: int
    what: str
    idea_id: int | None = None

    subject = "customers.customer"
    subject_field = "customer_id"
    title = _("客户参与共创")
    icon = "bulb"
