"""The handbook: documents with clauses, versions, approval, acknowledgement, bound policies."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.identity.models import OrgUnit, User
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import Granted


class Document(Record):
    """A policy document (制度), such as 客户分级管理办法. Its text lives in editions (ORG-028)."""

    scope = Granted()
    title_field = "title"

    title = kinds.Text(_("制度名称"), max_length=120)
    code = kinds.Code(_("制度编号"), max_length=40, unique=True)
    unit = kinds.Link(
        _("责任部门"), OrgUnit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    summary = kinds.Text(_("适用范围"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("制度")

    def __str__(self) -> str:
        return str(self.title)


class Edition(Record):
    """One version of a document: draft, submitted, approved from a date, superseded."""

    class Status(models.TextChoices):
        """Where the edition stands."""

        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待审批")
        PUBLISHED = "published", _("已发布")
        REJECTED = "rejected", _("已驳回")

    scope = Granted()

    document = kinds.Link(_("制度"), Document, models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField(_("版次"))
    status = kinds.Choice(_("状态"), choices=Status.choices, default=Status.DRAFT, max_length=10)
    effective_on = kinds.Date(_("生效日期"))
    reason = kinds.Text(_("修订说明"), max_length=200, blank=True)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decision_note = kinds.Text(_("审批意见"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("制度版次")
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="rulebook_edition_once")
        ]

    def __str__(self) -> str:
        return f"{self.document_id} v{self.number}"


class Clause(Record):
    """One clause of an edition; it may be bound to the policy that executes it (ORG-029)."""

    scope = Granted()

    edition = kinds.Link(_("版次"), Edition, models.CASCADE, related_name="clauses")
    number = kinds.Code(_("条号"), max_length=20)
    position = models.PositiveIntegerField(_("顺序"), default=0)
    heading = kinds.Text(_("标题"), max_length=80, blank=True)
    text = kinds.LongText(_("条文"))
    policy_id = models.CharField(_("执行规则"), max_length=80, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("条款")
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="rulebook_clause_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.heading}"


class Coverage(Record):
    """A unit (with its sub-units) whose members must acknowledge the document."""

    scope = Granted()

    document = kinds.Link(_("制度"), Document, models.CASCADE, related_name="coverage")
    unit = kinds.Link(_("适用部门"), OrgUnit, models.PROTECT, related_name="+")

    class Meta(Record.Meta):
        verbose_name = _("适用部门")
        constraints = [
            models.UniqueConstraint(fields=["document", "unit"], name="rulebook_coverage_once")
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.unit_id}"


class Acknowledgement(Record):
    """A covered person confirms having read an edition."""

    scope = Granted()

    edition = kinds.Link(_("版次"), Edition, models.CASCADE, related_name="acknowledgements")
    user = kinds.Link(_("成员"), User, models.PROTECT, related_name="+")
    acknowledged_at = kinds.DateTime(_("签收时间"))

    class Meta(Record.Meta):
        verbose_name = _("签收")
        constraints = [
            models.UniqueConstraint(fields=["edition", "user"], name="rulebook_acknowledged_once")
        ]

    def __str__(self) -> str:
        return f"{self.edition_id}: {self.user_id}"
