"""What needs lead to: suggestions from notes, improvements made, reviews of the strategy."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer
from zhike.interactions.models import Interaction
from zhike.interactions.queries.voice import voice_choices
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import Granted, OwnedBy, Via
from zhike.needs.models.need import Need, NeedType

NOTE = "interactions.interaction"


class Suggestion(Record):
    """A sentence of a note or another voice that may be a need; a person decides (NEED-011)."""

    class Kind(models.TextChoices):
        """What the word list calls it."""

        NEED = "need", _("需求")
        PAIN = "pain", _("痛点")

    class Status(models.TextChoices):
        """What a person made of it."""

        OPEN = "open", _("待确认")
        CONFIRMED = "confirmed", _("已转为需求")
        DISMISSED = "dismissed", _("已忽略")

    scope = OwnedBy("owner", "unit") | Via("customer")
    handover = models.Q(status="open")

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="+")
    source = kinds.Choice(_("线索来源"), choices=voice_choices, max_length=60, default=NOTE)
    source_id = models.PositiveBigIntegerField(_("来源编号"), default=0, editable=False)
    interaction = kinds.Link(
        _("沟通记录"), Interaction, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    quote = kinds.LongText(_("原文"))
    kind = kinds.Choice(_("性质"), options=Kind, max_length=8)
    words = kinds.Text(_("命中词"), max_length=120, blank=True)
    type = kinds.Link(
        _("建议类型"), NeedType, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    status = kinds.Choice(_("状态"), options=Status, default=Status.OPEN, max_length=10)
    need = kinds.Link(_("客户需求"), Need, models.SET_NULL, null=True, blank=True, related_name="+")
    reason = kinds.Text(_("忽略原因"), max_length=200, blank=True)
    policy_version = models.ForeignKey(
        "kernel.PolicyVersion", models.PROTECT, null=True, blank=True, related_name="+",
        editable=False,
    )  # fmt: skip
    owner = kinds.Owner(_("负责人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("需求线索")
        indexes = [models.Index(fields=["status", "-id"], name="needs_suggestion_open")]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id", "quote"], name="needs_suggestion_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.quote)[:60]


class Improvement(Record):
    """A change to a product or service, because customers asked for it (NEED-014)."""

    class Status(models.TextChoices):
        """Whether it is there."""

        PLANNED = "planned", _("计划改进")
        RELEASED = "released", _("已上线")
        DROPPED = "dropped", _("不再改进")

    scope = Granted()
    handover = models.Q(status="planned")
    title_field = "title"

    title = kinds.Text(_("改进事项"), max_length=120)
    product = kinds.Text(_("产品或服务"), max_length=80)
    change = kinds.LongText(_("改进内容"))
    due_on = kinds.Date(_("计划日期"), null=True, blank=True)
    status = kinds.Choice(
        _("状态"), options=Status, default=Status.PLANNED, max_length=10, editable=False
    )
    released_on = kinds.Date(_("上线日期"), null=True, blank=True, editable=False)
    owner = kinds.Owner(_("负责人"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("产品改进")

    def __str__(self) -> str:
        return str(self.title)


class ImprovementNeed(Record):
    """A need behind an improvement, and whether its customer was told."""

    scope = Via("need")

    improvement = kinds.Link(_("产品改进"), Improvement, models.CASCADE, related_name="asked")
    need = kinds.Link(_("客户需求"), Need, models.PROTECT, related_name="improvements")
    told_at = kinds.DateTime(_("告知客户时间"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("改进来源")
        constraints = [
            models.UniqueConstraint(
                fields=["improvement", "need"],
                name="needs_improvement_once",
                violation_error_message=_("这项需求已列入该改进。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.improvement_id}: {self.need_id}"


class StrategyReview(Record):
    """An item to the product team: needs have changed, look at the strategy (NEED-012)."""

    class Status(models.TextChoices):
        """Whether it was decided."""

        OPEN = "open", _("待评审")
        ADJUST = "adjust", _("调整策略")
        KEEP = "keep", _("维持现状")

    scope = Granted()
    handover = models.Q(status="open")
    title_field = "title"

    title = kinds.Text(_("评审事项"), max_length=160)
    theme = kinds.Text(_("需求主题"), max_length=60, blank=True)
    facts: Any = models.JSONField(default=dict, blank=True, editable=False)
    policy_version = models.ForeignKey(
        "kernel.PolicyVersion", models.PROTECT, null=True, blank=True, related_name="+",
        editable=False,
    )  # fmt: skip
    due_on = kinds.Date(_("评审期限"))
    status = kinds.Choice(
        _("状态"), options=Status, default=Status.OPEN, max_length=10, editable=False
    )
    decision = kinds.LongText(_("评审结论"), blank=True, editable=False)
    decided_at = kinds.DateTime(_("评审时间"), null=True, blank=True, editable=False)
    owner = kinds.Owner(_("评审负责人"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("策略评审事项")
        constraints = [
            models.UniqueConstraint(
                fields=["theme"],
                condition=models.Q(status="open") & ~models.Q(theme=""),
                name="needs_review_once",
                violation_error_message=_("该主题已有一项待评审的事项。"),
            )
        ]

    def __str__(self) -> str:
        return str(self.title)
