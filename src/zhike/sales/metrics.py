"""Numbers on orders, one definition for every engine."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhike.kernel.metrics import metric

ORDERS = {"orders": "sales.Order"}


def counted(orders: Any) -> Any:
    """Return the orders that count: neither put away nor cancelled, of the last twelve months."""
    import ibis

    today = ibis.literal(timezone.localdate())
    return orders.filter(
        orders.archived_at.isnull(),
        orders.status != "cancelled",
        orders.ordered_on > today - ibis.interval(years=1),
        orders.ordered_on <= today,
    )


@metric(
    id="sales.revenue_12m",
    title=_("近 12 月销售额"),
    unit="yuan",
    definition=_("近 12 个月未取消订单的金额合计，退货为负。"),
    tables=ORDERS,
    drill="/sales/order/?ordered_on__gte=-365d&status__not=cancelled",
)
def revenue_12m(orders: Any) -> Any:
    """Return the sum of the orders that count."""
    return counted(orders).amount.sum().coalesce(0).name("value")


@metric(
    id="sales.buyers_12m",
    title=_("近 12 月下单客户"),
    unit="count",
    definition=_("近 12 个月有未取消订单的客户数。"),
    tables=ORDERS,
    drill="/customers/customer/?last_order_on__gte=-365d",
)
def buyers_12m(orders: Any) -> Any:
    """Return the number of customers with an order that counts."""
    return counted(orders).filter(lambda t: t.amount > 0).customer_id.nunique().name("value")


@metric(
    id="sales.repeat_rate",
    title=_("复购率"),
    unit="percent",
    definition=_("近 12 个月下单两次及以上的客户，占有下单客户的百分比。"),
    tables=ORDERS,
)
def repeat_rate(orders: Any) -> Any:
    """Return the share of buyers with a second order, in percent; 0 without buyers."""
    bought = counted(orders).filter(lambda t: t.amount > 0)
    each = bought.group_by("customer_id").aggregate(number=lambda t: t.count())
    share = (each.number > 1).ifelse(100.0, 0.0).mean()
    return share.coalesce(0.0).round(2).name("value")


@metric(
    id="sales.receivable",
    title=_("应收合计"),
    unit="yuan",
    definition=_("未取消订单金额减去全部回款。"),
    tables={"customers": "customers.Customer"},
    good="down",
    drill="/customers/customer/?receivable__gte=0.01&sort=-receivable",
)
def receivable(customers: Any) -> Any:
    """Return what active customers owe."""
    return (
        customers.filter(customers.archived_at.isnull()).receivable.sum().coalesce(0).name("value")
    )
