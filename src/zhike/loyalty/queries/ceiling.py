"""How often we spoke with customers lately: the one place that asks for the ceiling of contacts."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Count

from zhike.interactions.models import Interaction
from zhike.kernel.moments import midnight


def contacts_lately(customer_ids: Sequence[int], on: dt.date, days: int) -> dict[int, int]:
    """Return customer -> contacts by us in the days that end on ``on``; those without are absent."""
    end = midnight(on + dt.timedelta(days=1))
    rows = Interaction.unscoped.filter(
        archived_at__isnull=True, direction=Interaction.Direction.OUT,
        customer_id__in=customer_ids, occurred_at__lt=end,
        occurred_at__gte=end - dt.timedelta(days=days),
    )  # fmt: skip
    return dict(rows.order_by().values_list("customer_id").annotate(n=Count("pk")))
