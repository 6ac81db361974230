"""What happened in the pools and at the conflict desk."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from zhike.kernel.events import Event


@dataclass(frozen=True)
class CustomerPooled(Event):
    """A customer went to a pool (``cause``: released, recycled, new)."""

    title = _("进入公海")
    icon = "recycle"
    subject = "customers.customer"
    subject_field = "customer_id"

    customer_id: int
    pool_id: int
    previous_owner_id: int | None
    cause: str
    reason: str = ""


@dataclass(frozen=True)
class CustomerClaimed(Event):
    """A person took a customer from a pool, or was given it there (``assigned``)."""

    title = _("从公海领取")
    icon = "user-check"
    subject = "customers.customer"
    subject_field = "customer_id"

    customer_id: int
    pool_id: int
    owner_id: int
    assigned: bool = False


@dataclass(frozen=True)
class RecycleWarned(Event):
    """The owner was told that a customer is about to be recycled."""

    title = _("即将回收")
    icon = "clock-exclamation"
    subject = "customers.customer"
    subject_field = "customer_id"

    customer_id: int
    owner_id: int
    due_on: str


@dataclass(frozen=True)
class RecycleRunFinished(Event):
    """A night's recycling ended."""

    title = _("完成了公海回收")
    icon = "recycle"

    run_id: int
    recycled: int
    warned: int


@dataclass(frozen=True)
class PoolRequestDecided(Event):
    """A claim or an extension was allowed or refused."""

    title = _("公海申请有了结论")
    icon = "gavel"
    subject = "customers.customer"
    subject_field = "customer_id"

    customer_id: int
    request_id: int
    kind: str
    status: str


@dataclass(frozen=True)
class ConflictOpened(Event):
    """Two people claim one company."""

    title = _("发生撞单")
    icon = "alert-triangle"

    conflict_id: int
    holder_id: int | None
    challenger_id: int


@dataclass(frozen=True)
class ConflictDecided(Event):
    """A named person decided a conflict."""

    title = _("撞单已裁定")
    icon = "gavel"

    conflict_id: int
    winner_id: int
    final: bool = False
