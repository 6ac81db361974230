"""Where each value of a record comes from, read from its history (DAT-004, DAT-007)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.models import Customer
from zhike.interactions.models import Interaction
from zhike.kernel.actor import Actor
from zhike.kernel.columns import Column, bind
from zhike.kernel.history import versions
from zhike.kernel.records import Record
from zhike.sales.models import Order

STEPS = 500
CHANNELS = {
    "web": gettext_lazy("CRM 录入"), "import": gettext_lazy("文件导入"), "api": gettext_lazy("接口"),
    "job": gettext_lazy("系统计算"), "cli": gettext_lazy("命令行"), "portal": gettext_lazy("客户反馈渠道"),
    "form": gettext_lazy("在线表单"),
}  # fmt: skip
VISIT_ACTIONS = ("interactions.",)


@dataclass(frozen=True, slots=True)
class FieldOrigin:
    """The value of a field that stands now, with source, time and person."""

    field: str
    title: str
    value: str
    source: str
    at: datetime
    who: str
    action: str


def provenance(row: Record, by: Actor, names: Sequence[str] = ()) -> list[FieldOrigin]:
    """Return each filled field that the reader may see with the source and time of its value."""
    model = type(row)
    found: dict[str, FieldOrigin] = {}
    columns = {}
    for f in model._meta.fields:
        if f.editable and (not names or f.name in names):
            column = bind(Column(f.name), model, by)
            if column is not None and getattr(row, f.attname) not in (None, "", {}):
                columns[f.attname] = (f, column)
    for step in versions(model, row.pk, limit=STEPS):  # newest first: the first change counts
        for name, _old, new in step.changes:
            if name in columns and name not in found and new == getattr(row, name):
                f, column = columns[name]
                value = column.text(getattr(row, f.name))
                found[name] = FieldOrigin(
                    f.name, str(f.verbose_name), value, source_of(step.channel, step.action),
                    step.at, step.who, step.action,
                )  # fmt: skip
    return list(found.values())


def source_of(channel: str, action: str) -> str:
    """Return the source of a value in words: the channel, or the visit record it came with."""
    if action.startswith(VISIT_ACTIONS):
        return _("拜访记录")
    return str(CHANNELS.get(channel, channel or _("未记录")))


def behaviour(customer: Customer, by: Actor) -> dict[str, Any]:
    """Return what was recorded of the customer's behaviour without anybody's entry (DAT-007)."""
    orders = Order.objects.visible_to(by).filter(customer_id=customer.pk)
    talks = Interaction.objects.visible_to(by).filter(customer_id=customer.pk)
    return {
        "orders": orders.count(),
        "spend": customer.annual_spend,
        "last_order_on": customer.last_order_on,
        "talks": talks.count(),
        "last_contact_at": customer.last_contact_at,
    }
