"""Pools, who works from them, and the customers that lie in them."""

from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer
from zhike.identity.models import OrgUnit, User
from zhike.kernel import kinds
from zhike.kernel.models import PolicyVersion
from zhike.kernel.records import Record
from zhike.kernel.scope import Granted, Via
from zhike.pool.models.access import InMyPools


class Pool(Record):
    """A public pool (公海): a place for customers without owner, open to its members."""

    scope: ClassVar[Any] = Granted()

    name = kinds.Text(_("公海名称"), max_length=60)
    code = kinds.Code(_("编号"), max_length=20, unique=True)
    is_default = kinds.Bool(_("默认公海"), default=False)
    hidden_fields: Any = models.JSONField(
        _("公海内隐藏的字段"), default=list, blank=True, encoder=DjangoJSONEncoder
    )
    note = kinds.Text(_("说明"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("公海")
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=models.Q(is_default=True, archived_at__isnull=True),
                name="pool_one_default",
                violation_error_message=_("已有默认公海。"),
            )
        ]

    def __str__(self) -> str:
        return str(self.name)


class PoolMember(Record):
    """A department (with all below it) or a person who works from a pool."""

    scope: ClassVar[Any] = Granted()

    pool = kinds.Link(_("公海"), Pool, models.CASCADE, related_name="members")
    unit = kinds.Link(_("部门"), OrgUnit, models.CASCADE, null=True, blank=True, related_name="+")
    user = kinds.Link(_("成员"), User, models.CASCADE, null=True, blank=True, related_name="+")
    is_admin = kinds.Bool(_("公海管理员"), default=False)

    class Meta(Record.Meta):
        verbose_name = _("公海成员")
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "unit", "user"],
                nulls_distinct=False,
                name="pool_member_once",
                violation_error_message=_("已是这个公海的成员。"),
            ),
            models.CheckConstraint(
                condition=models.Q(unit__isnull=False) ^ models.Q(user__isnull=False),
                name="pool_member_unit_or_user",
                violation_error_message=_("请选择一个部门或一位成员，不能同时选择。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pool_id}: {self.unit_id or self.user_id}"


class PoolEntry(Record):
    """A customer's stay in a pool; open until somebody owns the customer again."""

    scope: ClassVar[Any] = InMyPools()

    class Left(models.TextChoices):
        """How the stay ended."""

        CLAIMED = "claimed", _("被领取")
        ASSIGNED = "assigned", _("被分配")
        RESTORED = "restored", _("撤销回收")

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="pool_entries")
    pool = kinds.Link(_("公海"), Pool, models.PROTECT, related_name="entries")
    entered_at = kinds.DateTime(_("进入时间"))
    cause = kinds.Choice(
        _("进入方式"),
        choices=[("released", _("主动退回")), ("recycled", _("规则回收")), ("new", _("新数据"))],
        max_length=10,
    )
    reason = kinds.Text(_("原因"), max_length=200, blank=True)
    previous_owner = kinds.Link(
        _("前负责人"), User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    run = kinds.Link(
        _("回收批次"),
        "pool.RecycleRun",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="entries",
    )
    left_at = kinds.DateTime(_("离开时间"), null=True, blank=True)
    left_as = kinds.Choice(_("离开方式"), choices=Left.choices, max_length=10, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("公海客户")
        indexes = [
            models.Index(
                fields=["pool", "-entered_at"],
                condition=models.Q(left_at__isnull=True),
                name="pool_entry_open",
            ),
            models.Index(fields=["run"], name="pool_entry_run"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(left_at__isnull=True),
                name="pool_entry_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} @ {self.pool_id}"


class PoolView(Record):
    """A person has opened a pooled customer on a day: what the daily limit of views counts."""

    scope: ClassVar[Any] = Granted()
    tracked = False  # append-only

    entry = kinds.Link(_("公海客户"), PoolEntry, models.CASCADE, related_name="views")
    user = kinds.Link(_("查看人"), User, models.CASCADE, related_name="+")
    on = kinds.Date(_("日期"))

    class Meta(Record.Meta):
        verbose_name = _("公海查看记录")
        constraints = [
            models.UniqueConstraint(fields=["user", "on", "entry"], name="pool_view_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.on}"


class Protection(Record):
    """Why a customer may not be recycled until a day (exclusive; empty = until ended)."""

    class Kind(models.TextChoices):
        """What protects the customer."""

        CONTRACT = "contract", _("有效合同")
        KEY_ACCOUNT = "key_account", _("重点客户")
        EXTENSION = "extension", _("延期")
        REGISTRATION = "registration", _("报备保护")

    scope = Via("customer")

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="protections")
    kind = kinds.Choice(_("类型"), choices=Kind.choices, max_length=12)
    valid_from = kinds.Date(_("开始日期"))
    valid_to = kinds.Date(_("结束日期"), null=True, blank=True)
    reason = kinds.Text(_("依据"), max_length=200)

    class Meta(Record.Meta):
        verbose_name = _("回收保护")
        indexes = [models.Index(fields=["customer", "valid_to"], name="pool_protection_customer")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gt=models.F("valid_from")),
                name="pool_protection_order",
                violation_error_message=_("结束日期应晚于开始日期。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.kind}"


class RecycleRun(Record):
    """One night's recycling: which version of the rule, how many went back, whether taken back."""

    scope: ClassVar[Any] = Granted()

    on = kinds.Date(_("日期"))
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, null=True, blank=True, related_name="+"
    )
    recycled = models.PositiveIntegerField(_("回收家数"), default=0)
    warned = models.PositiveIntegerField(_("预警家数"), default=0)
    seconds = models.FloatField(_("用时"), default=0)
    undone_at = kinds.DateTime(_("撤销时间"), null=True, blank=True, editable=False)
    undone = models.PositiveIntegerField(_("撤销家数"), default=0)

    class Meta(Record.Meta):
        verbose_name = _("回收批次")

    def __str__(self) -> str:
        return f"{self.on}"
