"""What a department achieved with its customers in a period, as the leadership reads it."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.identity.models import User
from zhike.kernel import kinds
from zhike.kernel.models import PolicyVersion
from zhike.kernel.records import Record
from zhike.kernel.scope import OwnedBy


class DepartmentReview(Record):
    """One department's review of one period: figures frozen, score by the rule (ORG-022).

    ``facts`` hold the parts that the rule weighs and ``lines`` what stands behind them, as shown.
    """

    class Status(models.TextChoices):
        """Where it stands."""

        SENT = "sent", _("待审阅")
        READ = "read", _("已审阅")

    scope = OwnedBy("owner", "unit")
    handover = None

    unit = kinds.Unit(_("部门"), editable=False)
    owner = kinds.Owner(_("部门负责人"), null=True, blank=True, editable=False)
    starts_on = kinds.Date(_("期初"), editable=False)
    ends_on = kinds.Date(_("期末"), editable=False)
    score = kinds.Integer(_("绩效得分"), null=True, blank=True, editable=False)
    satisfaction = kinds.Percent(_("客户满意度"), null=True, blank=True, editable=False)
    answers = kinds.Integer(_("评价数"), default=0, editable=False)
    improvement = kinds.Percent(_("改进按期关闭率"), null=True, blank=True, editable=False)
    timeliness = kinds.Percent(_("待办按时完成率"), null=True, blank=True, editable=False)
    lines: Any = models.JSONField(default=list, encoder=DjangoJSONEncoder, editable=False)
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    status = kinds.Choice(
        _("状态"), choices=Status.choices, default=Status.SENT, max_length=8, editable=False
    )
    opinion = kinds.LongText(_("审阅意见"), blank=True, max_length=4_000, editable=False)
    read_by = kinds.Link(
        _("审阅人"), User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    read_on = kinds.Date(_("审阅日期"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("部门绩效评审")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "starts_on"],
                condition=models.Q(archived_at__isnull=True),
                name="teamwork_review_once",
                violation_error_message=_("这个部门这一期已经评审过。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.starts_on:%Y-%m}"
