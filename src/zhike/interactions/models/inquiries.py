"""Questions and opinions of customers, from the first word to the answer (COM-008, COM-015)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer
from zhike.interactions.models.channels import channel_choices
from zhike.interactions.models.logged import Interaction
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import OwnedBy, Via


class Inquiry(Record):
    """A question, need, opinion or suggestion, with who acts on it and by when."""

    class Kind(models.TextChoices):
        """What the customer came with."""

        QUESTION = "question", _("提问")
        NEED = "need", _("需求")
        OPINION = "opinion", _("意见")
        SUGGESTION = "suggestion", _("建议")

    class Status(models.TextChoices):
        """Where it stands."""

        FORWARDED = "forwarded", _("待签收")
        ACCEPTED = "accepted", _("处理中")
        ANSWERED = "answered", _("待告知客户")
        CLOSED = "closed", _("已关闭")

    scope = OwnedBy("owner", "unit") | OwnedBy("handler", "handler_unit") | Via("customer")
    handover = ~models.Q(status="closed")
    title_field = "text"

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="inquiries")
    interaction = kinds.Link(
        _("沟通记录"), Interaction, models.SET_NULL, null=True, blank=True, related_name="inquiries",
        editable=False,
    )  # fmt: skip
    kind = kinds.Choice(_("类型"), choices=Kind.choices, default=Kind.QUESTION, max_length=10)
    text = kinds.Text(_("客户说"), max_length=400)
    status = kinds.Choice(
        _("状态"), choices=Status.choices, default=Status.FORWARDED, max_length=10, editable=False
    )
    handler = kinds.Owner(_("处理人"))
    handler_unit = kinds.Unit(_("处理部门"), null=True, blank=True, editable=False)
    accept_by = kinds.DateTime(_("签收期限"), null=True, editable=False)
    due_at = kinds.DateTime(_("答复期限"), null=True, editable=False)
    accepted_at = kinds.DateTime(_("签收时间"), null=True, blank=True, editable=False)
    answer = kinds.LongText(_("答复"), blank=True, editable=False)
    answered_at = kinds.DateTime(_("答复时间"), null=True, blank=True, editable=False)
    told_channel = kinds.Choice(
        _("告知方式"), choices=channel_choices, blank=True, max_length=10, editable=False
    )
    closed_at = kinds.DateTime(_("关闭时间"), null=True, blank=True, editable=False)
    owner = kinds.Owner(_("记录人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("客户问题与意见")
        indexes = [
            models.Index(fields=["status", "due_at"], name="interactions_inquiry_due"),
            models.Index(fields=["customer", "status"], name="interactions_inquiry_of"),
        ]

    def __str__(self) -> str:
        return str(self.text)[:40]
