"""What happened to duplicates."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhike.kernel.events import Event


@dataclass(frozen=True)
class CustomersMerged(Event):
    """Two customers became one; everything that hung on the other hangs on this one."""

    customer_id: int
    other_id: int
    merge_id: int
    other: str

    subject: ClassVar[str] = "customers.customer"
    subject_field: ClassVar[str] = "customer_id"
    title = _("合并客户")
    icon = "git-merge"


@dataclass(frozen=True)
class CustomersUnmerged(Event):
    """A merge of customers was taken back."""

    customer_id: int
    other_id: int
    merge_id: int
    other: str

    subject: ClassVar[str] = "customers.customer"
    subject_field: ClassVar[str] = "customer_id"
    title = _("撤销合并")
    icon = "arrow-back-up"


@dataclass(frozen=True)
class PersonsMerged(Event):
    """Two persons became one."""

    person_id: int
    other_id: int
    merge_id: int

    subject: ClassVar[str] = "customers.person"
    subject_field: ClassVar[str] = "person_id"
    title = _("合并联系人")
    icon = "git-merge"


@dataclass(frozen=True)
class PersonsUnmerged(Event):
    """A merge of persons was taken back."""

    person_id: int
    other_id: int
    merge_id: int

    subject: ClassVar[str] = "customers.person"
    subject_field: ClassVar[str] = "person_id"
    title = _("撤销合并")
    icon = "arrow-back-up"


@dataclass(frozen=True)
class DuplicateConfirmed(Event):
    """Somebody saved a customer although a look-alike was shown, and said why."""

    customer_id: int
    score: str
    reason: str

    subject: ClassVar[str] = "customers.customer"
    subject_field: ClassVar[str] = "customer_id"
    title = _("确认不是重复")
    icon = "copy-check"


@dataclass(frozen=True)
class ScanFinished(Event):
    """Everybody was compared with everybody."""

    scan_id: int
    records: int
    pairs: int

    title = _("完成重复扫描")
    icon = "refresh"
