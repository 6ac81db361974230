"""The relations of a customer, read from his side: the other's link is turned round (DAT-031)."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer, CustomerRelation
from zhike.kernel.actor import Actor

Kind = CustomerRelation.Kind
INVERSE = {
    Kind.PARENT: _("子公司"),
    Kind.SUBSIDIARY: _("母公司"),
    Kind.REFERRER: _("被推荐方"),
    Kind.SUPPLIER: _("采购方"),
    Kind.DISTRIBUTOR: _("供货方"),
    Kind.COMPETITOR: _("竞争对手"),
    Kind.SAME_CONTROLLER: _("同一控制人"),
}


@dataclass(frozen=True, slots=True)
class RelationSeen:
    """What the other customer is to this one: ``label`` such as 母公司, between two dates."""

    id: int
    other_id: int
    other: str
    label: str
    valid_from: dt.date | None
    valid_to: dt.date | None


def relations_of(customer_id: int, by: Actor) -> list[RelationSeen]:
    """Return the relations stated from either side, current ones first.

    Only those whose other end the reader may see. The stored kind reads "the customer is … of
    the other".
    """
    rows = CustomerRelation.unscoped.filter(
        Q(customer_id=customer_id) | Q(other_id=customer_id), archived_at__isnull=True
    ).select_related("customer", "other")
    ends = {row.other_id if row.customer_id == customer_id else row.customer_id for row in rows}
    visible = set(Customer.objects.visible_to(by).filter(pk__in=ends).values_list("pk", flat=True))
    seen = []
    for row in rows:
        ours = row.customer_id == customer_id
        other = row.other if ours else row.customer
        if other.pk in visible:
            kind = Kind(row.kind)
            label = INVERSE[kind] if ours else kind.label
            seen.append(
                RelationSeen(row.pk, other.pk, other.name, str(label), row.valid_from, row.valid_to)
            )
    return sorted(seen, key=lambda one: (one.valid_to is not None, one.other))
