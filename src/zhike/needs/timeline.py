"""Needs with their state on the customer's timeline."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from zhike.kernel.actor import Actor
from zhike.kernel.prepared import Id, prepared
from zhike.kernel.timeline import Before, Entry, read, source
from zhike.needs.models import Need
from zhike.needs.models.need import Priority, Status

TONES = {
    Status.RECORDED: "", Status.ANALYSED: "dian", Status.PROMISED: "hu", Status.DELIVERED: "dai",
    Status.CONFIRMED: "zq", Status.DECLINED: "zhu",
}  # fmt: skip

SHOWN = (
    "recorded_at", "title", "code", "type__name", "status", "priority", "told", "told_at",
    "description", "owner__display_name", "owner__username",
)  # fmt: skip


@source("needs", group="contact", covers=("needs.need_recorded",))
def needs(customer_id: int, by: Actor, before: Before | None, limit: int) -> list[Entry]:
    """Return the customer's needs that the reader may see, on the day they were recorded."""
    return [_entry(row) for row in read(_recorded, customer_id, by, before, limit, _earlier)]


@prepared
def _recorded(by: Actor, customer_id: Id, limit: int | None) -> "QuerySet[Need]":
    rows = Need.objects.visible_to(by).filter(customer_id=customer_id)
    rows = rows.select_related("owner", "type").order_by("-recorded_at", "-id")
    return rows.only(*SHOWN)[:limit]


def _earlier(before: Before) -> Q:
    tie = Q(recorded_at=before.at, id__lt=before.id)
    return Q(recorded_at__lt=before.at) | tie


def _entry(row: Need) -> Entry:
    status = Status(row.status)
    tags = [(str(status.label), TONES[status])]
    if row.priority == Priority.URGENT:
        tags.append((str(Priority.URGENT.label), "zhu"))
    told = _("已告知客户：%s") % row.told if row.told_at else ""
    return Entry(
        row.recorded_at, row.pk, "bulb", str(row.title), f"{row.code} · {row.type}",
        told or str(row.description), who=str(row.owner or ""), url=f"/needs/need/{row.pk}/",
        tags=tags,
    )  # fmt: skip
