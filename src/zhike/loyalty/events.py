"""What happened in care and in relations; all stand on the customer's timeline."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhike.kernel.events import Event


@dataclass(frozen=True)
class LoyaltyEvent(Event):
    """Base: about one customer; ``what`` is a short name of the thing."""

    customer_id: int
    what: str

    subject: ClassVar[str] = "customers.customer"
    subject_field: ClassVar[str] = "customer_id"


@dataclass(frozen=True)
class ConsentDecided(LoyaltyEvent):
    """A person gave or withdrew consent."""

    person_id: int
    state: str

    title = _("同意登记")
    icon = "shield"


@dataclass(frozen=True)
class CareGiven(LoyaltyEvent):
    """A person was greeted."""

    person_id: int

    title = _("客户关怀")
    icon = "cake"


@dataclass(frozen=True)
class GiftGiven(LoyaltyEvent):
    """A gift was handed over."""

    gift_id: int

    title = _("送出礼品或招待")
    icon = "gift"


@dataclass(frozen=True)
class ActivityAttended(LoyaltyEvent):
    """A person of the customer came to an activity."""

    activity_id: int

    title = _("参加客户活动")
    icon = "calendar-event"


@dataclass(frozen=True)
class RelationStarted(LoyaltyEvent):
    """The checklist for a new customer began."""

    title = _("开始建立关系")
    icon = "list-check"


@dataclass(frozen=True)
class WinBackDecided(LoyaltyEvent):
    """An attempt to win a customer back ended."""

    won: bool

    title = _("挽回结案")
    icon = "refresh"
