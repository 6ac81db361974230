"""Teams across departments, what they hear, decide and improve, and what they report."""

from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer
from zhike.identity.models import Role, User
from zhike.interactions.models import Interaction
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import Granted, OwnedBy, Via


class Team(Record):
    """People of several departments with one purpose (ORG-011, ORG-012)."""

    class Kind(models.TextChoices):
        """What the team is for."""

        CRM = "crm", _("客户关系管理团队")
        EXPERIENCE = "experience", _("客户体验优化小组")

    scope = OwnedBy("owner", "unit")

    name = kinds.Text(_("团队名称"), max_length=80)
    kind = kinds.Choice(_("团队类型"), choices=Kind.choices, default=Kind.CRM, max_length=12)
    purpose = kinds.LongText(_("目标与职责"), blank=True)
    missing = kinds.Text(_("缺少的职能"), max_length=200, blank=True, editable=False)
    owner = kinds.Owner(_("组长"), null=True, blank=True)
    unit = kinds.Unit(_("牵头部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("协作小组")

    def __str__(self) -> str:
        return str(self.name)


class TeamSeat(Record):
    """A person in a team, for a function of the company."""

    class Function(models.TextChoices):
        """What the person brings."""

        SALES = "sales", _("销售")
        MARKETING = "marketing", _("市场")
        SERVICE = "service", _("服务")
        TECHNOLOGY = "technology", _("技术")
        PRODUCT = "product", _("产品")
        OTHER = "other", _("其他")

    scope = Via("team")
    handover = None  # who sits in a team is chosen anew when he leaves

    team = kinds.Link(_("协作小组"), Team, models.CASCADE, related_name="seats")
    user = kinds.Link(_("成员"), User, models.PROTECT, related_name="+")
    function = kinds.Choice(_("职能"), choices=Function.choices, max_length=12)

    class Meta(Record.Meta):
        verbose_name = _("小组成员")
        constraints = [
            models.UniqueConstraint(
                fields=["team", "user"],
                condition=models.Q(archived_at__isnull=True),
                name="teamwork_seat_once",
                violation_error_message=_("这位同事已经在小组里。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_function_display()}"


class Feedback(Record):
    """What a customer told us, waiting for the experience group (ORG-012)."""

    class Status(models.TextChoices):
        """Where it stands."""

        NEW = "new", _("待处理")
        TURNED = "turned", _("已转改进")
        SETTLED = "settled", _("已答复")

    scope = OwnedBy("owner", "unit") | Via("customer")
    handover = models.Q(status="new")

    customer = kinds.Link(_("客户"), Customer, models.PROTECT, null=True, blank=True,
                          related_name="feedback")  # fmt: skip
    text = kinds.LongText(_("反馈内容"), max_length=4_000)
    status = kinds.Choice(
        _("状态"), choices=Status.choices, default=Status.NEW, max_length=8, editable=False
    )
    interaction = models.OneToOneField(
        Interaction, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    answer = kinds.LongText(_("处理说明"), blank=True, editable=False)
    owner = kinds.Owner(_("登记人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("客户反馈")
        indexes = [models.Index(fields=["status", "-id"], name="teamwork_feedback_queue")]

    def __str__(self) -> str:
        return str(self.text)[:40]


class Process(Record):
    """A CRM process of the library, with who answers for each of its steps (ORG-016)."""

    class Phase(models.TextChoices):
        """Its place in the chain."""

        START = "start", _("启动")
        EXECUTE = "execute", _("执行")
        MONITOR = "monitor", _("监控")
        EVALUATE = "evaluate", _("评估")
        IMPROVE = "improve", _("改进")

    class Status(models.TextChoices):
        """Whether it is in force."""

        DRAFT = "draft", _("草稿")
        PUBLISHED = "published", _("已发布")

    scope = Granted()

    name = kinds.Text(_("流程名称"), max_length=80)
    code = kinds.Code(_("流程编码"), max_length=32, unique=True)
    phase = kinds.Choice(_("所处环节"), choices=Phase.choices, default=Phase.EXECUTE, max_length=10)
    description = kinds.LongText(_("说明"), blank=True)
    status = kinds.Choice(
        _("状态"), choices=Status.choices, default=Status.DRAFT, max_length=10, editable=False
    )
    published_on = kinds.Date(_("发布日期"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("管理流程")

    def __str__(self) -> str:
        return str(self.name)


class ProcessStep(Record):
    """A step of a process."""

    scope = Granted()

    process = kinds.Link(_("管理流程"), Process, models.CASCADE, related_name="steps")
    number = kinds.Integer(_("序号"), minimum=1, maximum=99)
    name = kinds.Text(_("步骤"), max_length=80)

    class Meta(Record.Meta):
        verbose_name = _("流程步骤")
        constraints = [
            models.UniqueConstraint(
                fields=["process", "number"],
                condition=models.Q(archived_at__isnull=True),
                name="teamwork_step_number",
                violation_error_message=_("这个序号已经用过。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"


class ProcessRole(Record):
    """What a role is in a step: responsible, accountable, consulted or informed."""

    class Part(models.TextChoices):
        """The letter of the matrix."""

        RESPONSIBLE = "r", _("R 执行")
        ACCOUNTABLE = "a", _("A 负责")
        CONSULTED = "c", _("C 咨询")
        INFORMED = "i", _("I 知会")

    scope = Granted()

    step = kinds.Link(_("流程步骤"), ProcessStep, models.CASCADE, related_name="roles")
    role = kinds.Link(_("角色"), Role, models.PROTECT, related_name="+")
    part = kinds.Choice(_("职责"), choices=Part.choices, max_length=1)

    class Meta(Record.Meta):
        verbose_name = _("流程职责")
        constraints = [
            models.UniqueConstraint(
                fields=["step", "role"],
                condition=models.Q(archived_at__isnull=True),
                name="teamwork_role_once",
                violation_error_message=_("这个角色在该步骤中已有职责。"),
            ),
            models.UniqueConstraint(
                fields=["step"],
                condition=models.Q(archived_at__isnull=True, part="a"),
                name="teamwork_one_accountable",
                violation_error_message=_("该步骤已有负责（A）的角色，一步只能有一个。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.get_part_display()}"


class Suggestion(Record):
    """What a colleague would do better (ORG-033)."""

    class Status(models.TextChoices):
        """Where it stands."""

        SUBMITTED = "submitted", _("已提交")
        TRIAGED = "triaged", _("处理中")
        ADOPTED = "adopted", _("已采纳")
        DECLINED = "declined", _("未采纳")

    scope = OwnedBy("owner", "unit") | OwnedBy("handler", "")
    handover = None  # an idea stays its author's

    title = kinds.Text(_("建议"), max_length=120)
    text = kinds.LongText(_("说明"), max_length=4_000)
    process = kinds.Link(_("管理流程"), Process, models.PROTECT, null=True, blank=True,
                         related_name="suggestions")  # fmt: skip
    status = kinds.Choice(
        _("状态"), choices=Status.choices, default=Status.SUBMITTED, max_length=10, editable=False
    )
    handler = kinds.Link(_("处理人"), User, models.PROTECT, null=True, blank=True,
                         related_name="+", editable=False)  # fmt: skip
    answer = kinds.LongText(_("答复"), blank=True, editable=False)
    answered_at = kinds.DateTime(_("答复时间"), null=True, blank=True, editable=False)
    credit = kinds.Integer(_("积分"), default=0, editable=False)
    owner = kinds.Owner(_("提出人"), null=True, blank=True, editable=False)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("改进建议")

    def __str__(self) -> str:
        return str(self.title)


class ImprovementItem(Record):
    """Something to be better from now on, from its cause to the proof of its effect (ORG-032)."""

    class Source(models.TextChoices):
        """What raised it."""

        METRIC = "metric", _("指标预警")
        SURVEY = "survey", _("满意度调查")
        COMPLAINT = "complaint", _("客户投诉")
        AUDIT = "audit", _("内部检查")
        FEEDBACK = "feedback", _("客户反馈")
        SUGGESTION = "suggestion", _("员工建议")

    class Status(models.TextChoices):
        """The column of the board."""

        OPEN = "open", _("待分析")
        ACTING = "acting", _("整改中")
        VERIFYING = "verifying", _("待验证")
        CHECKING = "checking", _("效果检查")
        CLOSED = "closed", _("已关闭")

    scope = OwnedBy("owner", "unit")
    handover = ~models.Q(status="closed")

    title = kinds.Text(_("改进项"), max_length=120)
    source = kinds.Choice(_("来源"), choices=Source.choices, default=Source.AUDIT, max_length=12)
    evidence = kinds.LongText(_("问题描述"), blank=True, max_length=4_000)
    customer = kinds.Link(_("客户"), Customer, models.PROTECT, null=True, blank=True,
                          related_name="+")  # fmt: skip
    team = kinds.Link(_("协作小组"), Team, models.PROTECT, null=True, blank=True,
                      related_name="items")  # fmt: skip
    process = kinds.Link(_("管理流程"), Process, models.PROTECT, null=True, blank=True,
                         related_name="+")  # fmt: skip
    due_on = kinds.Date(_("完成期限"))
    status = kinds.Choice(
        _("状态"), choices=Status.choices, default=Status.OPEN, max_length=10, editable=False
    )
    root_cause = kinds.LongText(_("根本原因"), blank=True, editable=False)
    measure = kinds.LongText(_("整改措施"), blank=True, editable=False)
    verification = kinds.LongText(_("验证情况"), blank=True, editable=False)
    verified_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name=_("验证人"),
    )  # fmt: skip
    effect = kinds.LongText(_("效果检查"), blank=True, editable=False)
    rounds = kinds.Integer(_("整改轮次"), default=1, editable=False)
    closed_on = kinds.Date(_("关闭日期"), null=True, blank=True, editable=False)
    feedback = models.ForeignKey(
        Feedback, models.PROTECT, null=True, blank=True, related_name="items", editable=False
    )
    owner = kinds.Owner(_("负责人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("改进项")
        indexes = [models.Index(fields=["status", "due_on"], name="teamwork_item_board")]

    def __str__(self) -> str:
        return str(self.title)


class AlignmentMeeting(Record):
    """Sales and customer success put their heads together over a key account (ORG-018)."""

    class Status(models.TextChoices):
        """Where it stands."""

        PLANNED = "planned", _("待召开")
        HELD = "held", _("已召开")
        SKIPPED = "skipped", _("已取消")

    scope = OwnedBy("owner", "unit") | Via("customer")
    handover = models.Q(status="planned")

    customer = kinds.Link(_("客户"), Customer, models.PROTECT, related_name="alignments")
    planned_on = kinds.Date(_("应召开日期"))
    status = kinds.Choice(
        _("状态"), choices=Status.choices, default=Status.PLANNED, max_length=8, editable=False
    )
    held_on = kinds.Date(_("召开日期"), null=True, blank=True, editable=False)
    minutes = kinds.LongText(_("会议纪要"), blank=True, editable=False)
    flagged_on = kinds.Date(_("逾期提醒日"), null=True, blank=True, editable=False)
    owner = kinds.Owner(_("召集人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("对齐会议")
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(status="planned", archived_at__isnull=True),
                name="teamwork_one_planned",
                violation_error_message=_("这家客户已有一次待召开的对齐会议。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.planned_on}"


class ActionConflict(Record):
    """Two departments about to do the same with one customer (ORG-020)."""

    class Kind(models.TextChoices):
        """What meets."""

        VISITS = "visits", _("同期拜访")

    class Status(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("待协调")
        SETTLED = "settled", _("已协调")

    scope = OwnedBy("owner", "unit") | OwnedBy("other", "other_unit") | Via("customer")
    handover = models.Q(status="open")

    customer = kinds.Link(_("客户"), Customer, models.PROTECT, related_name="+")
    kind = kinds.Choice(_("冲突类型"), choices=Kind.choices, default=Kind.VISITS, max_length=10)
    day = kinds.Date(_("日期"))
    status = kinds.Choice(
        _("状态"), choices=Status.choices, default=Status.OPEN, max_length=8, editable=False
    )
    facts: Any = models.JSONField(default=dict, encoder=DjangoJSONEncoder, editable=False)
    settlement = kinds.LongText(_("协调结果"), blank=True, editable=False)
    owner = kinds.Owner(_("一方"), null=True, blank=True)
    unit = kinds.Unit(_("一方部门"), null=True, blank=True)
    other = kinds.Owner(_("另一方"), null=True, blank=True)
    other_unit = kinds.Unit(_("另一方部门"), null=True, blank=True)
    source_key = models.CharField(max_length=120, unique=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("行动冲突")

    def __str__(self) -> str:
        return f"{self.customer} {self.day}"


class StatusReport(Record):
    """A report to the superior: figures of a period, frozen, signed, kept as PDF (ORG-021).

    A trigger refuses every change of a signed one but the superior's receipt.
    """

    class Status(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("待签发")
        SIGNED = "signed", _("已签发")
        RECEIVED = "received", _("已阅")

    scope = OwnedBy("owner", "unit") | OwnedBy("superior", "")
    untracked_fields: ClassVar[tuple[str, ...]] = ("pdf",)
    handover = models.Q(status="draft")

    title = kinds.Text(_("标题"), max_length=120, editable=False)
    starts_on = kinds.Date(_("期初"), editable=False)
    ends_on = kinds.Date(_("期末"), editable=False)
    status = kinds.Choice(
        _("状态"), choices=Status.choices, default=Status.DRAFT, max_length=8, editable=False
    )
    remark = kinds.LongText(_("说明"), blank=True, max_length=4_000)
    snapshot: Any = models.JSONField(default=dict, encoder=DjangoJSONEncoder, editable=False)
    pdf = models.BinaryField(null=True, blank=True, editable=False)
    digest = kinds.Text(_("SHA-256"), max_length=64, blank=True, editable=False)
    signed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name=_("签发人"),
    )  # fmt: skip
    signed_at = kinds.DateTime(_("签发时间"), null=True, blank=True, editable=False)
    superior = kinds.Link(_("报送"), User, models.PROTECT, null=True, blank=True,
                          related_name="+", editable=False)  # fmt: skip
    owner = kinds.Owner(_("报告人"), null=True, blank=True, editable=False)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("工作报告")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "starts_on", "ends_on"],
                condition=models.Q(archived_at__isnull=True),
                name="teamwork_report_once",
                violation_error_message=_("这一期的报告已经生成。"),
            )
        ]

    def __str__(self) -> str:
        return str(self.title)
