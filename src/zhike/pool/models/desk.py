"""Registration (报备) and conflict (撞单): who may work on a company's project, by evidence."""

from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer
from zhike.identity.models import User
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import OwnedBy


class Registration(Record):
    """A person registers a company with a project and a product, and is protected for a time."""

    class Status(models.TextChoices):
        """Where it stands."""

        ACTIVE = "active", _("保护中")
        CONFLICT = "conflict", _("撞单待裁定")
        EXPIRED = "expired", _("已过期")
        LOST = "lost", _("裁定落选")
        WITHDRAWN = "withdrawn", _("已撤回")

    scope = OwnedBy("owner", "unit")
    title_field = "company"
    handover = models.Q(status__in=("active", "conflict"))  # what ended stays his

    company = kinds.CompanyName(_("公司名称"), max_length=200)
    company_normal = models.CharField(max_length=200, blank=True, editable=False)
    credit_code = kinds.CreditCode(_("统一社会信用代码"), null=True, blank=True)
    phone = kinds.Phone(_("电话"), null=True, blank=True)
    project = kinds.Text(_("项目"), max_length=100)
    product = kinds.Text(_("产品"), max_length=100, blank=True)
    evidence = kinds.LongText(_("进展与证据"), blank=True)
    customer = kinds.Link(
        _("匹配到的客户"), Customer, models.SET_NULL, null=True, blank=True,
        related_name="registrations", editable=False,
    )  # fmt: skip
    owner = kinds.Owner(_("报备人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)
    registered_at = kinds.DateTime(_("报备时间"), null=True, blank=True, editable=False)
    protected_until = kinds.Date(_("保护至"), null=True, blank=True, editable=False)
    extensions = models.PositiveSmallIntegerField(_("已延期次数"), default=0, editable=False)
    status = kinds.Choice(
        _("状态"), choices=Status.choices, default=Status.ACTIVE, max_length=10, editable=False
    )

    class Meta(Record.Meta):
        verbose_name = _("报备")
        indexes = [
            models.Index(fields=["company_normal"], name="pool_registration_name"),
            models.Index(fields=["owner", "-registered_at"], name="pool_registration_owner"),
        ]

    def derive(self) -> tuple[str, ...]:
        """Keep the comparison form of the name."""
        from zhike.kernel.kinds.names import normalise

        self.company_normal = normalise(self.company)[:200]
        return ("company_normal",)

    def __str__(self) -> str:
        return str(self.company)


class Conflict(Record):
    """Two claims on one company: both sides' dated evidence, the decision, the appeal.

    ``evidence`` is frozen at the beginning: side -> list of {"at", "what", "who"}.
    """

    class Status(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("待裁定")
        DECIDED = "decided", _("已裁定")
        APPEALED = "appealed", _("申诉中")
        FINAL = "final", _("终裁")

    scope = OwnedBy("challenger", "unit") | OwnedBy("holder", "")
    handover: ClassVar[models.Q | None] = None  # evidence names who did what; the claim passes on

    company = kinds.Text(_("公司"), max_length=200)
    customer = kinds.Link(
        _("客户"), Customer, models.SET_NULL, null=True, blank=True, related_name="conflicts"
    )
    first = kinds.Link(
        _("在先报备"), Registration, models.PROTECT, null=True, blank=True, related_name="+"
    )
    second = kinds.Link(_("在后报备"), Registration, models.PROTECT, related_name="+")
    holder = kinds.Link(_("在先方"), User, models.PROTECT, null=True, blank=True, related_name="+")
    challenger = kinds.Owner(_("在后方"), null=True, blank=True, related_name="+")
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)
    evidence: Any = models.JSONField(default=dict, encoder=DjangoJSONEncoder, editable=False)
    status = kinds.Choice(
        _("状态"), choices=Status.choices, default=Status.OPEN, max_length=10, editable=False
    )
    winner = kinds.Link(
        _("归属"), User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    split = kinds.Percent(_("落选方提成比例"), null=True, blank=True, editable=False)
    reason = kinds.LongText(_("裁定理由"), blank=True, editable=False)
    decided_by = kinds.Link(
        _("裁定人"), User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    decided_at = kinds.DateTime(_("裁定时间"), null=True, blank=True, editable=False)
    appeal = kinds.LongText(_("申诉理由"), blank=True, editable=False)
    appealed_by = kinds.Link(
        _("申诉人"), User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    class Meta(Record.Meta):
        verbose_name = _("撞单")

    def __str__(self) -> str:
        return str(self.company)
