"""Tags and the persona that they draw."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhike.customers.models.customer import Customer
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import Granted, Via


class Dimension(models.TextChoices):
    """What a tag says of a customer; with a dimension it is an attribute of the persona."""

    COUNTRY = "country", _("国家与地区")
    AGE = "age", _("年龄")
    SEX = "sex", _("性别")
    INCOME = "income", _("收入")
    EDUCATION = "education", _("教育程度")
    LIFESTYLE = "lifestyle", _("生活方式")
    VALUES = "values", _("价值观")
    ATTITUDE = "attitude", _("态度")
    HABIT = "habit", _("购买习惯")
    LOYALTY = "loyalty", _("忠诚表现")
    FREQUENCY = "frequency", _("购买频率")
    PRODUCT = "product", _("产品或服务类型")
    NEED = "need", _("需求")
    CHURN_CAUSE = "churn_cause", _("流失原因")


class Tag(Record):
    """A tag that people put on customers; with a dimension, an attribute of the persona."""

    scope = Granted()

    name = kinds.Text(_("标签"), max_length=30, unique=True)
    dimension = kinds.Choice(_("画像维度"), choices=Dimension.choices, blank=True, max_length=12)
    colour = kinds.Choice(
        _("颜色"),
        choices=[
            ("plain", _("中性")),
            ("dai", _("黛")),
            ("zq", _("竹青")),
            ("hu", _("琥珀")),
            ("zhu", _("朱砂")),
            ("dian", _("靛蓝")),
            ("zi", _("紫檀")),
        ],
        default="plain",
        max_length=8,
    )

    class Meta(Record.Meta):
        verbose_name = _("标签")

    def __str__(self) -> str:
        return str(self.name)


class CustomerTag(Record):
    """A tag on a customer: where it comes from, how sure it is, from when until when (DAT-035).

    ``confidence`` in percent, null = certain; ``expires_on`` is the first day without it.
    """

    class Source(models.TextChoices):
        """Who says so."""

        MANUAL = "manual", _("人工")
        RULE = "rule", _("规则")
        MODEL = "model", _("模型")

    scope = Via("customer")

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="tags")
    tag = kinds.Link(_("标签"), Tag, models.CASCADE, related_name="customers")
    source = kinds.Choice(
        _("标签来源"), choices=Source.choices, default=Source.MANUAL, max_length=8
    )
    confidence = kinds.Integer(
        _("置信度（%）"), null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )  # fmt: skip
    valid_from = kinds.Date(_("生效日期"), default=timezone.localdate)
    expires_on = kinds.Date(_("失效日期"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("客户标签")
        constraints = [
            models.UniqueConstraint(fields=["customer", "tag"], name="customers_tag_once"),
            models.CheckConstraint(
                condition=models.Q(expires_on__isnull=True)
                | models.Q(expires_on__gt=models.F("valid_from")),
                name="customers_tag_period",
                violation_error_message=_("失效日期应晚于生效日期。"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_on"],
                condition=models.Q(expires_on__isnull=False),
                name="customers_tag_expiry",
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} #{self.tag_id}"
