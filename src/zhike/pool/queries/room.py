"""How many more customers a person may be given: what the other packages ask."""

from collections.abc import Sequence

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.customers.models import Customer
from zhike.customers.queries import provide_capacity
from zhike.identity.models import User
from zhike.kernel.errors import Invalid
from zhike.kernel.policy_store import in_force
from zhike.pool.policies import Claiming, ClaimingParams
from zhike.pool.queries import ledger

CLAIMER_LOCK = 7_041  # first key of the advisory locks that queue what one person gets


def queue_claims(user_id: int) -> None:
    """Let whatever gives customers to one person wait for each other until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [CLAIMER_LOCK, user_id])


def check_room(owner_id: int, customer_ids: Sequence[int]) -> None:
    """Refuse what exceeds a person's capacity, where a version of the rule has been published.

    Raises:
        Invalid: naming what he holds, the limit and the room left.
    """
    version, params = in_force(Claiming.id, timezone.localdate())
    if version is None:
        return
    queue_claims(owner_id)
    limit = ledger.capacity(owner_id, params)
    if limit is None:
        return
    held = ledger.holding(owner_id, params, but=customer_ids)
    coming = ledger.using(Customer.unscoped.filter(pk__in=list(customer_ids)), params)
    if coming and held + coming > limit:
        raise Invalid(fields={"owner": [no_room(owner_id, held, limit)]})


def no_room(owner_id: int, held: int, limit: int) -> str:
    """Return the sentence that names holding, limit and room."""
    text = _("%(who)s 已负责 %(held)d 家，上限 %(limit)d 家，最多还能接 %(room)d 家。")
    who = User.unscoped.get(pk=owner_id)
    return text % {"who": who, "held": held, "limit": limit, "room": max(limit - held, 0)}


def my_counters(user_id: int, params: ClaimingParams) -> dict[str, tuple[int, int | None]]:
    """Return what a person has used of each limit: name -> (used, limit or None)."""
    return {
        "claimed": (ledger.claimed_today(user_id), params.daily_claims),
        "viewed": (ledger.viewed_today(user_id), params.daily_views),
        "holding": (ledger.holding(user_id, params), ledger.capacity(user_id, params)),
    }


provide_capacity(check_room)
