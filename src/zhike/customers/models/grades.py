"""The grades that customers held, asked for by hand, and gradings of everybody."""

from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models.customer import Customer
from zhike.identity.models import User
from zhike.kernel import kinds
from zhike.kernel.models import PolicyVersion
from zhike.kernel.records import Record
from zhike.kernel.scope import Granted, Via


class GradeAssessment(Record):
    """A grade that a customer held from a day on: by rule, by hand, or kept in grace (SEG-035).

    ``scheme`` is the policy's id, ``facts`` and ``policy_version`` are what it was decided on; the
    explanation is the policy run again over them. ``valid_to`` exclusive, null = now.
    """

    class Origin(models.TextChoices):
        """How the grade came about."""

        RULE = "rule", _("按制度评定")
        OVERRIDE = "override", _("人工调整")
        GRACE = "grace", _("降级过渡期")

    scope = Via("customer")

    customer = kinds.Link(
        _("客户"), Customer, models.CASCADE, related_name="assessments", db_index=False
    )
    scheme = models.CharField(_("分级办法"), max_length=80)
    grade = models.CharField(_("级别"), max_length=12)
    ruled_grade = models.CharField(_("制度应评级别"), max_length=12)
    origin = kinds.Choice(_("来源"), choices=Origin.choices, max_length=10)
    policy_version = kinds.Link(
        _("办法版本"),
        PolicyVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    facts: Any = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    valid_from = kinds.Date(_("开始日期"))
    valid_to = kinds.Date(_("结束日期"), null=True, blank=True)
    expires_on = kinds.Date(_("调整或过渡到期日"), null=True, blank=True)
    reason = kinds.LongText(_("原因"), blank=True)
    approved_by = kinds.Link(
        _("批准人"),
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    noticed_on = kinds.Date(_("到期提醒日"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("分级记录")
        indexes = [
            models.Index(fields=["customer", "scheme", "-valid_from"]),
            models.Index(
                fields=["scheme", "expires_on"],
                condition=models.Q(valid_to__isnull=True, noticed_on__isnull=True)
                & models.Q(origin__in=["override", "grace"]),
                name="customers_grade_ending",
            ),
        ]
        constraints = [
            models.UniqueConstraint(  # a grading of everybody reads nothing else of what is held
                fields=["scheme", "customer"],
                include=["grade", "ruled_grade", "origin", "valid_from", "expires_on", "id"],
                condition=models.Q(valid_to__isnull=True),
                name="customers_one_current_grade",
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.grade}"


class GradeOverride(Record):
    """A request to set a grade by hand; takes effect when another person approves (SEG-031)."""

    class Status(models.TextChoices):
        """Where the request stands."""

        REQUESTED = "requested", _("待审批")
        APPROVED = "approved", _("已批准")
        REJECTED = "rejected", _("已驳回")

    scope = Via("customer")

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="grade_overrides")
    scheme = models.CharField(_("分级办法"), max_length=80)
    grade = models.CharField(_("申请级别"), max_length=12)
    reason = kinds.LongText(_("原因"))
    expires_on = kinds.Date(_("有效期至"))
    status = kinds.Choice(
        _("状态"), choices=Status.choices, default=Status.REQUESTED, max_length=10
    )
    decided_by = kinds.Link(
        _("审批人"), User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision_note = kinds.Text(_("审批意见"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("分级调整申请")

    def __str__(self) -> str:
        return f"{self.customer_id} → {self.grade}"


class GradingRun(Record):
    """One grading of everybody: which version, on which day, who moved (SEG-029, SEG-030)."""

    scope: ClassVar[Any] = Granted()

    scheme = models.CharField(_("分级办法"), max_length=80)
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, null=True, blank=True, related_name="+"
    )
    on = kinds.Date(_("评定日"))
    assessed = models.PositiveIntegerField(_("评定家数"), default=0)
    moved_up = models.PositiveIntegerField(_("升级"), default=0)
    moved_down = models.PositiveIntegerField(_("降级"), default=0)
    seconds = models.FloatField(_("用时"), default=0)

    class Meta(Record.Meta):
        verbose_name = _("评定批次")

    def __str__(self) -> str:
        return f"{self.scheme} {self.on}"
