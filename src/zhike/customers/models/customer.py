"""The organisation that everything hangs on, and how the handbook classes it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhike.customers.naming import completeness, proper_name, sort_key
from zhike.kernel import kinds
from zhike.kernel.kinds.names import normalise
from zhike.kernel.numbering import next_codes
from zhike.kernel.records import Searchable
from zhike.kernel.scope import OwnedBy, SharedWith

LIVE = models.Q(archived_at__isnull=True)  # lists leave archived rows out: their indexes too


class Grade(models.TextChoices):
    """The five tiers (SEG-016…020)."""

    VIP = "vip", "VIP"
    GOLD = "gold", _("金卡")
    SILVER = "silver", _("银卡")
    BRONZE = "bronze", _("铜卡")
    STANDARD = "standard", _("普通")


class AbcGrade(models.TextChoices):
    """The B2B classes (SEG-023…026)."""

    A = "a", _("A 级")
    B = "b", _("B 级")
    C = "c", _("C 级")


class Lifecycle(models.TextChoices):
    """The relationship stage."""

    PROSPECT = "prospect", _("潜在")
    INTERESTED = "interested", _("意向")
    CUSTOMER = "customer", _("成交")
    LOYAL = "loyal", _("忠诚")
    LOST = "lost", _("流失")


class Size(models.TextChoices):
    """Company size by the national statistics classes."""

    LARGE = "large", _("大型")
    MEDIUM = "medium", _("中型")
    SMALL = "small", _("小型")
    MICRO = "micro", _("微型")


class Position(models.TextChoices):
    """Standing in the trade."""

    LEADER = "leader", _("行业龙头")
    STRONG = "strong", _("区域领先")
    ORDINARY = "ordinary", _("一般")


SEGMENTED = (
    "id", "owner", "unit", "abc_grade", "industry", "size", "position", "source", "since",
    "annual_spend", "receivable", "order_count", "last_order_on", "last_contact_at", "created_at",
)  # fmt: skip


class Confidentiality(models.TextChoices):
    """How confidential a customer's information is, rising (DAT-028)."""

    PUBLIC = "public", _("公开")
    INTERNAL = "internal", _("内部")
    CONFIDENTIAL = "confidential", _("秘密")
    SECRET = "secret", _("机密")


class Customer(Searchable):
    """An organisation (or a consumer) that we serve; the account everything hangs on."""

    scope = OwnedBy("owner", "unit") | SharedWith("team")
    search_fields = ("name", "short_name", "code", "credit_code", "phone")
    confidential = "confidentiality"

    code = kinds.Code(_("客户编号"), max_length=32, unique=True, blank=True)
    name = kinds.CompanyName(_("客户名称"), max_length=200, validators=[proper_name])
    name_normal = models.CharField(max_length=200, blank=True, editable=False)
    name_sort = models.CharField(max_length=200, blank=True, editable=False)
    short_name = kinds.Text(_("简称"), max_length=60, blank=True)
    credit_code = kinds.CreditCode(_("统一社会信用代码"), null=True, blank=True)
    # Indexed below together with the date; an index of its own costs every import and says no more.
    owner = kinds.Owner(_("负责人"), null=True, blank=True, db_index=False)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True, db_index=False)
    grade = kinds.Choice(
        _("分级"), choices=Grade.choices, default=Grade.STANDARD, max_length=12, editable=False
    )
    abc_grade = kinds.Choice(
        _("B2B 等级"), choices=AbcGrade.choices, blank=True, max_length=2, editable=False
    )
    lifecycle = kinds.Choice(
        _("生命周期"), choices=Lifecycle.choices, default=Lifecycle.PROSPECT, max_length=12
    )
    region = kinds.Region(_("地区"), null=True, blank=True)
    address = kinds.Text(_("地址"), max_length=200, blank=True)
    industry = kinds.Text(_("行业"), max_length=60, blank=True)
    size = kinds.Choice(_("规模"), choices=Size.choices, blank=True, max_length=10)
    position = kinds.Choice(_("行业地位"), choices=Position.choices, blank=True, max_length=10)
    source = kinds.Text(_("来源"), max_length=80, blank=True)
    phone = kinds.Phone(_("电话"), null=True, blank=True)
    email = kinds.Email(_("邮箱"), null=True, blank=True)
    website = kinds.Text(_("网站"), max_length=200, blank=True)
    payment_terms = kinds.Text(_("付款条件"), max_length=60, blank=True)
    since = kinds.Date(_("合作起始"), null=True, blank=True)
    purchase_volume = kinds.Money(_("年采购总量"), null=True, blank=True)
    preferences = kinds.Text(_("偏好"), max_length=200, blank=True)
    note = kinds.LongText(_("备注"), blank=True)
    confidentiality = kinds.Choice(
        _("保密级别"), choices=Confidentiality.choices, default=Confidentiality.INTERNAL,
        max_length=12, editable=False,
    )  # fmt: skip
    primary_contact = kinds.Link(
        _("主要联系人"),
        "customers.Person",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_index=False,
    )
    annual_spend = kinds.Money(_("近 12 月消费"), default=0, editable=False)
    receivable = kinds.Money(_("应收"), default=0, editable=False)
    order_count = models.PositiveIntegerField(_("订单数"), default=0, editable=False)
    last_order_on = kinds.Date(_("最近下单"), null=True, blank=True, editable=False)
    last_contact_at = kinds.DateTime(_("最近联系"), null=True, blank=True, editable=False)
    next_step_on = kinds.Date(_("下次跟进"), null=True, blank=True, editable=False)
    tag_names = kinds.Text(_("标签"), max_length=400, blank=True, editable=False)
    completeness = kinds.Integer(_("资料完整度"), default=0, editable=False)

    class Meta(Searchable.Meta):
        verbose_name = _("客户")
        indexes = [
            *Searchable.Meta.indexes,
            models.Index(
                fields=["-updated_at", "-id"], condition=LIVE, name="customers_customer_live"
            ),
            models.Index(fields=["owner", "-updated_at"], name="customers_customer_owner"),
            models.Index(fields=["unit", "-updated_at"], name="customers_customer_unit"),
            models.Index(
                fields=["-annual_spend", "-id"], condition=LIVE, name="customers_customer_worth"
            ),
            models.Index(fields=["name_sort", "id"], name="customers_customer_name"),
            models.Index(fields=["name_normal"], name="customers_customer_normal"),
            models.Index(fields=["grade", "-updated_at"], name="customers_customer_grade"),
            models.Index(fields=["last_contact_at"], name="customers_customer_contact"),
            models.Index(  # few; every list asks which ones are above its reader
                fields=["confidentiality", "id"],
                condition=models.Q(confidentiality__in=["confidential", "secret"]),
                name="customers_customer_withheld",
            ),
            models.Index(  # a grading goes over everybody by it, without the wide rows
                fields=["id"],
                include=["annual_spend"],
                condition=models.Q(archived_at__isnull=True),
                name="customers_customer_graded",
            ),
            models.Index(  # counts of segments read this index only, never the wide rows
                fields=["grade", "lifecycle", "region"],
                include=SEGMENTED,
                condition=models.Q(archived_at__isnull=True),
                name="customers_customer_segments",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=models.Q(archived_at__isnull=True, credit_code__isnull=False),
                name="customers_customer_credit_code",
                violation_error_message=_("已有在用客户使用这个统一社会信用代码。"),
            )
        ]

    def derive(self) -> tuple[str, ...]:
        """Keep the comparison and sort forms and the completeness; draw a code where none is."""
        self.name_normal = normalise(self.name)[:200]
        self.name_sort = sort_key(self.name)
        self.completeness = completeness(self.__dict__)
        if not self.code:
            (self.code,) = new_codes(1)
        return ("name_normal", "name_sort", "completeness", "code")

    def __str__(self) -> str:
        return str(self.short_name or self.name)


def new_codes(count: int) -> list[str]:
    """Return unused customer codes such as C-2026-000001."""
    prefix = f"C-{timezone.localdate():%Y}-"
    return next_codes(Customer, "code", "customers_customer_code_seq", prefix, count)
