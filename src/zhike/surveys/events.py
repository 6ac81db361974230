"""What happened to satisfaction."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhike.kernel.events import Event


@dataclass(frozen=True)
class SatisfactionRecorded(Event):
    """A customer rated us: ``score`` 0…100 for one aspect; ``level`` as the rule names it."""

    customer_id: int
    satisfaction_id: int
    aspect: str
    score: int
    level: str

    subject: ClassVar[str] = "customers.customer"
    subject_field: ClassVar[str] = "customer_id"
    title = _("新增满意度评价")
    icon = "mood-smile"
