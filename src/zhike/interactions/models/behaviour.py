"""What a known contact did on our sites and in our mails, kept only with consent (DAT-008)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer, Person
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import Via


class Behaviour(Record):
    """One event of a contact: a page seen, a file fetched, a mail opened, a form sent.

    It keeps no history of its own: what its consent or time no longer covers is to be gone.
    """

    class Kind(models.TextChoices):
        """What was done."""

        PAGE_VIEW = "page_view", _("浏览页面")
        DOWNLOAD = "download", _("下载资料")
        OPEN = "open", _("打开邮件或消息")
        FORM = "form", _("提交表单")

    tracked = False
    follows = True
    scope = Via("customer")

    person = kinds.Link(_("联系人"), Person, models.CASCADE, related_name="behaviours")
    customer = kinds.Link(
        _("客户"), Customer, models.CASCADE, related_name="behaviours", editable=False
    )
    kind = kinds.Choice(_("行为类别"), choices=Kind.choices, max_length=10)
    occurred_at = kinds.DateTime(_("时间"))
    source = kinds.Text(_("来源系统"), max_length=60)
    title = kinds.Text(_("页面或资料"), max_length=200, blank=True)
    url = kinds.Text(_("地址"), max_length=300, blank=True)
    payload = kinds.LongText(_("附加数据（JSON 对象）"), max_length=2000, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("浏览与互动行为")
        indexes = [
            models.Index(fields=["customer", "-occurred_at"], name="interactions_behaviour_of"),
            models.Index(fields=["occurred_at"], name="interactions_behaviour_at"),
            models.Index(fields=["person"], name="interactions_behaviour_who"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.title}".strip()
