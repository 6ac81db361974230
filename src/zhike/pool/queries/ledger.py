"""Counts from the ownership ledger: what limits look at, whatever happened in between."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils import timezone

from zhike.customers.models import Customer
from zhike.identity.queries import roles_of
from zhike.kernel.moments import midnight
from zhike.kernel.policy_store import in_force
from zhike.pool.models import Cause, Ownership, PoolView
from zhike.pool.policies import Claiming, ClaimingParams


def rules(on: dt.date | None = None) -> ClaimingParams:
    """Return the limits in force."""
    _version, params = in_force(Claiming.id, on)
    return params  # type: ignore[no-any-return]


def holding(user_id: int, params: ClaimingParams, *, but: Sequence[int] = ()) -> int:
    """Return how many customers of a person use capacity now, some of them left out."""
    rows = Customer.unscoped.filter(owner_id=user_id, archived_at__isnull=True)
    return using(rows.exclude(pk__in=list(but)) if but else rows, params)


def using(rows: "QuerySet[Customer]", params: ClaimingParams) -> int:
    """Return how many of these customers use capacity: neither exempt by grade nor won lately."""
    rows = rows.exclude(grade__in=params.exempt_grades)
    if params.won_days:
        since = timezone.localdate() - dt.timedelta(days=params.won_days)
        rows = rows.filter(Q(last_order_on__isnull=True) | Q(last_order_on__lt=since))
    return int(rows.count())


def capacity(user_id: int, params: ClaimingParams) -> int | None:
    """Return how many customers a person may hold, None for no limit."""
    codes = set(roles_of(user_id).values_list("role__code", flat=True))
    return params.capacity_of(codes)


def claimed_today(user_id: int) -> int:
    """Return how often a person claimed today; a release does not give a claim back."""
    start = midnight(timezone.localdate())
    rows = Ownership.unscoped.filter(owner_id=user_id, cause=Cause.CLAIMED, since__gte=start)
    return int(rows.count())


def viewed_today(user_id: int) -> int:
    """Return how many pooled customers a person opened today."""
    return int(PoolView.unscoped.filter(user_id=user_id, on=timezone.localdate()).count())
