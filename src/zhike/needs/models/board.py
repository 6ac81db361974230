"""The co-creation board: propose, vote once, comment, be told the result (NEED-013)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer
from zhike.identity.models import User
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import Granted


class Idea(Record):
    """A proposal of a customer, for now written down by a colleague on the customer's behalf."""

    class Status(models.TextChoices):
        """What became of it."""

        PROPOSED = "proposed", _("征集中")
        ACCEPTED = "accepted", _("已采纳")
        DECLINED = "declined", _("未采纳")
        DONE = "done", _("已实现")

    scope = Granted()
    handover = models.Q(status__in=["proposed", "accepted"])
    title_field = "title"

    title = kinds.Text(_("提案"), max_length=120)
    text = kinds.LongText(_("提案说明"))
    customer = kinds.Link(
        _("提出客户"), Customer, models.PROTECT, null=True, blank=True, related_name="+"
    )
    status = kinds.Choice(
        _("状态"), options=Status, default=Status.PROPOSED, max_length=10, editable=False
    )
    votes_count = kinds.Integer(_("票数"), default=0, editable=False)
    result = kinds.LongText(_("处理结果"), blank=True, editable=False)
    decided_at = kinds.DateTime(_("处理时间"), null=True, blank=True, editable=False)
    owner = kinds.Owner(_("发起人"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("共创提案")

    def __str__(self) -> str:
        return str(self.title)


class Vote(Record):
    """One person's vote, perhaps on behalf of a customer; one person votes once on an idea."""

    scope = Granted()

    idea = kinds.Link(_("共创提案"), Idea, models.CASCADE, related_name="votes")
    user = kinds.Link(_("投票人"), User, models.PROTECT, related_name="+")
    customer = kinds.Link(
        _("代表客户"), Customer, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(Record.Meta):
        verbose_name = _("提案投票")
        constraints = [
            models.UniqueConstraint(
                fields=["idea", "user"],
                name="needs_vote_once",
                violation_error_message=_("您已经投过票。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.idea_id}: {self.user_id}"


class Remark(Record):
    """A comment under an idea."""

    scope = Granted()
    handover = None  # what somebody said stays his

    idea = kinds.Link(_("共创提案"), Idea, models.CASCADE, related_name="remarks")
    text = kinds.LongText(_("评论"))
    owner = kinds.Owner(_("评论人"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("提案评论")

    def __str__(self) -> str:
        return str(self.text)[:40]
