"""Beginning a relation step by step, and deepening it (LOY-016, LOY-017)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer
from zhike.identity.models import User
from zhike.kernel import kinds
from zhike.kernel.models import PolicyVersion
from zhike.kernel.records import Record
from zhike.kernel.scope import OwnedBy, Via


class RelationStep(Record):
    """One step of the checklist for a new customer."""

    class Status(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("待完成")
        DONE = "done", _("已完成")
        SKIPPED = "skipped", _("不适用")

    scope = OwnedBy("owner", "unit") | Via("customer")
    handover = models.Q(status="open")

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="relation_steps")
    code = models.CharField(_("代码"), max_length=32, editable=False)
    place = kinds.Integer(_("顺序"), default=1, editable=False)
    title = kinds.Text(_("步骤"), max_length=80)
    due_on = kinds.Date(_("应完成日期"))
    status = kinds.Choice(_("状态"), Status, default=Status.OPEN, max_length=8, editable=False)
    done_on = kinds.Date(_("完成日期"), null=True, blank=True, editable=False)
    result = kinds.LongText(_("结果"), blank=True, editable=False)
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    owner = kinds.Owner(_("负责人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("关系建立步骤")
        constraints = [
            models.UniqueConstraint(fields=["customer", "code"], name="loyalty_step_once")
        ]

    def __str__(self) -> str:
        return str(self.title)


class DeepeningPlan(Record):
    """A plan to do more with a customer, under a sponsor of ours."""

    class Status(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("拟定中")
        ACTIVE = "active", _("执行中")
        CLOSED = "closed", _("已结束")

    scope = OwnedBy("owner", "unit") | Via("customer")
    handover = models.Q(status__in=["draft", "active"])

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="deepening_plans")
    title = kinds.Text(_("计划名称"), max_length=80)
    sponsor = kinds.Link(_("高层发起人"), User, models.PROTECT, related_name="+")
    joint_plan = kinds.LongText(_("联合计划"), blank=True)
    starts_on = kinds.Date(_("开始日期"))
    ends_on = kinds.Date(_("结束日期"))
    status = kinds.Choice(_("状态"), Status, default=Status.DRAFT, max_length=8, editable=False)
    progress = kinds.Integer(_("进度（%）"), default=0, editable=False)
    result = kinds.LongText(_("结果"), blank=True, editable=False)
    owner = kinds.Owner(_("负责人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("关系深化计划")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="loyalty_plan_days",
                violation_error_message=_("结束日期不能早于开始日期。"),
            )
        ]

    def __str__(self) -> str:
        return str(self.title)


class PlanGoal(Record):
    """A goal of a deepening plan, with target and what is reached."""

    class Kind(models.TextChoices):
        """What is deepened."""

        CONTACTS = "contacts", _("增加对接人")
        PRODUCT_LINES = "product_lines", _("增加产品线")
        CO_CREATION = "co_creation", _("共创")
        JOINT = "joint", _("联合事项")

    scope = Via("plan") | Via("customer")

    plan = kinds.Link(_("关系深化计划"), DeepeningPlan, models.CASCADE, related_name="goals")
    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="+", editable=False)
    kind = kinds.Choice(_("类别"), Kind, max_length=14)
    title = kinds.Text(_("目标"), max_length=120)
    target = kinds.Integer(_("目标数"), default=1)
    reached = kinds.Integer(_("已达成"), default=0)
    due_on = kinds.Date(_("期限"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("深化目标")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(target__gte=1, reached__gte=0),
                name="loyalty_goal_figures",
                violation_error_message=_("目标数至少为 1，已达成不能为负数。"),
            )
        ]

    def __str__(self) -> str:
        return str(self.title)
