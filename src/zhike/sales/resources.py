"""How orders and payments are seen and handled on every door."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhike.kernel.actor import Actor
from zhike.kernel.columns import Column
from zhike.kernel.resources import Fields, Panel, Related, Resource, Timeline, View
from zhike.sales.actions import (
    archive_order,
    archive_payment,
    create_opportunity,
    create_order,
    create_payment,
    customers_of,
    edit_opportunity,
    edit_order,
    edit_payment,
    numbers,
    refresh_sales,
)
from zhike.sales.models import Opportunity, Order, Payment


class OrderResource(Resource):
    """Sales orders."""

    model = Order
    title = _("订单")
    icon = "file-invoice"
    counter = _("单")
    group = "customers"
    rank = 30
    columns = (
        Column("number", template="link", width=160),
        Column("customer", template="link", sortable=False),
        Column("ordered_on"),
        Column("amount", template="money", total=True),
        Column("status"),
        Column("summary", sortable=False),
        Column("paid", template="money", total=True),
        Column("due_on"),
        Column("owner", template="person", sortable=False),
        Column("unit", sortable=False),
        Column("customer.grade", template="grade", sortable=False),
        Column("created_at"),
        Column("created_by", template="person", sortable=False),
        Column("updated_at", template="ago"),
    )
    default_columns = ("number", "customer", "ordered_on", "amount", "status", "summary", "paid", "due_on",
                       "owner")  # fmt: skip
    filters = ("number", "customer", "ordered_on", "amount", "paid", "status", "due_on", "owner", "unit",
               "customer.grade", "created_at")  # fmt: skip
    search = ("number", "summary", "customer.name")
    order = "-ordered_on"
    form = (
        (_("订单"), ("number", "customer", "ordered_on", "amount", "status", "summary")),
        (_("收款与归属"), ("due_on", "owner", "unit")),
    )
    detail = (
        Fields(_("订单"), "number", "customer", "ordered_on", "amount", "status", "summary",
               "paid", "due_on", "owner"),
        Related("sales.payment", "order", _("回款")),
        Timeline(),
        Panel("history", _("审计")),
    )  # fmt: skip
    views = (
        View("all", _("全部")),
        View("mine", _("我的订单"), "owner=me"),
        View("recent", _("近 30 天"), "ordered_on__gte=-30d"),
        View("overdue", _("已过应收日期"), "due_on__lte=-1d&status__not=cancelled&sort=due_on"),
    )
    match_keys = ("number",)
    create = staticmethod(create_order)
    edit = staticmethod(edit_order)
    archive = staticmethod(archive_order)

    def prepare_import(self, columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
        """Return ``number``, drawn where the file gives none; see ``CustomerResource``."""
        prefix = f"SO-{timezone.localdate():%Y}-"
        return {"number": numbers(Order, columns, "sales_order_number_seq", prefix)}

    def after_import(self, ids: Sequence[int], by: Actor) -> None:
        """Bring the customers of imported or put-away orders up to date, all at once."""
        refresh_sales(customers_of(Order, ids), by=by)


class PaymentResource(Resource):
    """Money received."""

    model = Payment
    title = _("回款")
    icon = "cash"
    counter = _("笔")
    group = "customers"
    under = "/sales/order/"
    rank = 40
    columns = (
        Column("number", template="link", width=160),
        Column("customer", template="link", sortable=False),
        Column("order", template="link", sortable=False),
        Column("received_on"),
        Column("amount", template="money", total=True),
        Column("method"),
        Column("note", sortable=False),
        Column("owner", template="person", sortable=False),
        Column("unit", sortable=False),
        Column("created_at"),
        Column("updated_at", template="ago"),
    )
    default_columns = ("number", "customer", "order", "received_on", "amount", "method", "owner")
    filters = ("number", "customer", "order", "received_on", "amount", "method", "owner", "unit",
               "created_at")  # fmt: skip
    search = ("number", "note", "customer.name")
    order = "-received_on"
    form = (
        (_("回款"), ("number", "customer", "order", "received_on", "amount", "method")),
        (_("备注与归属"), ("note", "owner", "unit")),
    )
    detail = (
        Fields(_("回款"), "number", "customer", "order", "received_on", "amount", "method", "note"),
        Timeline(),
        Panel("history", _("审计")),
    )
    views = (
        View("all", _("全部")),
        View("mine", _("我的回款"), "owner=me"),
        View("recent", _("近 30 天"), "received_on__gte=-30d"),
    )
    match_keys = ("number",)
    create = staticmethod(create_payment)
    edit = staticmethod(edit_payment)
    archive = staticmethod(archive_payment)

    def prepare_import(self, columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
        """Return ``number``, drawn where the file gives none."""
        prefix = f"RC-{timezone.localdate():%Y}-"
        return {"number": numbers(Payment, columns, "sales_payment_number_seq", prefix)}

    def after_import(self, ids: Sequence[int], by: Actor) -> None:
        """Bring the customers of imported or put-away payments up to date, all at once."""
        refresh_sales(customers_of(Payment, ids), by=by)


class OpportunityResource(Resource):
    """What may be won."""

    model = Opportunity
    title = _("商机")
    icon = "target-arrow"
    counter = _("个")
    group = "customers"
    rank = 25
    columns = (
        Column("name", template="link", width=220),
        Column("number"),
        Column("customer", template="link", sortable=False),
        Column("stage"),
        Column("amount", template="money", total=True),
        Column("expected_on"),
        Column("outcome"),
        Column("closed_on"),
        Column("outcome_note", sortable=False),
        Column("owner", template="person", sortable=False),
        Column("unit", sortable=False),
        Column("created_at"),
        Column("updated_at", template="ago"),
    )
    default_columns = ("name", "customer", "stage", "amount", "expected_on", "outcome", "owner")
    filters = ("number", "name", "customer", "stage", "amount", "expected_on", "outcome",
               "closed_on", "owner", "unit", "created_at")  # fmt: skip
    form = (
        (_("商机"), ("customer", "name", "stage", "amount", "expected_on", "number")),
        (_("归属"), ("owner", "unit")),
    )
    detail = (
        Fields(_("商机"), "number", "customer", "stage", "amount", "expected_on", "outcome",
               "closed_on", "outcome_note", "owner", "unit"),
        Related("needs.needopportunity", "opportunity", _("相关客户需求")),
        Panel("history", _("审计")),
    )  # fmt: skip
    order = "-updated_at"
    views = (
        View("open", _("进行中"), "outcome=open&sort=expected_on"),
        View("mine", _("我的商机"), "owner=me&outcome=open&sort=expected_on"),
        View("all", _("全部")),
    )
    match_keys = ("number",)
    create = staticmethod(create_opportunity)
    edit = staticmethod(edit_opportunity)

    def prepare_import(self, columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
        """Return ``number``, drawn where the file gives none."""
        prefix = f"SJ-{timezone.localdate():%Y}-"
        return {"number": numbers(Opportunity, columns, "sales_opportunity_number_seq", prefix)}
