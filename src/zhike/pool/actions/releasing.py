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
from zhike.kernel.policy_store import in_force
from zhike.pool.actions.owning import lock_customers, set_owner
from zhike.pool.events import CustomerPooled
from zhike.pool.models import Cause, Pool, PoolEntry, RecycleRun
from zhike.pool.policies import Claiming
from zhike.pool.queries.pools import pools_by_unit

GATHERED = 2_000


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
    owned: dict[int, int | None] = {pk: who for pk, who in owners.items() if who is not None}
    if not owned:
        raise Conflict(_("所选客户没有负责人，已在公海或尚未分配。"))
    chosen = pool.pk if isinstance(pool, Pool) else int(pool) if pool else None
    put_in(owned, by=by, cause="released", reason=reason.strip(), pool_id=chosen)
    return Outcome(_("已退回公海 %d 家") % len(owned), count=len(owned))


@action(
    "pool.put_in_pool",
    on=Customer,
    verb="assign",
    title=gettext_lazy("放入公海"),
    icon="recycle",
    many=True,
    leaves_scope=True,
)
def put_in_pool(
    customers: "QuerySet[Customer]",
    *,
    by: Actor,
    reason: Annotated[str, kinds.Text(gettext_lazy("说明"), max_length=200, blank=True)] = "",
    pool: Annotated[
        Any, kinds.Link(gettext_lazy("放入"), "pool.Pool", blank=True, null=True)
    ] = None,
) -> Outcome:
    """Lay customers that nobody owns into a pool as new data, shown before it can be claimed.

    Raises:
        Conflict: all of them have an owner or lie in a pool already.
    """
    owners = lock_customers(list(customers.values_list("pk", flat=True)))
    lying = set(
        PoolEntry.unscoped.filter(
            customer_id__in=list(owners), left_at__isnull=True
        ).values_list("customer_id", flat=True)
    )  # fmt: skip
    free: dict[int, int | None] = {
        pk: None for pk, owner in owners.items() if owner is None and pk not in lying
    }
    if not free:
        raise Conflict(_("所选客户都有负责人，或已在公海。有负责人的请用“退回公海”。"))
    chosen = pool.pk if isinstance(pool, Pool) else int(pool) if pool else None
    put_in(free, by=by, cause="new", reason=(reason or "").strip(), pool_id=chosen)
    return Outcome(_("已放入公海 %d 家") % len(free), count=len(free))


def gather_new(*, by: Actor) -> int:
    """Lay customers without owner that were never in a pool into theirs; returns how many.

    Only where a published rule says so, only those that have a pool; two thousand at a time.
    """
    version, params = in_force(Claiming.id)
    if version is None or not params.gather_new:
        return 0
    places = pools_by_unit()
    rows = Customer.unscoped.filter(owner__isnull=True, archived_at__isnull=True)
    rows = rows.filter(pool_entries__isnull=True)
    if None not in places:
        rows = rows.filter(unit_id__in=[unit for unit in places if unit])
    found = list(rows.order_by("pk").values_list("pk", flat=True)[:GATHERED])
    if found and places:
        put_in_pool(found, by=by, reason=_("新数据"))
        return len(found)
    return 0


def put_in(
    owners: "dict[int, int | None]",
    *,
    by: Actor,
    cause: str,
    reason: str,
    pool_id: int | None = None,
    run: RecycleRun | None = None,
) -> None:
    """Take the owners, if any, off locked customers and lay these into pools.

    Raises:
        Conflict: there is no pool for one of them.
    """
    units = dict(Customer.unscoped.filter(pk__in=list(owners)).values_list("pk", "unit_id"))
    places = {} if pool_id else pools_by_unit()
    pools = {pk: pool_id or places.get(units[pk]) or places.get(None) for pk in owners}
    if None in pools.values():
        raise Conflict(_("还没有可用的公海。请先在“公海设置”中建立一个默认公海。"))
    ledger = Cause.RECYCLED if cause == "recycled" else Cause.RELEASED
    owned: dict[int, int | None] = {pk: who for pk, who in owners.items() if who is not None}
    set_owner(owned, None, cause=ledger, note=reason, by=by)
    now = timezone.now()
    PoolEntry.unscoped.bulk_create(
        [
            PoolEntry(
                customer_id=pk, pool_id=pools[pk] or 0, entered_at=now, cause=cause, reason=reason[:200],
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
