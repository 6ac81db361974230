"""Gifts and hospitality, within limits (LOY-014)."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer, Person
from zhike.identity.models import User
from zhike.kernel import kinds
from zhike.kernel.models import PolicyVersion
from zhike.kernel.records import Record
from zhike.kernel.scope import OwnedBy, Via


class Recipient(models.TextChoices):
    """What kind of organisation the recipient belongs to."""

    PRIVATE = "private", _("民营企业")
    FOREIGN = "foreign", _("外资企业")
    STATE = "state", _("国有企业")
    INSTITUTION = "institution", _("事业单位")
    GOVERNMENT = "government", _("政府机关")
    OTHER = "other", _("其他")


class Gift(Record):
    """Something of value for a person of a customer, with the decision of the rule about it."""

    class Kind(models.TextChoices):
        """Gift or hospitality."""

        GIFT = "gift", _("礼品")
        MEAL = "meal", _("宴请")
        EVENT = "event", _("文体活动")
        TRAVEL = "travel", _("差旅接待")

    class Status(models.TextChoices):
        """Where it stands."""

        REQUESTED = "requested", _("待审批")
        APPROVED = "approved", _("可送出")
        REJECTED = "rejected", _("已驳回")
        GIVEN = "given", _("已送出")
        CANCELLED = "cancelled", _("已取消")

    scope = OwnedBy("owner", "unit") | Via("customer")
    handover = models.Q(status__in=["requested", "approved"])

    customer = kinds.Link(_("客户"), Customer, models.PROTECT, related_name="gifts")
    person = kinds.Link(_("收受人"), Person, models.PROTECT, related_name="gifts")
    recipient = kinds.Choice(_("收受人单位性质"), Recipient, max_length=12)
    kind = kinds.Choice(_("类别"), Kind, default=Kind.GIFT, max_length=8)
    description = kinds.Text(_("内容"), max_length=120)
    occasion = kinds.Text(_("由头"), max_length=80)
    given_on = kinds.Date(_("送出日期"))
    value = kinds.Money(_("人均价值"))
    status = kinds.Choice(
        _("状态"), Status, default=Status.REQUESTED, max_length=10, editable=False
    )
    receipt = kinds.Attachment(_("票据"), null=True, blank=True)
    facts: Any = models.JSONField(default=dict, editable=False, encoder=DjangoJSONEncoder)
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    decided_by = kinds.Link(
        _("审批人"), User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    decision_note = kinds.Text(_("审批意见"), max_length=200, blank=True, editable=False)
    owner = kinds.Owner(_("经办人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("礼品与招待")
        indexes = [
            models.Index(fields=["person", "given_on"], name="loyalty_gift_person"),
            models.Index(fields=["customer", "given_on"], name="loyalty_gift_customer"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(value__gt=0),
                name="loyalty_gift_has_value",
                violation_error_message=_("价值应大于 0。"),
            )
        ]

    def __str__(self) -> str:
        return str(self.description)
