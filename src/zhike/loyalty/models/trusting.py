"""How healthy a relation is, what trust rests on, and what drives loyalty (LOY-018, 022, 023)."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer
from zhike.kernel import kinds
from zhike.kernel.models import PolicyVersion
from zhike.kernel.records import Record
from zhike.kernel.scope import OwnedBy, Via


class RelationHealth(Record):
    """The score that a customer's relation had from a day on; ``valid_to`` exclusive, null = now.

    ``facts`` is what it was computed from; the explanation is the policy run again over them.
    """

    scope = Via("customer")
    follows = True

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="health")
    score = kinds.Integer(_("关系健康度"))
    level = kinds.Choice(
        _("状况"),
        choices=[("good", _("健康")), ("fair", _("一般")), ("poor", _("预警"))],
        max_length=6,
    )
    facts: Any = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, null=True, blank=True, related_name="+"
    )
    valid_from = kinds.Date(_("开始日期"))
    valid_to = kinds.Date(_("结束日期"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("关系健康度")
        indexes = [models.Index(fields=["customer", "-valid_from"], name="loyalty_health_history")]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(valid_to__isnull=True),
                name="loyalty_one_current_health",
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.score}"


class TrustIndicator(Record):
    """What a key customer judges our trustworthiness by, and how it stands."""

    scope = OwnedBy("owner", "unit") | Via("customer")

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="trust_indicators")
    title = kinds.Text(_("信任指标"), max_length=80)
    expected = kinds.Text(_("客户期望"), max_length=200)
    level = kinds.Integer(_("现状（1–5）"), null=True, blank=True, editable=False)
    evidence = kinds.LongText(_("依据"), blank=True, editable=False)
    assessed_on = kinds.Date(_("评估日期"), null=True, blank=True, editable=False)
    owner = kinds.Owner(_("负责人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("信任指标")

    def __str__(self) -> str:
        return str(self.title)


class DriverRecord(Record):
    """One delivery, answer or support case: when it was promised and when it was done."""

    class Kind(models.TextChoices):
        """Which driver of loyalty."""

        DELIVERY = "delivery", _("交付")
        RESPONSE = "response", _("响应")
        SUPPORT = "support", _("专业支持")

    scope = OwnedBy("owner", "unit") | Via("customer")
    handover = models.Q(done_at__isnull=True)

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="drivers")
    kind = kinds.Choice(_("类别"), Kind, max_length=10)
    title = kinds.Text(_("事项"), max_length=120)
    asked_at = kinds.DateTime(_("提出时间"))
    promised_at = kinds.DateTime(_("承诺时间"))
    done_at = kinds.DateTime(_("完成时间"), null=True, blank=True)
    solved = kinds.Bool(_("一次解决"), null=True, blank=True, default=None)
    owner = kinds.Owner(_("负责人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("履约记录")
        indexes = [models.Index(fields=["customer", "-asked_at"], name="loyalty_driver_customer")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(promised_at__gte=models.F("asked_at")),
                name="loyalty_driver_promise",
                violation_error_message=_("承诺时间不能早于提出时间。"),
            ),
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True)
                | models.Q(done_at__gte=models.F("asked_at")),
                name="loyalty_driver_done",
                violation_error_message=_("完成时间不能早于提出时间。"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)
