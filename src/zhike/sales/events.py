"""What happened to orders, payments and opportunities; all stand on the customer's timeline."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhike.kernel.events import Event


@dataclass(frozen=True)
class SalesEvent(Event):
    """Base: about one order or payment of a customer; ``amount`` as exact text."""

    customer_id: int
    number: str
    amount: str

    subject: ClassVar[str] = "customers.customer"
    subject_field: ClassVar[str] = "customer_id"


@dataclass(frozen=True)
class OrderBooked(SalesEvent):
    """An order was entered."""

    order_id: int

    title = _("新增订单")
    icon = "file-invoice"


@dataclass(frozen=True)
class OrderChanged(SalesEvent):
    """An order's amount, day, customer or status changed."""

    order_id: int

    title = _("订单变更")
    icon = "file-pencil"


@dataclass(frozen=True)
class OrderCancelled(SalesEvent):
    """An order was cancelled; it no longer counts."""

    order_id: int
    reason: str

    title = _("取消订单")
    icon = "file-x"


@dataclass(frozen=True)
class PaymentReceived(SalesEvent):
    """Money came in."""

    payment_id: int
    order_id: int | None

    title = _("收到回款")
    icon = "cash"


@dataclass(frozen=True)
class PaymentChanged(SalesEvent):
    """A payment was corrected, archived or brought back."""

    payment_id: int

    title = _("回款变更")
    icon = "cash"


@dataclass(frozen=True)
class OpportunityOpened(SalesEvent):
    """An opportunity was entered."""

    opportunity_id: int

    title = _("新增商机")
    icon = "target-arrow"


@dataclass(frozen=True)
class OpportunityClosed(SalesEvent):
    """An opportunity was won or lost."""

    opportunity_id: int
    outcome: str

    title = _("商机结束")
    icon = "flag"
