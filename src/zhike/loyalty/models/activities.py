"""Forums, visits, salons and training for customers (LOY-015)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer, Person
from zhike.identity.models import User
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import OwnedBy, Via


class Activity(Record):
    """A relationship activity with budget, cost and outcome."""

    class Kind(models.TextChoices):
        """What it is."""

        FORUM = "forum", _("论坛")
        VISIT = "visit", _("参观互访")
        SALON = "salon", _("沙龙")
        TRAINING = "training", _("培训")

    class Status(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("策划中")
        REQUESTED = "requested", _("预算待审批")
        APPROVED = "approved", _("筹备中")
        HELD = "held", _("已举办")
        CLOSED = "closed", _("已总结")
        CANCELLED = "cancelled", _("已取消")

    scope = OwnedBy("owner", "unit")
    handover = models.Q(status__in=["draft", "requested", "approved", "held"])

    title = kinds.Text(_("活动名称"), max_length=80)
    kind = kinds.Choice(_("类别"), Kind, max_length=10)
    goal = kinds.LongText(_("目的"), blank=True)
    starts_on = kinds.Date(_("开始日期"))
    ends_on = kinds.Date(_("结束日期"))
    place = kinds.Text(_("地点"), max_length=120, blank=True)
    budget = kinds.Money(_("预算"))
    cost = kinds.Money(_("实际费用"), null=True, blank=True, editable=False)
    status = kinds.Choice(_("状态"), Status, default=Status.DRAFT, max_length=10, editable=False)
    summary = kinds.LongText(_("总结"), blank=True, editable=False)
    submitted_by = kinds.Link(
        _("提交人"), User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    decided_by = kinds.Link(
        _("审批人"), User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    decision_note = kinds.Text(_("审批意见"), max_length=200, blank=True, editable=False)
    owner = kinds.Owner(_("负责人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("客户活动")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="loyalty_activity_days",
                violation_error_message=_("结束日期不能早于开始日期。"),
            ),
            models.CheckConstraint(
                condition=models.Q(budget__gte=0),
                name="loyalty_activity_budget",
                violation_error_message=_("预算不能为负数。"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)


class Invitee(Record):
    """A person who is invited, whether they came, and what they said."""

    class Status(models.TextChoices):
        """Their answer and attendance."""

        INVITED = "invited", _("已邀请")
        ACCEPTED = "accepted", _("已确认")
        DECLINED = "declined", _("已谢绝")
        ATTENDED = "attended", _("已到场")
        ABSENT = "absent", _("未到场")

    scope = Via("activity") | Via("customer")

    activity = kinds.Link(_("客户活动"), Activity, models.CASCADE, related_name="invitees")
    customer = kinds.Link(
        _("客户"), Customer, models.CASCADE, related_name="invitations", editable=False
    )
    person = kinds.Link(_("联系人"), Person, models.CASCADE, related_name="+")
    status = kinds.Choice(_("出席"), Status, default=Status.INVITED, max_length=10, editable=False)
    score = kinds.Integer(_("评分（1–5）"), null=True, blank=True, editable=False)
    feedback = kinds.LongText(_("反馈"), blank=True, editable=False)
    lead = kinds.Text(_("后续线索"), max_length=200, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("受邀人")
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "person"],
                condition=models.Q(archived_at__isnull=True),
                name="loyalty_invited_once",
                violation_error_message=_("此人已在邀请名单中。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}"
