"""Numbers on customers, one definition for every engine."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhike.kernel.metrics import metric

CUSTOMERS = {"customers": "customers.Customer"}


@metric(
    id="customers.active",
    title=_("在用客户"),
    unit="count",
    definition=_("未归档、生命周期不是“流失”的客户数。"),
    tables=CUSTOMERS,
    drill="/customers/customer/?lifecycle__not=lost",
)
def customers_active(customers: Any) -> Any:
    """Return the number of customers that are neither put away nor lost."""
    rows = customers.filter(customers.archived_at.isnull(), customers.lifecycle != "lost")
    return rows.count().name("value")


@metric(
    id="customers.by_grade",
    title=_("各级别客户数"),
    unit="count",
    definition=_("未归档客户按当前级别计数。"),
    tables=CUSTOMERS,
)
def customers_by_grade(customers: Any) -> Any:
    """Return the number of customers for each grade."""
    rows = customers.filter(customers.archived_at.isnull())
    return rows.group_by(dimension=rows.grade).aggregate(value=rows.count())


@metric(
    id="customers.key_share",
    title=_("重点客户占比"),
    unit="percent",
    definition=_("VIP 与金卡客户占未归档客户的百分比。"),
    tables=CUSTOMERS,
    drill="/customers/customer/?grade=vip,gold",
)
def key_share(customers: Any) -> Any:
    """Return the share of VIP and gold customers, in percent; 0 without customers."""
    rows = customers.filter(customers.archived_at.isnull())
    share = rows.grade.isin(["vip", "gold"]).ifelse(100.0, 0.0).mean()
    return share.coalesce(0.0).round(2).name("value")
