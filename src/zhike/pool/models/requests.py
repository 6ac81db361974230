"""What a second person has to allow: claims of graded customers, one extension of a deadline."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer
from zhike.identity.models import User
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import Mine, OwnedBy, Via


class PoolRequest(Record):
    """A request to claim a customer above the free grades, or to keep one longer."""

    class Kind(models.TextChoices):
        """What is asked for."""

        CLAIM = "claim", _("领取")
        EXTENSION = "extension", _("延期")

    class Status(models.TextChoices):
        """Where it stands."""

        REQUESTED = "requested", _("待审批")
        APPROVED = "approved", _("已批准")
        REJECTED = "rejected", _("已驳回")
        LAPSED = "lapsed", _("已失效")

    scope = OwnedBy("requester", "unit") | Via("customer") | Mine("requester")
    handover = models.Q(status="requested", kind="extension")  # goes with the customer

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="pool_requests")
    kind = kinds.Choice(_("类型"), choices=Kind.choices, max_length=10)
    requester = kinds.Owner(_("申请人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)
    reason = kinds.Text(_("理由"), max_length=200)
    status = kinds.Choice(
        _("状态"), choices=Status.choices, default=Status.REQUESTED, max_length=10, editable=False
    )
    decided_by = kinds.Link(
        _("审批人"), User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    decision_note = kinds.Text(_("审批意见"), max_length=200, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("公海申请")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind", "requester"],
                condition=models.Q(status="requested"),
                name="pool_request_once",
                violation_error_message=_("您已提交过这项申请，请等待审批。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.customer_id}"
