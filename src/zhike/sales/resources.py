"""How orders and payments are seen and handled on every door."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.columns import Column
from zhike.kernel.resources import Fields, Panel, Related, Resource, Timeline, View
from zhike.sales.models import Order, Payment


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


class PaymentResource(Resource):
    """Money received."""

    model = Payment
    title = _("回款")
    icon = "cash"
    counter = _("笔")
    group = "customers"
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
