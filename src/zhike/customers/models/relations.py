"""How customers belong together, and who of us looks after them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models.customer import Customer
from zhike.identity.models import User
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import Via


class CustomerRelation(Record):
    """A typed, dated link between two customers (DAT-031)."""

    class Kind(models.TextChoices):
        """Read as "the customer is … of the other"."""

        PARENT = "parent", _("母公司")
        SUBSIDIARY = "subsidiary", _("子公司")
        REFERRER = "referrer", _("推荐人")
        SUPPLIER = "supplier", _("供应商")
        DISTRIBUTOR = "distributor", _("经销商")
        COMPETITOR = "competitor", _("竞争对手")
        SAME_CONTROLLER = "same_controller", _("同一控制人")

    scope = Via("customer")

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="relations")
    other = kinds.Link(_("关联客户"), Customer, models.CASCADE, related_name="reverse_relations")
    kind = kinds.Choice(_("关系"), choices=Kind.choices, max_length=16)
    valid_from = kinds.Date(_("开始日期"), null=True, blank=True)
    valid_to = kinds.Date(_("结束日期"), null=True, blank=True)
    note = kinds.Text(_("说明"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("客户关系")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(customer=models.F("other")),
                name="customers_relation_not_self",
                violation_error_message=_("客户不能与自己建立关系。"),
            ),
            models.UniqueConstraint(
                fields=["customer", "other", "kind"],
                condition=models.Q(valid_to__isnull=True, archived_at__isnull=True),
                name="customers_relation_once",
                violation_error_message=_("这条关系已经存在。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.kind} {self.other_id}"


class TeamRole(models.TextChoices):
    """Roles in an account team (ORG-013)."""

    CSM = "csm", _("客户成功经理")
    SERVICE = "service", _("服务负责人")
    TECHNICAL = "technical", _("技术负责人")
    SALES = "sales", _("协作销售")
    FOLLOWER = "follower", _("只读关注")


class TeamMember(Record):
    """A person in the account team of a customer, with role and dates."""

    scope = Via("customer")

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="team")
    user = kinds.Link(_("成员"), User, models.PROTECT, related_name="+")
    role = kinds.Choice(_("团队角色"), choices=TeamRole.choices, max_length=12)
    valid_from = kinds.Date(_("开始日期"))
    valid_to = kinds.Date(_("结束日期"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("协作成员")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "user", "role"],
                condition=models.Q(valid_to__isnull=True, archived_at__isnull=True),
                name="customers_team_once",
                violation_error_message=_("该成员已在团队中担任此角色。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.user_id} {self.role}"
