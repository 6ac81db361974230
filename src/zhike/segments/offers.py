"""What rules may choose from: the segments of the company."""

from zhike.rulebook.queries.offers import provide_offer
from zhike.segments.models import Segment

MOST = 500

provide_offer(
    "segments",
    lambda: (
        Segment.unscoped.filter(archived_at__isnull=True)
        .order_by("name", "id")
        .values_list("pk", "name")[:MOST]
    ),
)
