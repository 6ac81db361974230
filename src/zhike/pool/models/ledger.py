"""The ownership ledger: who owned a customer from when to when, and why. A trigger writes it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer
from zhike.identity.models import User
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import Via


class Cause(models.TextChoices):
    """Why a customer changed hands."""

    CREATED = "created", _("新建")
    ASSIGNED = "assigned", _("分配或移交")
    CLAIMED = "claimed", _("领取")
    RELEASED = "released", _("退回公海")
    RECYCLED = "recycled", _("按规则回收")
    RESTORED = "restored", _("撤销回收")
    DECIDED = "decided", _("撞单裁定")


class Ownership(Record):
    """One period of ownership; ``owner`` empty = nobody, ``until`` empty = now.

    Triggers on the customers' table write it (migration 0002), so bulk and raw writes are in it too
    and the periods of a customer have neither gap nor overlap; they go with the customer (0004).
    Nothing else writes here. So its links are copies of links that were checked a moment ago, and
    like those of other histories they are not checked again, row by row (decision 9).
    """

    scope = Via("customer")
    tracked = False  # it is a history itself
    handover: ClassVar[models.Q | None] = None  # the customer's hand-over writes its own line

    # The indexes of both stand below, with the date.
    customer = kinds.Link(
        _("客户"),
        Customer,
        models.CASCADE,
        related_name="ownerships",
        db_index=False,
        db_constraint=False,
    )
    owner = kinds.Owner(
        _("负责人"),
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    since = kinds.DateTime(_("开始"))
    until = kinds.DateTime(_("结束"), null=True, blank=True)
    cause = kinds.Choice(_("原因"), choices=Cause.choices, max_length=10)
    note = kinds.Text(_("说明"), max_length=200, blank=True)
    changed_by = kinds.Link(
        _("操作人"),
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    class Meta(Record.Meta):
        verbose_name = _("归属记录")
        indexes = [
            models.Index(fields=["customer", "-since"], name="pool_ownership_customer"),
            models.Index(fields=["owner", "-since"], name="pool_ownership_owner"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(until__isnull=True),
                name="pool_one_ownership_now",
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="pool_ownership_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.cause}"
