"""What happened to customers and their people."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhike.kernel.events import Event


@dataclass(frozen=True)
class CustomerEvent(Event):
    """Base: stands on the timeline of its customer."""

    customer_id: int

    subject: ClassVar[str] = "customers.customer"
    subject_field: ClassVar[str] = "customer_id"


@dataclass(frozen=True)
class CustomerCreated(CustomerEvent):
    """A customer was entered by hand or through the API."""

    title = _("建立客户档案")
    icon = "building-plus"


@dataclass(frozen=True)
class CustomerEdited(CustomerEvent):
    """Fields of the customer, or of a person at it, changed; the history says which."""

    subject = ""
    subject_field = ""


@dataclass(frozen=True)
class OwnerChanged(CustomerEvent):
    """The customer has another owner."""

    old_owner_id: int | None
    new_owner_id: int | None
    reason: str = ""

    title = _("更换负责人")
    icon = "user-share"


@dataclass(frozen=True)
class LifecycleChanged(CustomerEvent):
    """The relationship stage changed."""

    old: str
    new: str

    title = _("生命周期变化")
    icon = "arrow-right"


@dataclass(frozen=True)
class ConfidentialityChanged(CustomerEvent):
    """The customer's information was classed anew."""

    old: str
    new: str
    reason: str = ""

    title = _("调整保密级别")
    icon = "lock"


@dataclass(frozen=True)
class GradeChanged(CustomerEvent):
    """The grade that is held changed.

    For the timeline: gradings of many write it set-wise and start no reaction for each; react to
    ``GradingFinished`` instead.
    """

    scheme: str
    old: str
    new: str
    origin: str
    on: str

    title = _("分级变化")
    icon = "medal"


@dataclass(frozen=True)
class DowngradePlanned(CustomerEvent):
    """The figures no longer carry the grade; it is kept until ``expires_on`` (SEG-032)."""

    scheme: str
    held: str
    ruled: str
    expires_on: str
    notify_customer: bool

    title = _("进入降级过渡期")
    icon = "hourglass"


@dataclass(frozen=True)
class GradeOverrideRequested(CustomerEvent):
    """Somebody asked for a grade by hand (SEG-031)."""

    override_id: int
    grade: str

    title = _("申请调整分级")
    icon = "writing-sign"


@dataclass(frozen=True)
class GradeOverrideDecided(CustomerEvent):
    """The request was approved or rejected."""

    override_id: int
    grade: str
    approved: bool

    title = _("分级调整审批")
    icon = "gavel"


@dataclass(frozen=True)
class ContactAdded(CustomerEvent):
    """A person joined the customer."""

    person_id: int
    person: str

    title = _("新增联系人")
    icon = "user-plus"


@dataclass(frozen=True)
class TeamChanged(CustomerEvent):
    """Somebody joined or left the account team."""

    user_id: int
    role: str
    joined: bool

    title = _("协作团队变化")
    icon = "users-group"


@dataclass(frozen=True)
class RelationAdded(CustomerEvent):
    """A typed link to another customer was made."""

    other_id: int
    kind: str

    title = _("建立客户关系")
    icon = "sitemap"


@dataclass(frozen=True)
class GradingFinished(Event):
    """A grading was written; ``run_id`` is 0 where only some were graded again."""

    scheme: str
    on: str
    run_id: int
    moved_up: int
    moved_down: int

    title = _("完成客户评定")
    icon = "medal"
