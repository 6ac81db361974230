"""Who answers for a rule."""

import datetime as dt

from zhike.identity.models import RoleAssignment
from zhike.identity.queries import valid_on


def holders(role: str, on: dt.date) -> list[int]:
    """Return the active people who hold a role on a day."""
    rows = RoleAssignment.unscoped.filter(
        valid_on(on), role__code=role, archived_at__isnull=True, user__is_active=True
    )
    return list(rows.values_list("user_id", flat=True).distinct().order_by("user_id"))
