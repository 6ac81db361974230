"""Needs meetings: who, about whom, what was concluded (NEED-003)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer
from zhike.identity.models import User
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import OwnedBy, Via
from zhike.needs.models.need import Need
from zhike.needs.models.scopes import Named


class Meeting(Record):
    """A needs identification and analysis meeting (需求识别与分析会议)."""

    class Status(models.TextChoices):
        """Whether it took place."""

        PLANNED = "planned", _("待召开")
        HELD = "held", _("已召开")
        CANCELLED = "cancelled", _("已取消")

    scope = OwnedBy("owner", "unit") | Named("attendees")
    handover = models.Q(status="planned")
    title_field = "title"

    title = kinds.Text(_("会议名称"), max_length=120)
    starts_at = kinds.DateTime(_("会议时间"))
    place = kinds.Text(_("会议地点"), max_length=120, blank=True)
    agenda = kinds.LongText(_("会议议程"), blank=True)
    project = kinds.Link(
        _("客户项目"), "needs.Project", models.SET_NULL, null=True, blank=True,
        related_name="meetings",
    )  # fmt: skip
    status = kinds.Choice(
        _("状态"), options=Status, default=Status.PLANNED, max_length=10, editable=False
    )
    conclusions = kinds.LongText(_("会议结论"), blank=True, editable=False)
    held_at = kinds.DateTime(_("召开时间"), null=True, blank=True, editable=False)
    owner = kinds.Owner(_("召集人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("需求分析会")

    def __str__(self) -> str:
        return str(self.title)


class Attendee(Record):
    """A colleague who is invited, and whether he came."""

    scope = Via("meeting")

    meeting = kinds.Link(_("需求分析会"), Meeting, models.CASCADE, related_name="attendees")
    user = kinds.Link(_("参会人"), User, models.PROTECT, related_name="+")
    came = kinds.Bool(_("到会"), default=True)

    class Meta(Record.Meta):
        verbose_name = _("参会人")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "user"],
                condition=models.Q(archived_at__isnull=True),
                name="needs_attendee_once",
                violation_error_message=_("该参会人已在名单中。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.user_id}"


class Topic(Record):
    """A point of the agenda: a customer, or one need, and what was concluded on it."""

    scope = Via("meeting")

    meeting = kinds.Link(_("需求分析会"), Meeting, models.CASCADE, related_name="topics")
    customer = kinds.Link(
        _("讨论的客户"), Customer, models.PROTECT, null=True, blank=True, related_name="+"
    )
    need = kinds.Link(
        _("讨论的需求"), Need, models.PROTECT, null=True, blank=True, related_name="topics"
    )
    heading = kinds.Text(_("议题"), max_length=120)
    conclusion = kinds.LongText(_("结论"), blank=True)

    class Meta(Record.Meta):
        verbose_name = _("会议议题")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "need"],
                condition=models.Q(archived_at__isnull=True, need__isnull=False),
                name="needs_topic_once",
                violation_error_message=_("这项需求已在议程中。"),
            )
        ]

    def __str__(self) -> str:
        return str(self.heading)
