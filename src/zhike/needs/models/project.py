"""A customer's project, its stages, its financing, and the team that works on it (NEED-006)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer
from zhike.identity.models import User
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import OwnedBy, Via
from zhike.needs.models.scopes import Named


class Project(Record):
    """What a customer plans to build or change, with our part in it."""

    class Stage(models.TextChoices):
        """Stages in their order."""

        PLANNING = "planning", _("立项筹划")
        FINANCING = "financing", _("融资落实")
        DESIGN = "design", _("方案设计")
        BUILDING = "building", _("建设实施")
        ACCEPTANCE = "acceptance", _("试产验收")
        RUNNING = "running", _("投产运行")
        STOPPED = "stopped", _("终止")

    scope = OwnedBy("owner", "unit") | Via("customer") | Named("members")
    handover = ~models.Q(stage__in=["running", "stopped"])
    title_field = "name"

    name = kinds.Text(_("项目名称"), max_length=120)
    customer = kinds.Link(_("客户"), Customer, models.PROTECT, related_name="projects")
    stage = kinds.Choice(
        _("项目阶段"), options=Stage, default=Stage.PLANNING, max_length=12, editable=False
    )
    budget = kinds.Money(_("总投资"), null=True, blank=True)
    starts_on = kinds.Date(_("计划开工"), null=True, blank=True)
    due_on = kinds.Date(_("计划投产"), null=True, blank=True)
    description = kinds.LongText(_("项目说明"), blank=True)
    owner = kinds.Owner(_("负责人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("客户项目")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_on__isnull=True)
                | models.Q(due_on__isnull=True)
                | models.Q(due_on__gte=models.F("starts_on")),
                name="needs_project_dates",
                violation_error_message=_("计划投产不能早于计划开工。"),
            )
        ]

    def __str__(self) -> str:
        return str(self.name)


class ProjectMember(Record):
    """A colleague in the project team; receives the needs documents of the project."""

    scope = Via("project")

    project = kinds.Link(_("客户项目"), Project, models.CASCADE, related_name="members")
    user = kinds.Link(_("成员"), User, models.PROTECT, related_name="+")
    duty = kinds.Text(_("分工"), max_length=60, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("项目成员")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "user"],
                condition=models.Q(archived_at__isnull=True),
                name="needs_member_once",
                violation_error_message=_("该成员已在项目团队中。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.user_id}"


class Financing(Record):
    """One source of money for a customer's project, and how far it is secured."""

    class Kind(models.TextChoices):
        """Where the money comes from."""

        OWN = "own", _("自有资金")
        LOAN = "loan", _("银行贷款")
        LEASE = "lease", _("融资租赁")
        EQUITY = "equity", _("股权融资")
        SUBSIDY = "subsidy", _("政府补助")
        SUPPLIER = "supplier", _("供应商信用")

    class State(models.TextChoices):
        """How far it is secured."""

        PLANNED = "planned", _("计划")
        APPLIED = "applied", _("申请中")
        APPROVED = "approved", _("已批准")
        PAID = "paid", _("已到位")
        REFUSED = "refused", _("未获批")

    scope = Via("project")

    project = kinds.Link(_("客户项目"), Project, models.CASCADE, related_name="financing")
    kind = kinds.Choice(_("资金来源"), options=Kind, max_length=10)
    party = kinds.Text(_("资金方"), max_length=80, blank=True)
    amount = kinds.Money(_("金额"))
    rate = kinds.Percent(_("年利率"), null=True, blank=True)
    state = kinds.Choice(_("进展"), options=State, default=State.PLANNED, max_length=10)
    expected_on = kinds.Date(_("预计到位"), null=True, blank=True)
    note = kinds.Text(_("说明"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("项目融资")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0),
                name="needs_financing_amount",
                violation_error_message=_("金额应大于 0。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.party}"
