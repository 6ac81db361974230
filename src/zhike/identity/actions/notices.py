"""Messages to people."""

from collections.abc import Iterable

from django.utils import timezone

from zhike.identity.models import Notice
from zhike.kernel.actor import Actor


def notify(
    user_ids: Iterable[int],
    title: str,
    *,
    by: Actor,
    body: str = "",
    url: str = "",
    icon: str = "bell",
) -> int:
    """Write the same message to several people in the running transaction; returns how many."""
    now = timezone.now()
    rows = [
        Notice(
            user_id=pk,
            title=title[:200],
            body=body,
            url=url,
            icon=icon,
            created_at=now,
            updated_at=now,
            created_by_id=by.user_id,
        )
        for pk in dict.fromkeys(user_ids)
    ]
    Notice.unscoped.bulk_create(rows)
    return len(rows)
