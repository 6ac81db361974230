"""Winning lost customers back (LOY-021)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer
from zhike.kernel import kinds
from zhike.kernel.models import PolicyVersion
from zhike.kernel.records import Record
from zhike.kernel.scope import OwnedBy, Via


class WinBackProgramme(Record):
    """A programme with a budget and an end, over a list of lost customers."""

    class Status(models.TextChoices):
        """Where it stands."""

        ACTIVE = "active", _("进行中")
        CLOSED = "closed", _("已结束")

    scope = OwnedBy("owner", "unit")
    handover = models.Q(status="active")

    title = kinds.Text(_("项目名称"), max_length=80)
    goal = kinds.LongText(_("目标"), blank=True)
    starts_on = kinds.Date(_("开始日期"))
    ends_on = kinds.Date(_("结束日期"))
    budget = kinds.Money(_("预算"), default=0)
    status = kinds.Choice(_("状态"), Status, default=Status.ACTIVE, max_length=8, editable=False)
    owner = kinds.Owner(_("负责人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("挽回项目")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="loyalty_programme_days",
                violation_error_message=_("结束日期不能早于开始日期。"),
            )
        ]

    def __str__(self) -> str:
        return str(self.title)


class WinBackCase(Record):
    """One lost customer in a programme: why it left, what we offer, what came of it."""

    class Cause(models.TextChoices):
        """Why the customer left."""

        PRICE = "price", _("价格")
        QUALITY = "quality", _("质量")
        DELIVERY = "delivery", _("交付")
        SERVICE = "service", _("服务")
        COMPETITOR = "competitor", _("竞争对手")
        DEMAND = "demand", _("需求消失")
        PERSONAL = "personal", _("对接人变动")
        UNKNOWN = "unknown", _("原因不明")

    class Status(models.TextChoices):
        """Where it stands."""

        LISTED = "listed", _("待分析")
        PLANNED = "planned", _("挽回中")
        WON = "won", _("已挽回")
        GIVEN_UP = "given_up", _("未挽回")

    scope = OwnedBy("owner", "unit") | Via("customer")
    handover = models.Q(status__in=["listed", "planned"])

    programme = kinds.Link(_("挽回项目"), WinBackProgramme, models.CASCADE, related_name="cases")
    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="win_backs")
    lost_because = kinds.Text(_("列入依据"), max_length=120, editable=False)
    status = kinds.Choice(_("状态"), Status, default=Status.LISTED, max_length=10, editable=False)
    cause = kinds.Choice(_("流失原因"), Cause, blank=True, max_length=12, editable=False)
    analysis = kinds.LongText(_("原因分析"), blank=True, editable=False)
    offer = kinds.LongText(_("挽回方案"), blank=True, editable=False)
    started_on = kinds.Date(_("开始挽回"), null=True, blank=True, editable=False)
    contacts_made = kinds.Integer(_("已联系次数"), default=0, editable=False)
    cost = kinds.Money(_("费用"), default=0, editable=False)
    result = kinds.LongText(_("结果"), blank=True, editable=False)
    closed_on = kinds.Date(_("结案日期"), null=True, blank=True, editable=False)
    reorder_on = kinds.Date(_("首次复购"), null=True, blank=True, editable=False)
    reorders = kinds.Integer(_("复购单数"), default=0, editable=False)
    reorder_amount = kinds.Money(_("复购金额"), default=0, editable=False)
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    owner = kinds.Owner(_("负责人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("挽回客户")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "customer"],
                name="loyalty_case_once",
                violation_error_message=_("该客户已在这个挽回项目中。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer}"
