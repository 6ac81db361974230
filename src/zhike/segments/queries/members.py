"""The customers of a segment, for one reader: counts, rows, and the filter of lists."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.models import Customer
from zhike.kernel.actor import Actor
from zhike.kernel.errors import BadQuery
from zhike.kernel.filters import LIST_FILTERS, ListFilter
from zhike.kernel.registry import registry
from zhike.segments.models import ClassMembership, Segment, SegmentMember
from zhike.segments.policies.scheme import schemes
from zhike.segments.queries.definition import BrokenDefinition, compiled
from zhike.segments.queries.mix import labels

MOST_OFFERED = 200


def condition_of(segment: Segment, by: Actor) -> Q:
    """Return the condition on customers that a segment stands for.

    Raises:
        BrokenDefinition: a condition of a live segment cannot be asked.
    """
    if segment.kind != Segment.Kind.LIVE:
        listed = SegmentMember.objects.filter(segment_id=segment.pk, customer_id=OuterRef("pk"))
        return Q(Exists(listed))
    return compiled(segment.definition, by)


def customers_of(segment: Segment, by: Actor) -> "QuerySet[Any]":
    """Return the customers of a segment that the reader may see."""
    rows: QuerySet[Any] = Customer.objects.visible_to(by).filter(condition_of(segment, by))
    return rows


def asked(definition: Any, by: Actor) -> "QuerySet[Any]":
    """Return the reader's customers that meet a definition."""
    rows: QuerySet[Any] = Customer.objects.visible_to(by).filter(compiled(definition, by))
    return rows


def segments(by: Actor) -> "QuerySet[Any]":
    """Return the segments that the reader may use, by name."""
    rows: QuerySet[Any] = Segment.objects.visible_to(by).order_by("name", "id")
    return rows


def _offered(by: Actor) -> list[tuple[str, str]]:
    if not by.may(Segment.key(), "view"):
        return []
    return [(str(row.pk), str(row)) for row in segments(by)[:MOST_OFFERED]]


def _condition(values: tuple[str, ...], by: Actor) -> Q:
    found = Q()
    for value in values:
        row = segments(by).filter(pk=int(value)).first() if value.isdecimal() else None
        if row is None:
            raise BadQuery(_("没有这个客户细分，或您无权使用。"))
        try:
            one = condition_of(row, by)
        except BrokenDefinition as error:
            text = _("细分“%(name)s”的条件已失效：%(why)s") % {"name": row, "why": error}
            raise BadQuery(text) from error
        found = found | one if one else Q(pk__isnull=False)
    return found


def _classes(by: Actor) -> list[tuple[str, str]]:
    if not by.may(ClassMembership.key(), "view"):
        return []
    return [
        (f"{name}:{code}", f"{_title(name)} · {label}")
        for name in schemes()
        for code, label in labels(name).items()
    ]


def _title(scheme: str) -> str:
    return _(str(registry.policies[scheme].title))


def _in_classes(values: tuple[str, ...], by: Actor) -> Q:
    offered = {value for value, _text in _classes(by)}
    found = Q()
    for value in values:
        if value not in offered:
            raise BadQuery(_("没有这个类别。"))
        scheme, _sep, code = value.partition(":")
        held = ClassMembership.unscoped.filter(
            customer_id=OuterRef("pk"), scheme=scheme, code=code, valid_to__isnull=True
        )
        found |= Q(Exists(held))
    return found


LIST_FILTERS.setdefault(Customer.key(), {})["class"] = ListFilter(
    "class", gettext_lazy("客户类别"), _classes, _in_classes
)
LIST_FILTERS.setdefault(Customer.key(), {})["segment"] = ListFilter(
    "segment", gettext_lazy("客户细分"), _offered, _condition
)
