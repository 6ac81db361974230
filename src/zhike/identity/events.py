"""What happens to people and the organisation."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhike.kernel.events import Event


@dataclass(frozen=True)
class UserCreated(Event):
    """A person got an account."""

    title: ClassVar[object] = _("建立账号")
    icon: ClassVar[str] = "user-plus"
    subject: ClassVar[str] = "identity.user"
    subject_field: ClassVar[str] = "user_id"

    user_id: int


@dataclass(frozen=True)
class UserDeactivated(Event):
    """A person left: sessions and tokens are dead, memberships and roles ended."""

    title: ClassVar[object] = _("停用账号")
    icon: ClassVar[str] = "user-x"
    subject: ClassVar[str] = "identity.user"
    subject_field: ClassVar[str] = "user_id"

    user_id: int


@dataclass(frozen=True)
class UserReactivated(Event):
    """A person came back."""

    title: ClassVar[object] = _("恢复账号")
    icon: ClassVar[str] = "user-check"
    subject: ClassVar[str] = "identity.user"
    subject_field: ClassVar[str] = "user_id"

    user_id: int


@dataclass(frozen=True)
class UnitMoved(Event):
    """A unit hangs under another one from a day on."""

    title: ClassVar[object] = _("部门调整")
    icon: ClassVar[str] = "sitemap"
    subject: ClassVar[str] = "identity.orgunit"
    subject_field: ClassVar[str] = "unit_id"

    unit_id: int
    parent_id: int | None
    valid_from: str


@dataclass(frozen=True)
class RoleAssigned(Event):
    """A person got a role."""

    title: ClassVar[object] = _("分配角色")
    icon: ClassVar[str] = "id-badge-2"
    subject: ClassVar[str] = "identity.user"
    subject_field: ClassVar[str] = "user_id"

    user_id: int
    role_id: int


@dataclass(frozen=True)
class RoleWithdrawn(Event):
    """A person lost a role."""

    title: ClassVar[object] = _("收回角色")
    icon: ClassVar[str] = "id-badge-2"
    subject: ClassVar[str] = "identity.user"
    subject_field: ClassVar[str] = "user_id"

    user_id: int
    role_id: int


@dataclass(frozen=True)
class HandedOver(Event):
    """Everything a person answered for went to others."""

    title: ClassVar[object] = _("工作交接")
    icon: ClassVar[str] = "user-share"
    subject: ClassVar[str] = "identity.user"
    subject_field: ClassVar[str] = "user_id"

    user_id: int
    handover_id: int


@dataclass(frozen=True)
class CalendarChanged(Event):
    """Days of a year's working calendar changed: deadlines counted from it may move."""

    title: ClassVar[object] = _("工作日历变更")
    icon: ClassVar[str] = "calendar-event"

    year: int
