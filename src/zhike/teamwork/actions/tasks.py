"""To-dos that the rules of this package put on people's lists, and their end."""

import datetime as dt

from django.db.models import F
from django.utils import timezone

from zhike.identity.models import User
from zhike.interactions.actions.steps import end_of_day
from zhike.interactions.models import ToDo
from zhike.kernel.actions import store
from zhike.kernel.actor import Actor


def put_todo(
    key: str,
    title: str,
    *,
    by: Actor,
    owner_id: int | None,
    due_on: dt.date,
    customer_id: int | None = None,
    unit_id: int | None = None,
    policy_id: str = "",
) -> ToDo | None:
    """Put a to-do on somebody's list once; None where it stands there already or nobody can."""
    if owner_id is None or not User.unscoped.filter(pk=owner_id, is_active=True).exists():
        return None
    if ToDo.unscoped.filter(source_key=key, status=ToDo.Status.OPEN).exists():
        return None
    row = ToDo(
        title=title[:200],
        customer_id=customer_id,
        family=ToDo.Family.NEXT_STEP,
        due_at=end_of_day(due_on),
        owner_id=owner_id,
        unit_id=unit_id,
        policy_id=policy_id,
        source_key=key,
    )
    return store(row, by=by)


def end_todos(*keys: str, by: Actor, result: str = "") -> int:
    """Close the open to-dos of these keys; returns how many."""
    now = timezone.now()
    return ToDo.unscoped.filter(source_key__in=keys, status=ToDo.Status.OPEN).update(
        status=ToDo.Status.DONE, done_at=now, done_by_id=by.user_id, result=result[:200],
        version=F("version") + 1, updated_at=now, updated_by_id=by.user_id,
    )  # fmt: skip
