"""What happened to classes and segments."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhike.kernel.events import Event


@dataclass(frozen=True)
class ClassChanged(Event):
    """A customer moved to another class of a scheme.

    For the timeline: runs over many write it set-wise and start no reaction for each; react to
    ``ClassesAssigned`` instead. Codes are empty for "no class".
    """

    customer_id: int
    scheme: str
    old: str
    new: str
    on: str

    title = _("客户类别变化")
    icon = "hierarchy"
    subject: ClassVar[str] = "customers.customer"
    subject_field: ClassVar[str] = "customer_id"


@dataclass(frozen=True)
class ClassesAssigned(Event):
    """A scheme was applied to everybody; ``run_id`` is the ClassRun."""

    scheme: str
    on: str
    run_id: int
    moved: int

    title = _("分类已完成")


@dataclass(frozen=True)
class MixDeviated(Event):
    """The share of a class is further from the reference mix than the scheme allows (SEG-013)."""

    scheme: str
    code: str
    share: str
    reference: str
    on: str

    title = _("客户结构偏离基准")


@dataclass(frozen=True)
class ReviewSigned(Event):
    """A periodic re-evaluation was signed."""

    review_id: int
    period: str

    title = _("定期评估已签批")
