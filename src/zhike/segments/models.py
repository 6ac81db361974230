"""Class memberships with their history, day figures, segments, class cards, reviews."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer, TeamRole
from zhike.identity.models import User
from zhike.kernel import kinds
from zhike.kernel.models import PolicyVersion
from zhike.kernel.records import Record
from zhike.kernel.scope import NOBODY, Because, Granted, OwnedBy, Scope, Via

if TYPE_CHECKING:
    from zhike.kernel.actor import Actor


class ClassMembership(Record):
    """The class that a customer held under one scheme between two days (SEG-009).

    ``valid_to`` exclusive, null = now; ``facts`` are those on which the class depends.
    """

    scope = Via("customer")
    follows = True
    handover = None

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="classes")
    scheme = models.CharField(_("分类方案"), max_length=80)
    code = models.CharField(_("类别"), max_length=20)
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    facts: Any = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    valid_from = kinds.Date(_("开始日期"))
    valid_to = kinds.Date(_("结束日期"), null=True, blank=True)
    overlapping = kinds.Bool(_("也符合其他类别"), default=False)

    class Meta(Record.Meta):
        verbose_name = _("客户类别")
        indexes = [
            models.Index(
                fields=["scheme", "customer"],
                condition=models.Q(overlapping=True, valid_to__isnull=True),
                name="segments_class_overlap",
            ),
            models.Index(
                fields=["scheme", "code", "customer"],
                condition=models.Q(valid_to__isnull=True),
                name="segments_class_now",
            ),
            models.Index(fields=["scheme", "valid_from"], name="segments_class_from"),
            models.Index(
                fields=["scheme", "valid_to"],
                condition=models.Q(valid_to__isnull=False),
                name="segments_class_to",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "scheme"],
                condition=models.Q(valid_to__isnull=True),
                name="segments_one_current_class",
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.scheme} {self.code}"


class ClassRun(Record):
    """One classification of everybody under one scheme: the version, the day, who moved."""

    scope: ClassVar[Any] = Granted()

    scheme = models.CharField(_("分类方案"), max_length=80)
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, null=True, blank=True, related_name="+"
    )
    on = kinds.Date(_("分类日"))
    assessed = models.PositiveIntegerField(_("客户数"), default=0)
    moved = models.PositiveIntegerField(_("换类"), default=0)
    seconds = models.FloatField(_("用时"), default=0)

    class Meta(Record.Meta):
        verbose_name = _("分类批次")
        indexes = [models.Index(fields=["scheme", "-on"], name="segments_run_day")]

    def __str__(self) -> str:
        return f"{self.scheme} {self.on}"


class ClassFigure(models.Model):
    """What a class was on a day, over the whole company: read by pages instead of a million rows.

    ``code`` "" stands for the customers without a class. Money in yuan, ``dwell`` the mean days in
    the class so far, ``overlapping`` how many of them fit another class as well.
    """

    scheme = models.CharField(max_length=80)
    on = models.DateField()
    code = models.CharField(max_length=20, blank=True)
    members = models.PositiveIntegerField()
    spend = models.DecimalField(max_digits=20, decimal_places=2)
    orders = models.PositiveIntegerField(default=0)
    contacts = models.PositiveIntegerField(default=0)
    repeat_buyers = models.PositiveIntegerField(default=0)
    partners = models.PositiveIntegerField(default=0)
    reachable = models.PositiveIntegerField(default=0)
    overlapping = models.PositiveIntegerField(default=0)
    dwell = models.DecimalField(max_digits=10, decimal_places=1, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "on", "code"], name="segments_figure_once")
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.code} {self.on}"


class ClassFlow(models.Model):
    """How many customers went from one class to another on a day; "" = from or to no class."""

    scheme = models.CharField(max_length=80)
    on = models.DateField()
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20, blank=True)
    customers = models.PositiveIntegerField()
    dwelt = models.DecimalField(max_digits=10, decimal_places=1, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "on", "before", "after"], name="segments_flow_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.before}→{self.after} {self.on}"


class Found(Scope):
    """Groups that the model found belong to nobody: whoever may look at segments sees them."""

    def q(self, model: "type[Record]", by: "Actor", verb: str) -> models.Q:
        """Return the model's groups, for looking only."""
        if verb != "view" or not by.breadth(model.key(), verb):
            return NOBODY
        return models.Q(kind="cluster")

    def explain(self, row: "Record", by: "Actor", verb: str) -> list[Because]:
        """Return whether it is such a group."""
        able = verb == "view" and bool(by.breadth(row.key(), verb))
        return [
            Because(able and getattr(row, "kind", "") == "cluster", gettext("由模型生成，人人可看"))
        ]


class Segment(Record):
    """A named set of customers: a live question, a list, or a group that a model found (SEG-008).

    A segment never widens what a person may see: each reader gets his own customers of it.
    """

    class Kind(models.TextChoices):
        """How its members come about."""

        LIVE = "live", _("实时查询")
        LIST = "list", _("固定名单")
        CLUSTER = "cluster", _("模型聚类")

    scope = OwnedBy("owner", "unit") | Found()

    name = kinds.Text(_("细分名称"), max_length=60)
    scheme = kinds.Text(_("所属方案"), max_length=40, blank=True)
    kind = kinds.Choice(_("类型"), choices=Kind.choices, default=Kind.LIVE, max_length=8)
    cluster = models.PositiveSmallIntegerField(_("聚类序号"), null=True, blank=True, editable=False)
    note = kinds.Text(_("用途说明"), max_length=200, blank=True)
    definition: Any = models.JSONField(_("条件"), default=dict, blank=True, editable=False)
    listed_on = kinds.DateTime(_("名单生成时间"), null=True, blank=True, editable=False)
    owner = kinds.Owner(_("负责人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("客户细分")
        constraints = [
            models.UniqueConstraint(fields=["cluster"], name="segments_cluster_once"),
            models.CheckConstraint(
                condition=models.Q(kind="cluster", cluster__isnull=False)
                | (~models.Q(kind="cluster") & models.Q(cluster__isnull=True)),
                name="segments_cluster_numbered",
                violation_error_message=_("模型聚类由系统生成，不能手工新建。"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)


class SegmentMember(models.Model):
    """A customer on the list of a segment."""

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="members", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["segment", "customer"], name="segments_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.segment_id}: {self.customer_id}"


class SegmentGrant(Record):
    """A colleague may work with the customers of a segment until a day (SEG-008).

    Carried out through the account teams, so that no scope grows; see ``actions.grants``.
    """

    scope = OwnedBy("owner", "unit")
    handover = None  # who leaves grants nothing any more

    segment = kinds.Link(_("客户细分"), Segment, models.CASCADE, related_name="grants")
    user = kinds.Link(_("成员"), User, models.PROTECT, related_name="+")
    role = kinds.Choice(_("团队角色"), choices=TeamRole.choices, max_length=12)
    valid_to = kinds.Date(_("授权截止日期"))
    ended_on = kinds.Date(_("授权结束于"), null=True, blank=True)
    owner = kinds.Owner(_("授权人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("按细分授权")

    def __str__(self) -> str:
        return f"{self.segment_id}: {self.user_id}"


class ClassCard(Record):
    """What a class is and how we treat it: description and strategy (DAT-036, SEG-042).

    ``scheme`` is a policy's id, ``customers.grade``, ``customers.abc_grade`` or ``segment``; every
    change is a version in the history of the card.
    """

    scope = Granted()

    scheme = models.CharField(_("分类方案"), max_length=80, editable=False)
    code = models.CharField(_("类别"), max_length=20, editable=False)
    description = kinds.LongText(_("类别描述"), blank=True)
    needs = kinds.LongText(_("行为与需求特征"), blank=True)
    strategy = kinds.LongText(_("推荐策略"), blank=True)
    cadence_days = kinds.Integer(_("触达间隔（天）"), null=True, blank=True)
    channels = kinds.Text(_("渠道"), max_length=120, blank=True)
    offers = kinds.Text(_("产品与权益"), max_length=200, blank=True)
    owner_post = kinds.Text(_("负责岗位"), max_length=40, blank=True)
    targets = kinds.Text(_("目标指标"), max_length=200, blank=True)
    task = kinds.Text(_("生成的待办"), max_length=120, blank=True)
    product_offer = kinds.Text(_("产品推荐待办"), max_length=120, blank=True)
    personal_offer = kinds.Text(_("个性化服务待办"), max_length=120, blank=True)
    added_offer = kinds.Text(_("增值服务待办"), max_length=120, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("策略卡")
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "code"],
                condition=models.Q(archived_at__isnull=True),
                name="segments_card_once",
                violation_error_message=_("这个类别已经有策略卡。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.scheme} · {self.code}"


class ClassReview(Record):
    """One periodic re-evaluation of the customer resources, with its sign-off (SEG-034)."""

    class Status(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("待评估")
        DONE = "done", _("待签批")
        SIGNED = "signed", _("已签批")

    scope = Granted()

    period = kinds.Text(_("评估期"), max_length=20, unique=True, editable=False)
    due_on = kinds.Date(_("应完成日"), editable=False)
    status = kinds.Choice(
        _("状态"), choices=Status.choices, default=Status.OPEN, max_length=8, editable=False
    )
    findings = kinds.LongText(_("评估结论"), blank=True)
    adjustments = kinds.LongText(_("策略调整"), blank=True)
    figures: Any = models.JSONField(
        default=dict, blank=True, editable=False, encoder=DjangoJSONEncoder
    )
    done_by = kinds.Link(
        _("评估人"), User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    signed_by = kinds.Link(
        _("签批人"), User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    signed_on = kinds.Date(_("签批日"), null=True, blank=True, editable=False)
    opinion = kinds.Text(_("签批意见"), max_length=200, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("定期评估")

    def __str__(self) -> str:
        return str(self.period)
