"""Orders, payments and opportunities: enough for spend, receivables and what may be won."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer
from zhike.kernel import kinds
from zhike.kernel.numbering import next_codes
from zhike.kernel.records import Record, Searchable
from zhike.kernel.scope import OwnedBy, Via

COUNTS = models.Q(archived_at__isnull=True) & ~models.Q(status="cancelled")


class Order(Record):
    """A sales order; the amount counts towards spend unless cancelled. Returns are negative."""

    class Status(models.TextChoices):
        """Where the order stands."""

        PLACED = "placed", _("已下单")
        SHIPPED = "shipped", _("已发货")
        SIGNED = "signed", _("已签收")
        CANCELLED = "cancelled", _("已取消")

    scope = OwnedBy("owner", "unit") | Via("customer")
    title_field = "number"

    number = kinds.Code(_("订单号"), max_length=64, unique=True, blank=True)
    customer = kinds.Link(
        _("客户"), Customer, models.PROTECT, related_name="orders", db_index=False
    )  # the two indexes that begin with it are enough
    ordered_on = kinds.Date(_("下单日期"))
    amount = kinds.Money(_("金额"))
    status = kinds.Choice(_("状态"), choices=Status.choices, default=Status.PLACED, max_length=10)
    summary = kinds.Text(_("品名摘要"), max_length=200, blank=True)
    due_on = kinds.Date(_("应收日期"), null=True, blank=True)
    paid = kinds.Money(_("已收"), default=0, editable=False)
    owner = kinds.Owner(_("负责人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("订单")
        indexes = [
            models.Index(fields=["customer", "-ordered_on"], name="sales_order_customer"),
            models.Index(fields=["-ordered_on", "-id"], name="sales_order_recent"),
            models.Index(fields=["owner", "-ordered_on"], name="sales_order_owner"),
            models.Index(fields=["unit", "-ordered_on"], name="sales_order_unit"),
            models.Index(
                fields=["ordered_on"],
                include=["customer", "amount"],
                condition=COUNTS,
                name="sales_order_spend",
            ),
            models.Index(
                fields=["customer", "ordered_on"],
                include=["amount"],
                condition=COUNTS,
                name="sales_order_window",
            ),
            models.Index(
                fields=["customer", "due_on"],
                condition=COUNTS & models.Q(due_on__isnull=False, paid__lt=models.F("amount")),
                name="sales_order_open",
            ),
        ]

    def derive(self) -> tuple[str, ...]:
        """Draw a number where none was given, such as SO-2026-000001."""
        if not self.number:
            prefix = f"SO-{timezone.localdate():%Y}-"
            (self.number,) = next_codes(Order, "number", "sales_order_number_seq", prefix)
        return ("number",)

    def __str__(self) -> str:
        return str(self.number)


class Payment(Record):
    """Money received for an order, or on account of a customer."""

    class Method(models.TextChoices):
        """How it was paid."""

        TRANSFER = "transfer", _("银行转账")
        ACCEPTANCE = "acceptance", _("承兑汇票")
        CARD = "card", _("银行卡")
        ONLINE = "online", _("线上支付")
        CASH = "cash", _("现金")
        OTHER = "other", _("其他")

    scope = OwnedBy("owner", "unit") | Via("customer")
    title_field = "number"

    number = kinds.Code(_("收款单号"), max_length=64, unique=True, blank=True)
    customer = kinds.Link(_("客户"), Customer, models.PROTECT, related_name="payments")
    order = kinds.Link(
        _("订单"), Order, models.PROTECT, null=True, blank=True, related_name="payments"
    )
    received_on = kinds.Date(_("到账日期"))
    amount = kinds.Money(_("金额"))
    method = kinds.Choice(_("方式"), choices=Method.choices, default=Method.TRANSFER, max_length=12)
    note = kinds.Text(_("备注"), max_length=200, blank=True)
    owner = kinds.Owner(_("负责人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("回款")
        indexes = [
            models.Index(fields=["customer", "-received_on"], name="sales_payment_customer"),
            models.Index(fields=["-received_on", "-id"], name="sales_payment_recent"),
            models.Index(fields=["owner", "-received_on"], name="sales_payment_owner"),
        ]

    def derive(self) -> tuple[str, ...]:
        """Draw a number where none was given, such as RC-2026-000001."""
        if not self.number:
            prefix = f"RC-{timezone.localdate():%Y}-"
            (self.number,) = next_codes(Payment, "number", "sales_payment_number_seq", prefix)
        return ("number",)

    def __str__(self) -> str:
        return str(self.number)


class Opportunity(Searchable):
    """A deal that may be won: its stage while it is open, and how it ended."""

    class Stage(models.TextChoices):
        """How far the talks are."""

        FOUND = "found", _("发现商机")
        NEED = "need", _("确认需求")
        OFFER = "offer", _("方案报价")
        TALKS = "talks", _("商务谈判")

    class Outcome(models.TextChoices):
        """Whether it is won."""

        OPEN = "open", _("进行中")
        WON = "won", _("赢单")
        LOST = "lost", _("输单")

    scope = OwnedBy("owner", "unit") | Via("customer")
    handover = models.Q(outcome="open")
    title_field = "name"
    link_keys = ("number", "name")
    search_fields = ("name", "number")

    number = kinds.Code(_("商机编号"), max_length=64, unique=True, blank=True)
    name = kinds.Text(_("商机名称"), max_length=120)
    customer = kinds.Link(_("客户"), Customer, models.PROTECT, related_name="opportunities")
    amount = kinds.Money(_("预计金额"), null=True, blank=True)
    stage = kinds.Choice(_("商机阶段"), options=Stage, default=Stage.FOUND, max_length=8)
    expected_on = kinds.Date(_("预计成交日期"), null=True, blank=True)
    owner = kinds.Owner(_("负责人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)
    outcome = kinds.Choice(
        _("商机结果"), options=Outcome, default=Outcome.OPEN, max_length=8, editable=False
    )
    closed_on = kinds.Date(_("结束日期"), null=True, blank=True, editable=False)
    outcome_note = kinds.Text(_("赢输原因"), max_length=200, blank=True, editable=False)

    class Meta(Searchable.Meta):
        verbose_name = _("商机")
        indexes = [
            *Searchable.Meta.indexes,
            models.Index(fields=["customer", "outcome"], name="sales_opportunity_customer"),
            models.Index(fields=["owner", "outcome"], name="sales_opportunity_owner"),
            models.Index(fields=["-updated_at", "-id"], name="sales_opportunity_recent"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="open", closed_on__isnull=True)
                | models.Q(outcome__in=["won", "lost"], closed_on__isnull=False),
                name="sales_opportunity_closed",
                violation_error_message=_("结束的商机须有结束日期。"),
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="lost") | ~models.Q(outcome_note=""),
                name="sales_opportunity_lost_why",
                violation_error_message=_("输单须写明原因。"),
            ),
        ]

    def derive(self) -> tuple[str, ...]:
        """Draw a number where none was given, such as SJ-2026-000001."""
        if not self.number:
            prefix = f"SJ-{timezone.localdate():%Y}-"
            (self.number,) = next_codes(
                Opportunity, "number", "sales_opportunity_number_seq", prefix
            )
        return ("number",)

    def __str__(self) -> str:
        return f"{self.number} {self.name}"
