"""Planned contacts (COM-014): what somebody means to do, and whether it was done."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer
from zhike.interactions.models.channels import Channel, channel_choices
from zhike.interactions.models.logged import Interaction
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import OwnedBy, Via


class ContactPlan(Record):
    """One contact that is planned with a customer: a mail, a call, a visit or an event."""

    class Status(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("计划中")
        DONE = "done", _("已完成")
        CANCELLED = "cancelled", _("已取消")

    scope = OwnedBy("owner", "unit") | Via("customer")
    handover = models.Q(status="open")
    title_field = "topic"

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="contact_plans")
    channel = kinds.Choice(_("方式"), choices=channel_choices, default=Channel.CALL, max_length=10)
    planned_at = kinds.DateTime(_("计划时间"))
    topic = kinds.Text(_("主题"), max_length=120)
    status = kinds.Choice(
        _("状态"), choices=Status.choices, default=Status.OPEN, max_length=10, editable=False
    )
    owner = kinds.Owner(_("执行人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)
    interaction = models.ForeignKey(
        Interaction, models.SET_NULL, null=True, blank=True, related_name="+", editable=False,
        verbose_name=_("沟通记录"),
    )  # fmt: skip
    done_at = kinds.DateTime(_("完成时间"), null=True, blank=True, editable=False)
    result = kinds.Text(_("结果"), max_length=200, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("沟通计划")
        indexes = [
            models.Index(
                fields=["customer", "status", "planned_at"], name="interactions_plan_open"
            ),
            models.Index(fields=["owner", "planned_at"], name="interactions_plan_owner"),
        ]

    def __str__(self) -> str:
        return str(self.topic)
