"""Segments as rules name them: by id, whoever keeps them (SEG-008).

The package above offers its segments as the list filter ``segment``; rules of this and the next
storeys ask for members here and so need not know it.
"""

from collections.abc import Sequence

from django.db.models import Q

from zhike.customers.models import Customer
from zhike.kernel.actor import SYSTEM
from zhike.kernel.errors import BadQuery
from zhike.kernel.filters import list_filter


def members_of(segment_id: int, only: Sequence[int] | None = None) -> list[int]:
    """Return the customers of a segment for a rule; a segment that is gone or broken has none.

    Args:
        only: these customers; None = everybody.
    """
    condition = _condition(segment_id)
    if condition is None:
        return []
    rows = Customer.unscoped.filter(condition, archived_at__isnull=True)
    rows = rows if only is None else rows.filter(pk__in=list(only))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def segments_among(customer_id: int, segment_ids: Sequence[int]) -> list[int]:
    """Return those of the segments to which a customer belongs, in their order."""
    return [pk for pk in segment_ids if members_of(pk, [customer_id])]


def _condition(segment_id: int) -> Q | None:
    kept = list_filter(Customer.key(), "segment")
    try:
        return kept.condition((str(segment_id),), SYSTEM(reason="规则按细分")) if kept else None
    except BadQuery:
        return None
