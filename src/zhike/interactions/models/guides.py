"""Guides, talk tracks and message templates: versioned, and used only when approved."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Grade, Lifecycle, Tag
from zhike.identity.models import User
from zhike.interactions.models.channels import channel_choices
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import Granted


class Approvable(Record):
    """A text with a code and versions; one approved version of a code is in use."""

    class Status(models.TextChoices):
        """Where a version stands."""

        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待审批")
        APPROVED = "approved", _("已批准")
        RETIRED = "retired", _("已停用")

    code = kinds.Code(_("编号"), max_length=32)
    number = models.PositiveIntegerField(_("版次"), default=1, editable=False)
    title = kinds.Text(_("标题"), max_length=80)
    status = kinds.Choice(
        _("状态"), choices=Status.choices, default=Status.DRAFT, max_length=10, editable=False
    )
    owner = kinds.Owner(_("编写人"), null=True, blank=True)
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name=_("审批人"),
    )  # fmt: skip
    approved_at = kinds.DateTime(_("批准时间"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"


class Language(models.TextChoices):
    """The language of a text for customers."""

    ZH = "zh", _("中文")
    EN = "en", _("英文")


class TalkTrack(Approvable):
    """How to speak with a class of customers in a situation (COM-007, COM-009, COM-010).

    Empty conditions fit everybody; the version with most conditions fulfilled stands first.
    """

    class Kind(models.TextChoices):
        """What the text is for."""

        STRATEGY = "strategy", _("沟通策略")
        GUIDE = "guide", _("沟通技巧")
        TRACK = "track", _("话术")

    class Situation(models.TextChoices):
        """When it is said."""

        FIRST = "first", _("首次接触")
        ROUTINE = "routine", _("日常维护")
        NEED = "need", _("了解需求")
        OFFER = "offer", _("报价谈判")
        COMPLAINT = "complaint", _("处理不满")
        PAYMENT = "payment", _("催款")
        CARE = "care", _("节日关怀")

    class Style(models.TextChoices):
        """The language style that suits the group (COM-010)."""

        FORMAL = "formal", _("正式严谨")
        WARM = "warm", _("亲切热情")
        EXPERT = "expert", _("专业技术")
        BRIEF = "brief", _("简明直接")

    scope = Granted()
    handover = None

    kind = kinds.Choice(_("类型"), choices=Kind.choices, default=Kind.TRACK, max_length=10)
    situation = kinds.Choice(_("情境"), choices=Situation.choices, blank=True, max_length=10)
    grade = kinds.Choice(_("客户分级"), choices=Grade.choices, blank=True, max_length=10)
    lifecycle = kinds.Choice(_("生命周期"), choices=Lifecycle.choices, blank=True, max_length=12)
    tag = kinds.Link(_("标签"), Tag, models.PROTECT, null=True, blank=True, related_name="+")
    channel = kinds.Choice(_("方式"), choices=channel_choices, blank=True, max_length=10)
    style = kinds.Choice(_("语言风格"), choices=Style.choices, default=Style.FORMAL, max_length=10)
    say = kinds.LongText(_("怎么说"))
    avoid = kinds.LongText(_("避免"), blank=True)

    class Meta(Approvable.Meta):
        verbose_name = _("话术指南")
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="interactions_track_version"),
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(status="approved"),
                name="interactions_track_in_use",
            ),
        ]  # fmt: skip


class MessageTemplate(Approvable):
    """A message with merge fields, for one channel in one language (COM-017)."""

    scope = Granted()
    handover = None

    channel = kinds.Choice(_("方式"), choices=channel_choices, max_length=10)
    language = kinds.Choice(_("语言"), choices=Language.choices, default=Language.ZH, max_length=4)
    subject = kinds.Text(_("主题"), max_length=120, blank=True)
    body = kinds.LongText(_("正文"), max_length=4000)

    class Meta(Approvable.Meta):
        verbose_name = _("消息模板")
        constraints = [
            models.UniqueConstraint(
                fields=["code", "channel", "language", "number"],
                name="interactions_template_version",
            ),
            models.UniqueConstraint(
                fields=["code", "channel", "language"], condition=models.Q(status="approved"),
                name="interactions_template_in_use",
            ),
        ]  # fmt: skip
