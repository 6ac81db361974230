"""Consent, dates that matter to a customer, and the care that they lead to (LOY-011…013)."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer, Person
from zhike.kernel import kinds
from zhike.kernel.models import PolicyVersion
from zhike.kernel.records import Record
from zhike.kernel.scope import OwnedBy, Via


class CareChannel(models.TextChoices):
    """How a person may be reached."""

    ANY = "any", _("全部方式")
    WECOM = "wecom", _("企微")
    CALL = "call", _("通话")
    SMS = "sms", _("短信")
    MAIL = "mail", _("邮件")
    VISIT = "visit", _("拜访")


class Consent(Record):
    """What a person agreed to or withdrew: a register, the latest entry counts.

    Entries are never changed; a withdrawal is an entry of its own.
    """

    class Purpose(models.TextChoices):
        """What the contact is for."""

        CARE = "care", _("关怀")
        MARKETING = "marketing", _("营销")
        SURVEY = "survey", _("调查")
        BEHAVIOUR = "behaviour", _("行为分析")

    class State(models.TextChoices):
        """What was decided."""

        GIVEN = "given", _("已同意")
        WITHDRAWN = "withdrawn", _("已撤回")

    scope = OwnedBy("owner", "unit") | Via("customer")
    handover = None  # who took the consent down is a fact of the past

    person = kinds.Link(_("联系人"), Person, models.CASCADE, related_name="consents")
    customer = kinds.Link(
        _("客户"), Customer, models.CASCADE, null=True, blank=True, related_name="+", editable=False
    )
    purpose = kinds.Choice(_("用途"), Purpose, default=Purpose.CARE, max_length=10)
    channel = kinds.Choice(_("联系方式"), CareChannel, default=CareChannel.ANY, max_length=8)
    state = kinds.Choice(_("决定"), State, default=State.GIVEN, max_length=10)
    decided_on = kinds.Date(_("决定日期"))
    source = kinds.Text(_("来源"), max_length=80)
    text_version = kinds.Text(_("同意书版本"), max_length=40, blank=True)
    note = kinds.Text(_("说明"), max_length=200, blank=True)
    owner = kinds.Owner(_("登记人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("同意登记")
        indexes = [
            models.Index(
                fields=["person", "purpose", "-decided_on", "-id"], name="loyalty_consent_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_state_display()}"


class ImportantDate(Record):
    """A date that matters to a customer or one of its people."""

    class Kind(models.TextChoices):
        """What is remembered."""

        FOUNDING = "founding", _("成立纪念日")
        COOPERATION = "cooperation", _("项目纪念日")
        FAMILY = "family", _("家庭纪念日")
        OTHER = "other", _("其他")

    scope = OwnedBy("owner", "unit") | Via("customer")

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="important_dates")
    person = kinds.Link(
        _("联系人"), Person, models.CASCADE, null=True, blank=True, related_name="+"
    )
    kind = kinds.Choice(_("类别"), Kind, default=Kind.OTHER, max_length=12)
    title = kinds.Text(_("名称"), max_length=60)
    solar_on = kinds.Date(_("公历日期"), null=True, blank=True)
    lunar_on = kinds.LunarDate(_("农历日期"), null=True, blank=True)
    yearly = kinds.Bool(_("每年"), default=True)
    owner = kinds.Owner(_("负责人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("重要日期")
        indexes = [models.Index(fields=["customer"], name="loyalty_date_customer")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(solar_on__isnull=False, lunar_on__isnull=True)
                | models.Q(solar_on__isnull=True, lunar_on__isnull=False, yearly=True),
                name="loyalty_date_one_calendar",
                violation_error_message=_("请填写公历日期或农历日期之一；农历日期须为每年。"),
            )
        ]

    def __str__(self) -> str:
        return str(self.title)


class CareItem(Record):
    """One care of one person on one occasion; the key keeps it to once."""

    class Status(models.TextChoices):
        """Where it stands."""

        PLANNED = "planned", _("待关怀")
        DONE = "done", _("已关怀")
        SKIPPED = "skipped", _("不再进行")

    scope = OwnedBy("owner", "unit") | Via("customer")
    handover = models.Q(status="planned")

    occasion_key = models.CharField(max_length=80, unique=True, editable=False)
    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="cares")
    person = kinds.Link(_("联系人"), Person, models.CASCADE, related_name="cares")
    occasion = kinds.Text(_("由头"), max_length=80)
    kind = models.CharField(_("类别"), max_length=16)
    occurs_on = kinds.Date(_("日期"))
    channel = kinds.Choice(_("联系方式"), CareChannel, max_length=8)
    message = kinds.LongText(_("祝福语"), blank=True)
    status = kinds.Choice(_("状态"), Status, default=Status.PLANNED, max_length=8, editable=False)
    done_on = kinds.Date(_("完成日期"), null=True, blank=True, editable=False)
    result = kinds.Text(_("结果"), max_length=200, blank=True, editable=False)
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    facts: Any = models.JSONField(default=dict, editable=False, encoder=DjangoJSONEncoder)
    owner = kinds.Owner(_("负责人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("客户关怀")
        indexes = [
            models.Index(fields=["person", "-occurs_on"], name="loyalty_care_person"),
            models.Index(fields=["customer", "-occurs_on"], name="loyalty_care_customer"),
            models.Index(fields=["owner", "status", "occurs_on"], name="loyalty_care_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.occasion} · {self.person}"
