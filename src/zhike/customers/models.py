"""Organisations and persons, how they belong together, and how the handbook classes them."""

from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhike.customers.naming import completeness, proper_name, sort_key
from zhike.identity.models import User
from zhike.kernel import kinds
from zhike.kernel.kinds.names import normalise
from zhike.kernel.models import PolicyVersion
from zhike.kernel.numbering import next_codes
from zhike.kernel.records import Record, Searchable
from zhike.kernel.scope import Granted, OwnedBy, SharedWith, Via

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
    owner = kinds.Owner(_("负责人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)
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


class Person(Searchable):
    """A natural person. Posts in organisations are Affiliations, with dates (DAT-002)."""

    scope = OwnedBy("owner", "unit") | Via("customer")
    search_fields = ("name", "mobile", "title")

    name = kinds.PersonName(_("姓名"), max_length=64, personal=False)
    name_sort = models.CharField(max_length=120, blank=True, editable=False)
    salutation = kinds.Text(_("称谓"), max_length=20, blank=True)
    customer = kinds.Link(
        _("主要单位"), Customer, models.PROTECT, null=True, blank=True, related_name="people"
    )
    title = kinds.Text(_("职务"), max_length=60, blank=True)
    influence = kinds.Choice(
        _("决策角色"),
        choices=[
            ("decider", _("决策人")),
            ("influencer", _("影响者")),
            ("user", _("使用者")),
            ("buyer", _("采购")),
        ],
        blank=True,
        max_length=12,
    )
    mobile = kinds.Mobile(_("手机"), null=True, blank=True)
    phone = kinds.Phone(_("座机"), null=True, blank=True)
    email = kinds.Email(_("邮箱"), null=True, blank=True)
    wecom = kinds.Text(_("企业微信"), max_length=64, blank=True)
    id_number = kinds.IdNumber(_("证件号码"), null=True, blank=True)
    birthday = kinds.Date(_("生日"), null=True, blank=True)
    lunar_birthday = kinds.LunarDate(_("农历生日"), null=True, blank=True)
    owner = kinds.Owner(_("负责人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)
    note = kinds.LongText(_("备注"), blank=True)

    class Meta(Searchable.Meta):
        verbose_name = _("联系人")
        indexes = [
            *Searchable.Meta.indexes,
            models.Index(
                fields=["-updated_at", "-id"], condition=LIVE, name="customers_person_live"
            ),
            models.Index(fields=["owner", "-updated_at"], name="customers_person_owner"),
            models.Index(fields=["unit", "-updated_at"], name="customers_person_unit"),
            models.Index(fields=["name_sort", "id"], name="customers_person_name"),
        ]

    def derive(self) -> tuple[str, ...]:
        """Keep the sort form, family name first by its reading as a surname (DAT-037)."""
        self.name_sort = sort_key(self.name, surname=True)[:120]
        return ("name_sort",)

    def __str__(self) -> str:
        return str(self.name)


class Affiliation(Record):
    """A person's role in an organisation between two dates (``valid_to`` exclusive)."""

    scope = Via("customer")

    person = kinds.Link(_("联系人"), Person, models.CASCADE, related_name="affiliations")
    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="affiliations")
    title = kinds.Text(_("职务"), max_length=60, blank=True)
    is_primary = kinds.Bool(_("主要联系人"), default=False)
    valid_from = kinds.Date(_("开始日期"), null=True, blank=True)
    valid_to = kinds.Date(_("结束日期"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("任职关系")

    def __str__(self) -> str:
        return f"{self.person_id} @ {self.customer_id}"


class CustomerRelation(Record):
    """A typed, dated link between two customers (DAT-031)."""

    class Kind(models.TextChoices):
        """Read as "the customer is … of the other"."""

        PARENT = "parent", _("母公司")
        SUBSIDIARY = "subsidiary", _("子公司")
        REFERRER = "referrer", _("推荐人")
        SUPPLIER = "supplier", _("供应商")
        DISTRIBUTOR = "distributor", _("经销商")
        COMPETITOR = "competitor", _("竞争对手")
        SAME_CONTROLLER = "same_controller", _("同一控制人")

    scope = Via("customer")

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="relations")
    other = kinds.Link(_("关联客户"), Customer, models.CASCADE, related_name="reverse_relations")
    kind = kinds.Choice(_("关系"), choices=Kind.choices, max_length=16)
    valid_from = kinds.Date(_("开始日期"), null=True, blank=True)
    valid_to = kinds.Date(_("结束日期"), null=True, blank=True)
    note = kinds.Text(_("说明"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("客户关系")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(customer=models.F("other")),
                name="customers_relation_not_self",
                violation_error_message=_("客户不能与自己建立关系。"),
            ),
            models.UniqueConstraint(
                fields=["customer", "other", "kind"],
                condition=models.Q(valid_to__isnull=True, archived_at__isnull=True),
                name="customers_relation_once",
                violation_error_message=_("这条关系已经存在。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.kind} {self.other_id}"


class TeamRole(models.TextChoices):
    """Roles in an account team (ORG-013)."""

    CSM = "csm", _("客户成功经理")
    SERVICE = "service", _("服务负责人")
    TECHNICAL = "technical", _("技术负责人")
    SALES = "sales", _("协作销售")
    FOLLOWER = "follower", _("只读关注")


class TeamMember(Record):
    """A person in the account team of a customer, with role and dates."""

    scope = Via("customer")

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="team")
    user = kinds.Link(_("成员"), User, models.PROTECT, related_name="+")
    role = kinds.Choice(_("团队角色"), choices=TeamRole.choices, max_length=12)
    valid_from = kinds.Date(_("开始日期"))
    valid_to = kinds.Date(_("结束日期"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("协作成员")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "user", "role"],
                condition=models.Q(valid_to__isnull=True, archived_at__isnull=True),
                name="customers_team_once",
                violation_error_message=_("该成员已在团队中担任此角色。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.user_id} {self.role}"


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


class GradeAssessment(Record):
    """A grade that a customer held from a day on: by rule, by hand, or kept in grace (SEG-035).

    ``scheme`` is the policy's id, ``facts`` and ``policy_version`` are what it was decided on; the
    explanation is the policy run again over them. ``valid_to`` exclusive, null = now.
    """

    class Origin(models.TextChoices):
        """How the grade came about."""

        RULE = "rule", _("按制度评定")
        OVERRIDE = "override", _("人工调整")
        GRACE = "grace", _("降级过渡期")

    scope = Via("customer")

    customer = kinds.Link(
        _("客户"), Customer, models.CASCADE, related_name="assessments", db_index=False
    )
    scheme = models.CharField(_("分级办法"), max_length=80)
    grade = models.CharField(_("级别"), max_length=12)
    ruled_grade = models.CharField(_("制度应评级别"), max_length=12)
    origin = kinds.Choice(_("来源"), choices=Origin.choices, max_length=10)
    policy_version = kinds.Link(
        _("办法版本"),
        PolicyVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    facts: Any = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    valid_from = kinds.Date(_("开始日期"))
    valid_to = kinds.Date(_("结束日期"), null=True, blank=True)
    expires_on = kinds.Date(_("调整或过渡到期日"), null=True, blank=True)
    reason = kinds.LongText(_("原因"), blank=True)
    approved_by = kinds.Link(
        _("批准人"),
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    noticed_on = kinds.Date(_("到期提醒日"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("分级记录")
        indexes = [
            models.Index(fields=["customer", "scheme", "-valid_from"]),
            models.Index(
                fields=["scheme", "expires_on"],
                condition=models.Q(valid_to__isnull=True, noticed_on__isnull=True)
                & models.Q(origin__in=["override", "grace"]),
                name="customers_grade_ending",
            ),
        ]
        constraints = [
            models.UniqueConstraint(  # a grading of everybody reads nothing else of what is held
                fields=["scheme", "customer"],
                include=["grade", "ruled_grade", "origin", "valid_from", "expires_on", "id"],
                condition=models.Q(valid_to__isnull=True),
                name="customers_one_current_grade",
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.grade}"


class GradeOverride(Record):
    """A request to set a grade by hand; takes effect when another person approves (SEG-031)."""

    class Status(models.TextChoices):
        """Where the request stands."""

        REQUESTED = "requested", _("待审批")
        APPROVED = "approved", _("已批准")
        REJECTED = "rejected", _("已驳回")

    scope = Via("customer")

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="grade_overrides")
    scheme = models.CharField(_("分级办法"), max_length=80)
    grade = models.CharField(_("申请级别"), max_length=12)
    reason = kinds.LongText(_("原因"))
    expires_on = kinds.Date(_("有效期至"))
    status = kinds.Choice(
        _("状态"), choices=Status.choices, default=Status.REQUESTED, max_length=10
    )
    decided_by = kinds.Link(
        _("审批人"), User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision_note = kinds.Text(_("审批意见"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("分级调整申请")

    def __str__(self) -> str:
        return f"{self.customer_id} → {self.grade}"


class GradingRun(Record):
    """One grading of everybody: which version, on which day, who moved (SEG-029, SEG-030)."""

    scope: ClassVar[Any] = Granted()

    scheme = models.CharField(_("分级办法"), max_length=80)
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, null=True, blank=True, related_name="+"
    )
    on = kinds.Date(_("评定日"))
    assessed = models.PositiveIntegerField(_("评定家数"), default=0)
    moved_up = models.PositiveIntegerField(_("升级"), default=0)
    moved_down = models.PositiveIntegerField(_("降级"), default=0)
    seconds = models.FloatField(_("用时"), default=0)

    class Meta(Record.Meta):
        verbose_name = _("评定批次")

    def __str__(self) -> str:
        return f"{self.scheme} {self.on}"
