"""Tables of the kernel: events, policy versions, decisions, answered requests, stored answers."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.kernel.records import Record
from zhike.kernel.scope import Granted


class EventRow(models.Model):
    """One event of the outbox and the timeline; never changed after it was written."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=100)
    payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    subject = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    occurred_at = models.DateTimeField()
    actor = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    request_id = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "subject_id", "-id"], name="kernel_event_subject")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class PolicyVersion(Record):
    """One dated version of a policy's parameters, from draft to in force to superseded.

    The version in force on a day is the approved one with the latest ``effective_on`` not after
    that day; nothing has to run at midnight for it to take effect.
    """

    class Status(models.TextChoices):
        """Where the version stands; in force or superseded follows from the dates."""

        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待审批")
        APPROVED = "approved", _("已批准")
        REJECTED = "rejected", _("已驳回")
        WITHDRAWN = "withdrawn", _("已撤回")

    scope = Granted()

    policy_id = models.CharField(_("规则"), max_length=80)
    number = models.PositiveIntegerField(_("版本号"))
    params = models.JSONField(_("参数"), default=dict, encoder=DjangoJSONEncoder)
    effective_on = models.DateField(_("生效日期"))
    status = models.CharField(
        _("状态"), max_length=12, choices=Status.choices, default=Status.DRAFT
    )
    reason = models.TextField(_("修订原因"), blank=True)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("审批时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision_note = models.TextField(_("审批意见"), blank=True)
    simulation = models.JSONField(
        _("模拟结果"), default=dict, blank=True, encoder=DjangoJSONEncoder
    )

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["policy_id", "number"], name="kernel_policy_number")
        ]
        indexes = [models.Index(fields=["policy_id", "status", "-effective_on"])]

    def __str__(self) -> str:
        return f"{self.policy_id} v{self.number}"


class PolicyDecision(models.Model):
    """What a policy decided about one record: the facts, the version and the outcome, for ever."""

    id = models.BigAutoField(primary_key=True)
    policy_id = models.CharField(max_length=80)
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    facts: Any = models.JSONField(encoder=DjangoJSONEncoder)
    outcome: Any = models.JSONField(encoder=DjangoJSONEncoder)
    decided_at = models.DateTimeField()
    request_id = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["policy_id", "subject_id", "-decided_at"])]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.subject_id}"


class AnsweredRequest(models.Model):
    """The stored answer to a request that carried an idempotency key."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=200)
    user = models.ForeignKey("identity.User", models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="kernel_answered_key")]

    def __str__(self) -> str:
        return self.key


class MetricValue(models.Model):
    """The stored value of a metric on a day, for one dimension ("" = the whole company)."""

    id = models.BigAutoField(primary_key=True)
    metric = models.CharField(max_length=80)
    dimension = models.CharField(max_length=80, blank=True)
    as_of = models.DateField()
    value = models.DecimalField(max_digits=24, decimal_places=6)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "dimension", "as_of"], name="kernel_metric_value"
            )
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.as_of}"


class WorkerBeat(models.Model):
    """The last sign of life of the worker, read by /healthz and doctor."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.seen_at)
