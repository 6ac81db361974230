"""The co-creation board: propose, vote once, comment, be told the result (NEED-013).

Customers see what a colleague opened to them, their own proposals and nothing else; what they write
waits until a colleague opens it.
"""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer, Person
from zhike.identity.models import User
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import Granted, Via


class Idea(Record):
    """A proposal, by a customer's contact or by a colleague on the customer's behalf."""

    class Status(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("待审核")
        PROPOSED = "proposed", _("征集中")
        ACCEPTED = "accepted", _("已采纳")
        DECLINED = "declined", _("未采纳")
        DONE = "done", _("已实现")
        REFUSED = "refused", _("未通过审核")

    scope = Granted()
    handover = models.Q(status__in=["waiting", "proposed", "accepted"])
    title_field = "title"

    title = kinds.Text(_("提案"), max_length=120)
    text = kinds.LongText(_("提案说明"))
    customer = kinds.Link(
        _("提出客户"), Customer, models.PROTECT, null=True, blank=True, related_name="+"
    )
    status = kinds.Choice(
        _("状态"), options=Status, default=Status.PROPOSED, max_length=10, editable=False
    )
    person = kinds.Link(
        _("提出人"), Person, models.SET_NULL, null=True, blank=True, related_name="+",
        editable=False,
    )  # fmt: skip
    shared = kinds.Bool(_("对客户公开"), default=False, editable=False)
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
    user = kinds.Link(_("投票人"), User, models.PROTECT, null=True, blank=True, related_name="+")
    person = kinds.Link(
        _("客户联系人"), Person, models.CASCADE, null=True, blank=True, related_name="+"
    )
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
            ),
            models.UniqueConstraint(
                fields=["idea", "person"],
                name="needs_vote_once_outside",
                violation_error_message=_("您已经投过票。"),
            ),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, person__isnull=True)
                | models.Q(user__isnull=True, person__isnull=False),
                name="needs_vote_by_one",
                violation_error_message=_("一票由一位同事或一位客户联系人投出。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.idea_id}: {self.user_id}"


class Remark(Record):
    """A comment under an idea; a colleague's stays inside until it is opened to customers."""

    class Status(models.TextChoices):
        """Who sees it."""

        INTERNAL = "internal", _("仅内部可见")
        WAITING = "waiting", _("待审核")
        PUBLIC = "public", _("对客户公开")
        REFUSED = "refused", _("未通过审核")

    scope = Granted()
    handover = None  # what somebody said stays his

    idea = kinds.Link(_("共创提案"), Idea, models.CASCADE, related_name="remarks")
    text = kinds.LongText(_("评论"))
    status = kinds.Choice(
        _("公开状态"), options=Status, default=Status.INTERNAL, max_length=10, editable=False
    )
    person = kinds.Link(
        _("客户联系人"), Person, models.SET_NULL, null=True, blank=True, related_name="+",
        editable=False,
    )  # fmt: skip
    owner = kinds.Owner(_("评论人"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("提案评论")

    def __str__(self) -> str:
        return str(self.text)[:40]


class BoardLink(Record):
    """A link by which one contact of a customer takes part; never the token itself.

    Putting it away takes it back at once. ``attempts`` counts wrong digits, ``visits`` the entries.
    """

    untracked_fields = ("digest",)
    scope = Via("customer")
    handover = None

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="+")
    person = kinds.Link(_("联系人"), Person, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = kinds.DateTime(_("失效时间"))
    used_at = kinds.DateTime(_("最近使用时间"), null=True, blank=True)
    visits = kinds.Integer(_("进入次数"), default=0)
    attempts = kinds.Integer(_("验证失败次数"), default=0)

    class Meta(Record.Meta):
        verbose_name = _("共创链接")

    def open_now(self) -> bool:
        """Tell whether it can be used."""
        return self.archived_at is None and self.expires_at > timezone.now()

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.expires_at:%Y-%m-%d}"
