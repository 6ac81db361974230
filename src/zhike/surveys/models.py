"""Satisfaction: what a customer thinks of us, on one scale for every way of asking."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer, Person
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import OwnedBy, Via


class Satisfaction(Record):
    """One score of 0 to 100 that a customer gave us for one aspect on one day.

    The aspects are those of the customer's handbook: product, service, delivery, price, attitude,
    logistics, and how well the needs are met; ``overall`` where nobody asked in detail.
    """

    class Aspect(models.TextChoices):
        """What was rated."""

        OVERALL = "overall", _("总体")
        NEEDS = "needs", _("需求满足")
        PRODUCT = "product", _("产品质量")
        SERVICE = "service", _("服务质量")
        DELIVERY = "delivery", _("交货速度")
        PRICE = "price", _("价格")
        ATTITUDE = "attitude", _("服务态度")
        LOGISTICS = "logistics", _("物流配送")

    class Source(models.TextChoices):
        """How we came to know."""

        CALLBACK = "callback", _("电话回访")
        QUESTIONNAIRE = "questionnaire", _("问卷")
        EMAIL = "email", _("电子邮件")
        ON_SITE = "on_site", _("现场")
        VOLUNTEERED = "volunteered", _("客户主动")

    scope = OwnedBy("owner", "unit") | Via("customer")
    handover = None  # who asked stays who asked

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="satisfaction")
    person = kinds.Link(
        _("评价人"), Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    rated_on = kinds.Date(_("评价日期"))
    aspect = kinds.Choice(
        _("评价项目"), choices=Aspect.choices, default=Aspect.OVERALL, max_length=10
    )
    score = kinds.Integer(_("评分（0–100）"), minimum=0, maximum=100)
    source = kinds.Choice(
        _("评价方式"), choices=Source.choices, default=Source.CALLBACK, max_length=14
    )
    remark = kinds.LongText(_("客户意见"), blank=True, max_length=4_000)
    owner = kinds.Owner(_("询问人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("满意度记录")
        indexes = [
            models.Index(fields=["customer", "-rated_on"], name="surveys_satis_customer"),
            models.Index(fields=["rated_on"], name="surveys_satis_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(score__gte=0, score__lte=100),
                name="surveys_satis_scale",
                violation_error_message=_("评分应在 0 到 100 之间。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.rated_on} {self.score}"
