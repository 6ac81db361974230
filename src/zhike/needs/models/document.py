"""The customer needs document (客户需求文档): clauses, versions, approval, receipts (NEED-005)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer
from zhike.identity.models import User
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import OwnedBy, Via
from zhike.needs.models.meeting import Meeting
from zhike.needs.models.need import Need
from zhike.needs.models.project import Project
from zhike.needs.models.scopes import Named


class NeedsDocument(Record):
    """One version of a needs document; ``former`` is the version before it.

    Once submitted its text stands still; once approved it never changes again.
    """

    class Status(models.TextChoices):
        """Where the version stands."""

        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待审批")
        APPROVED = "approved", _("已批准")
        REJECTED = "rejected", _("已驳回")

    scope = OwnedBy("owner", "unit") | Named("receipts")
    handover = models.Q(status__in=["draft", "submitted", "rejected"])
    title_field = "title"
    confidential_through = ("clauses__need__customer", "project__customer")

    title = kinds.Text(_("文档名称"), max_length=120)
    number = models.PositiveIntegerField(_("版次"), default=1, editable=False)
    former = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="later", editable=False
    )
    status = kinds.Choice(
        _("状态"), options=Status, default=Status.DRAFT, max_length=10, editable=False
    )
    meeting = kinds.Link(
        _("来自会议"), Meeting, models.PROTECT, null=True, blank=True, related_name="documents"
    )
    customer = kinds.Link(
        _("客户"), Customer, models.PROTECT, null=True, blank=True, related_name="+"
    )
    project = kinds.Link(
        _("客户项目"), Project, models.PROTECT, null=True, blank=True, related_name="documents"
    )
    owner = kinds.Owner(_("编制人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)
    change_note = kinds.Text(_("修订说明"), max_length=200, blank=True, editable=False)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    decided_at = kinds.DateTime(_("审批时间"), null=True, blank=True, editable=False)
    decision_note = kinds.Text(_("审批意见"), max_length=200, blank=True, editable=False)
    delivered_at = kinds.DateTime(_("交付项目组时间"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("客户需求文档")

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"


class Clause(Record):
    """One clause of a needs document, perhaps about one need."""

    scope = Via("document")

    document = kinds.Link(_("客户需求文档"), NeedsDocument, models.CASCADE, related_name="clauses")
    position = models.PositiveIntegerField(_("顺序"), default=0)
    heading = kinds.Text(_("标题"), max_length=120)
    text = kinds.LongText(_("条文"))
    need = kinds.Link(
        _("客户需求"), Need, models.PROTECT, null=True, blank=True, related_name="clauses"
    )

    class Meta(Record.Meta):
        verbose_name = _("需求文档条文")

    def __str__(self) -> str:
        return str(self.heading)


class Receipt(Record):
    """A member of the project team was given the document; ``read_at`` when he signed for it."""

    scope = OwnedBy("user", "") | Via("document")
    handover = None  # what somebody received stays his

    document = kinds.Link(_("客户需求文档"), NeedsDocument, models.CASCADE, related_name="receipts")
    user = kinds.Link(_("接收人"), User, models.PROTECT, related_name="+")
    read_at = kinds.DateTime(_("签收时间"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("需求文档签收")
        constraints = [
            models.UniqueConstraint(fields=["document", "user"], name="needs_receipt_once")
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.user_id}"
