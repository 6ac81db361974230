"""What a customer needs: from the day it was said to the day the customer heard what came of it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer, Person
from zhike.kernel import kinds
from zhike.kernel.numbering import next_codes
from zhike.kernel.records import Record, Searchable
from zhike.kernel.scope import Granted, OwnedBy, Via


class NeedType(Record):
    """A class of needs; business, product and technical ship, others are added (NEED-002)."""

    scope = Granted()
    title_field = "name"

    name = kinds.Text(_("需求类型"), max_length=30)
    note = kinds.Text(_("说明"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("需求类型")
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="needs_type_once",
                violation_error_message=_("已有同名的需求类型。"),
            )
        ]

    def __str__(self) -> str:
        return str(self.name)


class Source(models.TextChoices):
    """Where we learned of the need (NEED-004)."""

    SURVEY = "survey", _("满意度调查")
    FEEDBACK = "feedback", _("客户反馈")
    INDUSTRY = "industry", _("行业动态")
    COMPETITOR = "competitor", _("竞争对手信息")
    VISIT = "visit", _("拜访沟通")
    RESEARCH = "research", _("需求调研")
    MEETING = "meeting", _("需求分析会")
    BOARD = "board", _("共创平台")
    OTHER = "other", _("其他来源")


class Priority(models.TextChoices):
    """How soon the customer waits for a first answer."""

    URGENT = "urgent", _("紧急")
    HIGH = "high", _("较高")
    NORMAL = "normal", _("常规")
    LOW = "low", _("较低")


class Kano(models.TextChoices):
    """The classes of Kano et al. (1984): what having or lacking it does to satisfaction."""

    MUST = "must", _("必备")
    PERFORMANCE = "performance", _("期望")
    ATTRACTIVE = "attractive", _("魅力")
    INDIFFERENT = "indifferent", _("无差异")
    REVERSE = "reverse", _("反向")


class Status(models.TextChoices):
    """Where a need stands."""

    RECORDED = "recorded", _("已登记")
    ANALYSED = "analysed", _("已分析")
    PROMISED = "promised", _("已承诺")
    DELIVERED = "delivered", _("已交付")
    CONFIRMED = "confirmed", _("客户已确认")
    DECLINED = "declined", _("未采纳")


CLOSED = (Status.CONFIRMED, Status.DECLINED)
OPEN = (Status.RECORDED, Status.ANALYSED, Status.PROMISED, Status.DELIVERED)


class Need(Searchable):
    """A customer's need (NEED-001), its analysis, the promise and what the customer was told.

    ``importance`` and ``satisfaction`` run from 1 to 10, ``fit`` from 1 to 5, ``effort`` is in
    person-days, ``value`` in yuan. ``theme`` joins the same need of several customers.
    """

    scope = OwnedBy("owner", "unit") | Via("customer")
    handover = models.Q(status__in=OPEN)
    title_field = "title"
    search_fields = ("title", "code", "theme", "products")

    code = kinds.Code(_("需求编号"), max_length=32, unique=True, blank=True, editable=False)
    title = kinds.Text(_("需求"), max_length=120)
    customer = kinds.Link(_("客户"), Customer, models.PROTECT, related_name="needs")
    person = kinds.Link(
        _("提出人"), Person, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    type = kinds.Link(_("需求类型"), NeedType, models.PROTECT, related_name="needs")
    source = kinds.Choice(_("需求来源"), options=Source, default=Source.VISIT, max_length=12)
    description = kinds.LongText(_("需求描述"))
    priority = kinds.Choice(_("优先级"), options=Priority, default=Priority.NORMAL, max_length=8)
    due_on = kinds.Date(_("客户期望日期"), null=True, blank=True)
    products = kinds.Links(_("相关产品"), to="catalog.Product")
    opportunity = kinds.Links(_("相关商机"), to="sales.Opportunity")
    theme = kinds.Text(_("需求主题"), max_length=60, blank=True)
    project = kinds.Link(
        _("客户项目"), "needs.Project", models.SET_NULL, null=True, blank=True,
        related_name="needs",
    )  # fmt: skip
    research = kinds.Link(
        _("来自调研"), "needs.Research", models.SET_NULL, null=True, blank=True,
        related_name="needs",
    )  # fmt: skip
    owner = kinds.Owner(_("负责人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)
    status = kinds.Choice(
        _("状态"), options=Status, default=Status.RECORDED, max_length=10, editable=False
    )

    importance = kinds.Integer(_("重要度"), null=True, blank=True, editable=False)
    satisfaction = kinds.Integer(_("现状满意度"), null=True, blank=True, editable=False)
    effort = kinds.Integer(_("投入（人日）"), null=True, blank=True, editable=False)
    value = kinds.Money(_("涉及金额"), null=True, blank=True, editable=False)
    fit = kinds.Integer(_("战略契合度"), null=True, blank=True, editable=False)
    kano = kinds.Choice(_("KANO 分类"), options=Kano, blank=True, max_length=12, editable=False)
    analysis = kinds.LongText(_("分析结论"), blank=True, editable=False)

    recorded_at = kinds.DateTime(_("登记时间"), default=timezone.now, editable=False)
    answer_due_at = kinds.DateTime(_("应答复时间"), null=True, blank=True, editable=False)
    answered_at = kinds.DateTime(_("首次答复时间"), null=True, blank=True, editable=False)
    answer = kinds.LongText(_("首次答复"), blank=True, editable=False)
    answer_minutes = kinds.Integer(_("首次答复用时（分钟）"), null=True, blank=True, editable=False)
    escalated_at = kinds.DateTime(_("超时升级时间"), null=True, blank=True, editable=False)
    delivering_unit = kinds.Unit(_("交付部门"), null=True, blank=True, editable=False)
    promise = kinds.LongText(_("承诺内容"), blank=True, editable=False)
    promised_on = kinds.Date(_("承诺日期"), null=True, blank=True, editable=False)
    delivered_on = kinds.Date(_("交付日期"), null=True, blank=True, editable=False)
    outcome = kinds.LongText(_("结果"), blank=True, editable=False)
    decision_reason = kinds.LongText(_("决定理由"), blank=True, editable=False)
    confirmed_by = kinds.Link(
        _("确认人"), Person, models.SET_NULL, null=True, blank=True, related_name="+",
        editable=False,
    )  # fmt: skip
    closed_at = kinds.DateTime(_("关闭时间"), null=True, blank=True, editable=False)
    told_at = kinds.DateTime(_("告知客户时间"), null=True, blank=True, editable=False)
    told = kinds.LongText(_("告知内容"), blank=True, editable=False)

    class Meta(Searchable.Meta):
        verbose_name = _("客户需求")
        indexes = [
            *Searchable.Meta.indexes,
            models.Index(fields=["customer", "status"], name="needs_need_customer"),
            models.Index(fields=["owner", "status"], name="needs_need_owner"),
            models.Index(fields=["status", "answer_due_at"], name="needs_need_waiting"),
            models.Index(fields=["-updated_at", "-id"], name="needs_need_recent"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="declined") | ~models.Q(decision_reason=""),
                name="needs_declined_with_reason",
                violation_error_message=_("不采纳的需求须写明理由。"),
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["promised", "delivered", "confirmed"])
                | models.Q(delivering_unit__isnull=False, promised_on__isnull=False),
                name="needs_promised_with_department",
                violation_error_message=_("承诺须有交付部门与日期。"),
            ),
        ]

    def derive(self) -> tuple[str, ...]:
        """Draw a number where there is none."""
        if not self.code:
            prefix = f"XQ-{timezone.localdate():%Y}-"
            (self.code,) = next_codes(Need, "code", "needs_need_code_seq", prefix)
        return ("code",)

    @property
    def progress(self) -> list[tuple[str, str]]:
        """The states of a need that is met, in their order, with their titles."""
        return [(s.value, str(s.label)) for s in (*OPEN, Status.CONFIRMED)]

    def __str__(self) -> str:
        return str(self.title)
