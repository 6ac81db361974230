"""The data dictionary, scores, cleaning campaigns, sources, code lists, and what comes from outside."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import validate_slug
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer, Person
from zhike.identity.models import User
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import Granted, Via


class InformationClass(models.TextChoices):
    """The one scheme by which customer information is classed (DAT-011)."""

    ATTRIBUTE = "attribute", _("客户属性")
    RELATION = "relation", _("客户关系")
    BEHAVIOUR = "behaviour", _("客户行为")


class Sensitivity(models.TextChoices):
    """How careful one has to be with a field."""

    ORDINARY = "ordinary", _("一般")
    PERSONAL = "personal", _("个人信息")
    SENSITIVE = "sensitive", _("敏感个人信息")
    TRADE = "trade", _("商业秘密")


class FieldNote(Record):
    """What the company itself says of a field in the data dictionary; the rest is generated."""

    scope = Granted()

    resource = kinds.Text(_("对象"), max_length=60)
    field = kinds.Text(_("字段"), max_length=60)
    kind = kinds.Choice(_("信息类别"), choices=InformationClass.choices, max_length=10, blank=True)
    definition = kinds.Text(_("定义"), max_length=400, blank=True)
    steward = kinds.Link(
        _("数据责任人"), User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    sensitivity = kinds.Choice(
        _("敏感程度"), choices=Sensitivity.choices, max_length=10, blank=True
    )
    retention = kinds.Text(_("保存期限"), max_length=120, blank=True)
    truth = kinds.Text(_("权威来源"), max_length=120, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("数据字典条目")
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "field"],
                name="quality_fieldnote_once",
                violation_error_message=_("这个字段已有数据字典条目。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource}.{self.field}"


class DataSource(Record):
    """A source of customer data in four dimensions (DAT-013)."""

    class Way(models.TextChoices):
        """How data arrives from it."""

        ENTRY = "entry", _("人工录入")
        FORM = "form", _("在线表单")
        VISIT = "visit", _("拜访记录")
        FEEDBACK = "feedback", _("反馈渠道")
        IMPORT = "import", _("文件导入")
        API = "api", _("接口")

    scope = Granted()

    name = kinds.Text(_("数据源"), max_length=80, unique=True)
    way = kinds.Choice(_("接入方式"), choices=Way.choices, max_length=10)
    system = kinds.Text(_("来源系统"), max_length=80, blank=True)
    rhythm = kinds.Text(_("更新频率"), max_length=60, blank=True)
    content = kinds.LongText(_("数据内容"))
    structure = kinds.LongText(_("数据结构"))
    quality = kinds.LongText(_("数据质量"))
    steward = kinds.Link(
        _("数据责任人"), User, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta(Record.Meta):
        verbose_name = _("数据源")

    def __str__(self) -> str:
        return str(self.name)


class CodeList(Record):
    """The standard values of a field that other systems write in their own way (DAT-015)."""

    scope = Granted()

    name = kinds.Text(_("代码表"), max_length=60)
    field = kinds.Choice(
        _("字段"),
        choices=[
            ("industry", _("客户 · 行业")),
            ("source", _("客户 · 来源")),
            ("payment_terms", _("客户 · 付款条件")),
        ],
        max_length=20,
        unique=True,
    )
    standards = kinds.LongText(_("标准值"), help_text=_("每行一个。"))

    class Meta(Record.Meta):
        verbose_name = _("代码表")

    def values_allowed(self) -> list[str]:
        """Return the standard values in their order."""
        return [line.strip() for line in str(self.standards).splitlines() if line.strip()]

    def __str__(self) -> str:
        return str(self.name)


class CodeTerm(Record):
    """A foreign value and the standard value that it means."""

    scope = Granted()

    code_list = kinds.Link(_("代码表"), CodeList, models.CASCADE, related_name="terms")
    raw = kinds.Text(_("原值"), max_length=80)
    standard = kinds.Text(_("标准值"), max_length=80)

    class Meta(Record.Meta):
        verbose_name = _("代码对照")
        constraints = [
            models.UniqueConstraint(
                fields=["code_list", "raw"],
                name="quality_codeterm_once",
                violation_error_message=_("这个原值已有对照。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.raw} → {self.standard}"


class Stage(models.TextChoices):
    """Where a record stands in the flow of data (DAT-009)."""

    COLLECT = "collect", _("收集")
    SORT = "sort", _("整理")
    STORE = "store", _("存储")
    ANALYSE = "analyse", _("分析")
    USE = "use", _("利用")


class CustomerScore(Record):
    """The quality of one customer's data, kept by ``actions.score`` and never written by hand."""

    tracked = False
    scope = Via("customer")
    follows = True
    handover = None

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="+")
    score = kinds.Integer(_("质量评分"), default=0)
    completeness = kinds.Integer(_("完整性"), default=0)
    accuracy = kinds.Integer(_("准确性"), default=0)
    consistency = kinds.Integer(_("一致性"), default=0)
    timeliness = kinds.Integer(_("及时性"), default=0)
    uniqueness = kinds.Integer(_("唯一性"), default=0)
    validity = kinds.Integer(_("有效性"), default=0)
    threshold = kinds.Integer(_("完整率要求"), default=0)
    below = kinds.Bool(_("低于要求"), default=False)
    missing: Any = models.JSONField(_("缺失字段"), default=list, blank=True)
    faults: Any = models.JSONField(_("异常"), default=list, blank=True)
    verified_on = kinds.Date(_("最近核实"))
    stale = kinds.Bool(_("需要核实"), default=False)
    stage = kinds.Choice(_("数据环节"), choices=Stage.choices, max_length=8)
    stage_since = kinds.Date(_("进入环节"))
    stuck = kinds.Bool(_("停滞"), default=False)
    computed_at = kinds.DateTime(_("计算时间"))

    class Meta(Record.Meta):
        verbose_name = _("数据质量评分")
        constraints = [models.UniqueConstraint(fields=["customer"], name="quality_score_once")]
        indexes = [
            models.Index(fields=["below", "completeness"], name="quality_score_below"),
            models.Index(fields=["stale", "verified_on"], name="quality_score_stale"),
            models.Index(fields=["stage", "stuck"], name="quality_score_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.score}"


class Filing(Record):
    """That a customer's collected information was sorted, and then archived (DAT-010)."""

    class Status(models.TextChoices):
        """How far."""

        SORTED = "sorted", _("已整理")
        FILED = "filed", _("已归档")

    scope = Via("customer")
    follows = True
    handover = None

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="+")
    status = kinds.Choice(_("状态"), choices=Status.choices, max_length=8)
    sorted_on = kinds.Date(_("整理日期"))
    filed_on = kinds.Date(_("归档日期"), null=True, blank=True)
    note = kinds.Text(_("说明"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("信息归档")
        constraints = [models.UniqueConstraint(fields=["customer"], name="quality_filing_once")]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.status}"


class Verification(Record):
    """That somebody checked a customer's data and found it right (DAT-019)."""

    class Origin(models.TextChoices):
        """Where the confirmation comes from."""

        OWNER = "owner", _("负责人确认")
        CAMPAIGN = "campaign", _("清洗活动")
        SELF = "self", _("客户自助更新")
        FORM = "form", _("在线表单")

    scope = Via("customer")
    handover = None

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="+")
    verified_on = kinds.Date(_("核实日期"))
    origin = kinds.Choice(_("方式"), choices=Origin.choices, max_length=10)

    class Meta(Record.Meta):
        verbose_name = _("资料核实")
        indexes = [models.Index(fields=["customer", "-verified_on"], name="quality_verified")]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.verified_on}"


class Campaign(Record):
    """A cleaning of the whole customer base, with worklist and sign-off (DAT-017, DAT-018)."""

    class Status(models.TextChoices):
        """How far it is."""

        PLANNED = "planned", _("计划中")
        RUNNING = "running", _("进行中")
        SIGNED = "signed", _("已签收")

    scope = Granted()

    title = kinds.Text(_("清洗活动"), max_length=80)
    starts_on = kinds.Date(_("开始日期"))
    ends_on = kinds.Date(_("结束日期"))
    everything = kinds.Bool(_("全库"), default=True, help_text=_("只有全库清洗计入年度要求。"))
    status = kinds.Choice(
        _("状态"), choices=Status.choices, default=Status.PLANNED, max_length=8, editable=False
    )
    started_by = kinds.Link(
        _("启动人"), User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    signed_by = kinds.Link(
        _("签收人"), User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    signed_on = kinds.Date(_("签收日期"), null=True, blank=True, editable=False)
    total = kinds.Integer(_("应清洗"), default=0, editable=False)
    done = kinds.Integer(_("已清洗"), default=0, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("清洗活动")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="quality_campaign_days",
                violation_error_message=_("结束日期不能早于开始日期。"),
            )
        ]

    def __str__(self) -> str:
        return str(self.title)


class CampaignItem(Record):
    """One customer in a campaign's worklist."""

    tracked = False
    scope = Via("customer")
    handover = None

    campaign = kinds.Link(_("清洗活动"), Campaign, models.CASCADE, related_name="items")
    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="+")
    done_on = kinds.Date(_("完成日期"), null=True, blank=True)
    done_by = kinds.Link(_("完成人"), User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(Record.Meta):
        verbose_name = _("清洗条目")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "customer"], name="quality_campaignitem_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.customer_id}"


class RequestStatus(models.TextChoices):
    """What became of something that came from outside."""

    WAITING = "waiting", _("待处理")
    ACCEPTED = "accepted", _("已采纳")
    REJECTED = "rejected", _("未采纳")


class UpdateLink(Record):
    """A link with which a contact may correct his own data once (DAT-029); never the token itself."""

    untracked_fields = ("digest",)
    scope = Via("customer")
    handover = None

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="+")
    person = kinds.Link(_("联系人"), Person, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = kinds.DateTime(_("失效时间"))
    used_at = kinds.DateTime(_("使用时间"), null=True, blank=True)
    attempts = kinds.Integer(_("验证失败次数"), default=0)

    class Meta(Record.Meta):
        verbose_name = _("自助更新链接")

    def open_now(self) -> bool:
        """Tell whether it can still be used."""
        return (
            self.used_at is None and self.archived_at is None and self.expires_at > timezone.now()
        )

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.expires_at:%Y-%m-%d}"


class UpdateRequest(Record):
    """What a contact asks to correct: field by field, before and after; applied when approved."""

    scope = Via("customer")
    handover = None

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="+")
    person = kinds.Link(_("联系人"), Person, models.CASCADE, related_name="+")
    changes: Any = models.JSONField(
        _("更正内容"), default=list, blank=True, encoder=DjangoJSONEncoder
    )
    status = kinds.Choice(
        _("状态"), choices=RequestStatus.choices, default=RequestStatus.WAITING, max_length=10
    )
    decided_by = kinds.Link(
        _("处理人"), User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = kinds.DateTime(_("处理时间"), null=True, blank=True)
    decision_note = kinds.Text(_("处理意见"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("更正申请")
        indexes = [models.Index(fields=["status", "customer"], name="quality_update_status")]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.get_status_display()}"


class WebForm(Record):
    """A form on a public page that collects customers (DAT-005)."""

    scope = Granted()

    title = kinds.Text(_("表单名称"), max_length=60)
    slug = kinds.Text(_("网址"), max_length=40, unique=True, validators=[validate_slug])
    intro = kinds.Text(_("说明"), max_length=200, blank=True)
    consent_text = kinds.LongText(_("同意书"))
    consent_version = kinds.Text(_("同意书版本"), max_length=20)
    arithmetic = kinds.Bool(_("算术验证"), default=False)
    open = kinds.Bool(_("开放填写"), default=True)
    owner = kinds.Owner(_("受理人"), null=True, blank=True)
    source = kinds.Text(_("来源"), max_length=80, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("在线表单")

    def __str__(self) -> str:
        return str(self.title)


class Submission(Record):
    """What somebody entered on a public form, waiting for a person to accept it."""

    scope = Granted()

    form = kinds.Link(_("在线表单"), WebForm, models.PROTECT, related_name="submissions")
    company = kinds.Text(_("公司名称"), max_length=200)
    contact = kinds.PersonName(_("姓名"), max_length=64)
    mobile = kinds.Mobile(_("手机"))
    email = kinds.Email(_("邮箱"), null=True, blank=True)
    credit_code = kinds.CreditCode(_("统一社会信用代码"), null=True, blank=True)
    message = kinds.LongText(_("需求"), blank=True)
    consent_version = kinds.Text(_("同意书版本"), max_length=20)
    consent_text = kinds.LongText(_("同意书"))
    consented_at = kinds.DateTime(_("同意时间"))
    alike: Any = models.JSONField(_("疑似已有客户"), default=list, blank=True)
    status = kinds.Choice(
        _("状态"), choices=RequestStatus.choices, default=RequestStatus.WAITING, max_length=10
    )
    customer = kinds.Link(
        _("客户"), Customer, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_by = kinds.Link(
        _("处理人"), User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = kinds.DateTime(_("处理时间"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("表单提交")
        indexes = [models.Index(fields=["status", "-id"], name="quality_submission_status")]

    def __str__(self) -> str:
        return str(self.company)
