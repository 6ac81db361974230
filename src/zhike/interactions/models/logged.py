"""What was said and done with customers, and what is to be done next."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer, Person
from zhike.identity.models import User
from zhike.interactions.models.channels import Channel, channel_choices
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import OwnedBy, Via


class Sentiment(models.TextChoices):
    """How the customer took it, as the writer felt it (COM-012)."""

    GOOD = "good", _("满意")
    NEUTRAL = "neutral", _("平静")
    BAD = "bad", _("不满")


class Interaction(Record):
    """One communication on the customer's timeline (COM-002)."""

    class Direction(models.TextChoices):
        """Who began."""

        OUT = "out", _("我方发起")
        IN = "in", _("客户发起")

    scope = OwnedBy("owner", "unit") | Via("customer")
    handover = models.Q(next_step_on__isnull=False)  # the promise passes on, the past stays

    customer = kinds.Link(_("客户"), Customer, models.PROTECT, related_name="interactions")
    channel = kinds.Choice(_("方式"), choices=channel_choices, default=Channel.NOTE, max_length=10)
    direction = kinds.Choice(
        _("方向"), choices=Direction.choices, default=Direction.OUT, max_length=4
    )
    occurred_at = kinds.DateTime(_("时间"))
    minutes = kinds.Integer(_("时长（分钟）"), null=True, blank=True)
    place = kinds.Text(_("地点"), max_length=120, blank=True)
    purpose = kinds.Text(_("目的"), max_length=120, blank=True)
    summary = kinds.LongText(_("内容"))
    findings = kinds.LongText(_("发现"), max_length=4000, blank=True)
    next_step = kinds.Text(_("下一步"), max_length=200, blank=True)
    next_step_on = kinds.Date(_("下次跟进"), null=True, blank=True)
    no_next_step = kinds.Bool(_("无需下一步"), default=False)
    sentiment = kinds.Choice(
        _("客户情绪"), choices=Sentiment.choices, blank=True, default="", max_length=8
    )
    template = models.ForeignKey(
        "interactions.MessageTemplate", models.PROTECT, null=True, blank=True, related_name="+",
        editable=False, verbose_name=_("所用模板"),
    )  # fmt: skip
    attachment = kinds.Attachment(_("附件"), null=True, blank=True)
    # Where the writer stood; only from a press of a button, and only where the rule allows it.
    latitude = kinds.Degrees(
        _("纬度"), minimum=-90, maximum=90, null=True, blank=True, editable=False
    )
    longitude = kinds.Degrees(_("经度"), null=True, blank=True, editable=False)
    accuracy = kinds.Integer(_("位置精度（米）"), null=True, blank=True, editable=False)
    located_at = kinds.DateTime(_("定位时间"), null=True, blank=True, editable=False)
    owner = kinds.Owner(_("记录人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("沟通记录")
        indexes = [
            models.Index(fields=["customer", "-occurred_at"], name="interactions_by_customer"),
            models.Index(fields=["owner", "-occurred_at"], name="interactions_by_owner"),
            models.Index(fields=["-occurred_at", "-id"], name="interactions_recent"),
        ]

    def __str__(self) -> str:
        return str(self.summary)[:40]


class Participant(Record):
    """A person of the customer who took part."""

    scope = Via("interaction", owner="owner", unit="unit")

    interaction = kinds.Link(
        _("沟通记录"), Interaction, models.CASCADE, related_name="participants"
    )
    person = kinds.Link(_("联系人"), Person, models.PROTECT, related_name="participations")

    class Meta(Record.Meta):
        verbose_name = _("参与人")
        constraints = [
            models.UniqueConstraint(
                fields=["interaction", "person"], name="interactions_participant_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.interaction_id}: {self.person_id}"


class Comment(Record):
    """A colleague's remark under an interaction; ``@name`` mentions send a notice."""

    scope = OwnedBy("owner", "") | Via("customer")
    handover = None  # what somebody said stays his

    interaction = kinds.Link(_("沟通记录"), Interaction, models.CASCADE, related_name="comments")
    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="+", editable=False)
    text = kinds.LongText(_("评论"))
    owner = kinds.Owner(_("评论人"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("评论")

    def __str__(self) -> str:
        return str(self.text)[:40]


class ToDo(Record):
    """Something to do for a customer, made by a person or by a rule, with its reason."""

    class Family(models.TextChoices):
        """Groups on the workbench."""

        CONTACT = "contact", _("回访跟进")
        NEXT_STEP = "next_step", _("约定事项")
        GRADE = "grade", _("分级复核")
        APPROVAL = "approval", _("审批")
        TASK = "task", _("工作事项")
        MANUAL = "manual", _("自建待办")

    class Status(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("待办")
        DONE = "done", _("已完成")
        DROPPED = "dropped", _("已取消")

    scope = OwnedBy("owner", "unit") | Via("customer")
    handover = models.Q(status="open")

    title = kinds.Text(_("事项"), max_length=200)
    customer = kinds.Link(
        _("客户"), Customer, models.CASCADE, null=True, blank=True, related_name="todos"
    )
    family = kinds.Choice(_("类别"), choices=Family.choices, default=Family.MANUAL, max_length=12)
    status = kinds.Choice(_("状态"), choices=Status.choices, default=Status.OPEN, max_length=8)
    due_at = kinds.DateTime(_("截止时间"))
    owner = kinds.Owner(_("执行人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)
    policy_id = models.CharField(_("依据规则"), max_length=80, blank=True, editable=False)
    policy_version = models.ForeignKey(
        "kernel.PolicyVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    link = models.CharField(max_length=200, blank=True, editable=False)
    source_key = models.CharField(max_length=120, blank=True, editable=False)
    facts: Any = models.JSONField(
        default=dict, blank=True, editable=False, encoder=DjangoJSONEncoder
    )
    interaction = models.ForeignKey(
        Interaction, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    done_at = kinds.DateTime(_("完成时间"), null=True, blank=True, editable=False)
    done_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    result = kinds.Text(_("结果"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("待办")
        indexes = [
            models.Index(fields=["owner", "status", "due_at"], name="interactions_todo_owner"),
            models.Index(fields=["customer", "status"], name="interactions_todo_customer"),
            models.Index(fields=["unit", "status", "due_at"], name="interactions_todo_unit"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source_key"],
                condition=models.Q(status="open") & ~models.Q(source_key=""),
                name="interactions_todo_source_once",
            )
        ]

    def __str__(self) -> str:
        return str(self.title)
