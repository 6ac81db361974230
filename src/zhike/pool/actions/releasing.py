"""Giving customers back to a pool."""

from typing import Annotated, Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.models import Customer
from zhike.kernel import kinds
from zhike.kernel.actions import action
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Invalid
from zhike.kernel.events import emit
from zhike.kernel.outcome import Outcome
from zhike.pool.actions.owning import lock_customers, set_owner
from zhike.pool.events import CustomerPooled
from zhike.pool.models import Cause, Pool, PoolEntry, RecycleRun
from zhike.pool.queries.pools import pools_by_unit


@action(
    "pool.release",
    on=Customer,
    verb="change",
    title=gettext_lazy("退回公海"),
    icon="recycle",
    many=True,
    leaves_scope=True,
    danger=True,
)
def release(
    customers: "QuerySet[Customer]",
    *,
    by: Actor,
    reason: Annotated[str, kinds.Text(gettext_lazy("退回原因"), max_length=200)],
    pool: Annotated[
        Any, kinds.Link(gettext_lazy("退回到"), "pool.Pool", blank=True, null=True)
    ] = None,
) -> Outcome:
    """Give customers back, saying why; without a pool named each goes to its department's.

    Raises:
        Invalid: no reason. Conflict: none of them has an owner, or there is no pool for one.
    """
    if not (reason or "").strip():
        raise Invalid(fields={"reason": [_("请写明退回原因。")]})
    owners = lock_customers(list(customers.values_list("pk", flat=True)))
    owned = {pk: owner for pk, owner in owners.items() if owner is not None}
    if not owned:
        raise Conflict(_("所选客户没有负责人，已在公海或尚未分配。"))
    chosen = pool.pk if isinstance(pool, Pool) else int(pool) if pool else None
    put_in(owned, by=by, cause="released", reason=reason.strip(), pool_id=chosen)
    return Outcome(_("已退回公海 %d 家") % len(owned), count=len(owned))


def put_in(
    owners: "dict[int, int | None]",
    *,
    by: Actor,
    cause: str,
    reason: str,
    pool_id: int | None = None,
    run: RecycleRun | None = None,
) -> None:
    """Take the owners off locked customers and lay these into pools.

    Raises:
        Conflict: there is no pool for one of them.
    """
    units = dict(Customer.unscoped.filter(pk__in=list(owners)).values_list("pk", "unit_id"))
    places = {} if pool_id else pools_by_unit()
    pools = {pk: pool_id or places.get(units[pk]) or places.get(None) for pk in owners}
    if None in pools.values():
        raise Conflict(_("还没有可用的公海。请先在“公海设置”中建立一个默认公海。"))
    ledger = Cause.RECYCLED if cause == "recycled" else Cause.RELEASED
    set_owner(owners, None, cause=ledger, note=reason, by=by)
    now = timezone.now()
    PoolEntry.unscoped.bulk_create(
        [
            PoolEntry(
                customer_id=pk, pool_id=pools[pk], entered_at=now, cause=cause, reason=reason[:200],
                previous_owner_id=owner, run=run, created_at=now, updated_at=now,
                created_by_id=by.user_id, updated_by_id=by.user_id,
            )
            for pk, owner in owners.items()
        ],
        batch_size=1_000,
    )  # fmt: skip
    emit(
        *(CustomerPooled(pk, pools[pk] or 0, owner, cause, reason) for pk, owner in owners.items()),
        by=by,
    )
