"""Needs of one theme, over the customers who asked."""

import datetime as dt

from django.db.models import Count, Q

from zhike.identity.models import OrgUnit
from zhike.identity.queries import holders
from zhike.kernel.moments import midnight
from zhike.needs.models import Need

PRODUCT_ROLES = ("product", "crm_supervisor")


def theme_counts(on: dt.date, window_days: int) -> list[tuple[str, int, int]]:
    """Return (theme, customers in the last window, customers in the window before), by theme."""
    end = midnight(on + dt.timedelta(days=1))
    middle, start = end - dt.timedelta(days=window_days), end - dt.timedelta(days=2 * window_days)
    rows = Need.unscoped.filter(
        archived_at__isnull=True, recorded_at__gte=start, recorded_at__lt=end
    ).exclude(theme="")
    counted = rows.values("theme").annotate(
        now=Count("customer_id", distinct=True, filter=Q(recorded_at__gte=middle)),
        before=Count("customer_id", distinct=True, filter=Q(recorded_at__lt=middle)),
    )
    return [(row["theme"], row["now"], row["before"]) for row in counted.order_by("theme")]


def product_people() -> list[int]:
    """Return who reviews the strategy: leaders of product units, else holders of the role 产品.

    Without any of them the supervisors of customer relations, so that nothing is lost.
    """
    leaders = OrgUnit.unscoped.filter(
        kind=OrgUnit.Kind.PRODUCT, leader__is_active=True, archived_at__isnull=True
    )
    found = list(leaders.order_by("id").values_list("leader_id", flat=True))
    for role in PRODUCT_ROLES:
        if found:
            break
        found = holders(role)
    return [pk for pk in dict.fromkeys(found) if pk is not None]
