"""Who of ours was there, photos (DAT-006), and what an observer saw, for coaching (COM-011)."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer
from zhike.identity.models import User
from zhike.interactions.models.logged import Interaction
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import Granted, OwnedBy, Via


class Attendee(Record):
    """A colleague who took part in a communication besides its writer."""

    scope = Via("interaction", owner="owner", unit="unit") | Via("customer")
    handover = None  # who was there is a fact of the past

    interaction = kinds.Link(_("沟通记录"), Interaction, models.CASCADE, related_name="attendees")
    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="+", editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("同事"))

    class Meta(Record.Meta):
        verbose_name = _("我方参与人")
        constraints = [
            models.UniqueConstraint(
                fields=["interaction", "user"], name="interactions_attendee_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.user)


class VisitPhoto(Record):
    """A photo taken at a communication, with the word that those concerned agreed."""

    scope = Via("interaction", owner="owner", unit="unit") | Via("customer")
    handover = None

    interaction = kinds.Link(_("沟通记录"), Interaction, models.CASCADE, related_name="photos")
    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="+", editable=False)
    image = kinds.Attachment(_("照片"), editable=False)
    consented = kinds.Bool(_("已征得同意"), default=False, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("拜访照片")

    def __str__(self) -> str:
        return self._meta.get_field("image").display(self.image)  # type: ignore[union-attr]


class ChecklistItem(Record):
    """One thing to watch on a visit."""

    class Group(models.TextChoices):
        """When or where it shows."""

        READY = "ready", _("访前准备")
        BODY = "body", _("非语言表现")
        SPEECH = "speech", _("表达与倾听")
        CLOSE = "close", _("收尾与约定")

    scope = Granted()
    title_field = "text"

    code = kinds.Code(_("代码"), max_length=20, unique=True)
    group = kinds.Choice(_("环节"), choices=Group.choices, max_length=8)
    text = kinds.Text(_("观察点"), max_length=80)
    rank = kinds.Integer(_("顺序"), default=100, minimum=0, maximum=9999)
    active = kinds.Bool(_("启用"), default=True)

    class Meta(Record.Meta):
        verbose_name = _("拜访观察点")

    def __str__(self) -> str:
        return str(self.text)


class VisitReview(Record):
    """An observer's marks and advice on one visit; seen by the visitor and the observer."""

    scope = OwnedBy("owner", "unit") | OwnedBy("visitor", "")
    handover = None

    interaction = kinds.Link(
        _("沟通记录"), Interaction, models.CASCADE, related_name="reviews", editable=False
    )
    visitor = models.ForeignKey(
        User, models.PROTECT, related_name="+", editable=False, verbose_name=_("拜访人")
    )
    owner = kinds.Owner(_("观察人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)
    marks: Any = models.JSONField(default=dict, editable=False)  # item code -> 1 … 5
    score = kinds.Integer(_("得分（百分制）"), null=True, blank=True, editable=False)
    strengths = kinds.LongText(_("做得好"), max_length=1000, blank=True)
    advice = kinds.LongText(_("建议"), max_length=1000)
    reply = kinds.LongText(_("拜访人回应"), max_length=1000, blank=True, editable=False)
    replied_at = kinds.DateTime(_("回应时间"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("拜访辅导记录")
        constraints = [
            models.UniqueConstraint(
                fields=["interaction", "owner"], name="interactions_review_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.advice)[:40]
