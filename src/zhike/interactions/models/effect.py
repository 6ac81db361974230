"""Stored figures of communication by month, person and channel (COM-012, COM-014)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.interactions.models.channels import channel_choices
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import OwnedBy


class ContactEffect(Record):
    """What a person's contacts of one month over one channel led to; counted, never written."""

    scope = OwnedBy("owner", "unit")
    handover = None

    month = kinds.Date(_("月份"))
    channel = kinds.Choice(_("方式"), choices=channel_choices, max_length=10)
    owner = kinds.Owner(_("人员"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)
    contacts = kinds.Integer(_("主动沟通"), default=0)
    replied = kinds.Integer(_("有回应"), default=0)
    incoming = kinds.Integer(_("客户来访"), default=0)
    answered = kinds.Integer(_("已回复"), default=0)
    answer_minutes = kinds.Integer(_("回复分钟合计"), default=0)
    progressed = kinds.Integer(_("有进展"), default=0)
    ordered = kinds.Integer(_("带来订单"), default=0)
    good = kinds.Integer(_("满意"), default=0)
    neutral = kinds.Integer(_("平静"), default=0)
    bad = kinds.Integer(_("不满"), default=0)
    planned = kinds.Integer(_("计划"), default=0)
    planned_done = kinds.Integer(_("按计划完成"), default=0)

    class Meta(Record.Meta):
        verbose_name = _("沟通效果")
        constraints = [
            models.UniqueConstraint(
                fields=["month", "owner", "channel"], name="interactions_effect_once",
                nulls_distinct=False,
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.month} {self.channel}"
