"""Taking customers from a pool. A claim has one winner, and limits count from the ledger."""

from typing import Annotated, Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.models import Customer
from zhike.identity.queries import active_colleague
from zhike.kernel import kinds
from zhike.kernel.actions import action, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Forbidden, Invalid, PolicyRefused
from zhike.kernel.events import emit
from zhike.kernel.outcome import Outcome
from zhike.kernel.policies import Decision
from zhike.kernel.policy_store import sentence
from zhike.pool.actions.owning import lock_customers, set_owner
from zhike.pool.events import CustomerClaimed
from zhike.pool.models import Cause, PoolEntry, PoolRequest, PoolView
from zhike.pool.policies import Claiming, ClaimingFacts, ClaimingParams
from zhike.pool.queries import ledger
from zhike.pool.queries.room import no_room, queue_claims


@action(
    "pool.claim",
    on=PoolEntry,
    verb="change",
    title=gettext_lazy("领取"),
    icon="user-check",
    many=True,
    leaves_scope=True,
)
def claim(
    entries: "QuerySet[PoolEntry]",
    *,
    by: Actor,
    reason: Annotated[str, kinds.Text(gettext_lazy("领取说明"), max_length=200, blank=True)] = "",
) -> Outcome:
    """Take pooled customers for oneself; above the free grades this becomes a request.

    Raises:
        Conflict: somebody else was faster with all of them.
        PolicyRefused: a limit does not allow any of them; the reasons say which.
    """
    if by.user_id is None:
        raise Forbidden(_("只有人员可以领取客户。"))
    wanted = list(entries.values_list("pk", "customer_id"))
    owners = lock_customers([customer for _pk, customer in wanted])
    queue_claims(by.user_id)
    rows = list(
        PoolEntry.unscoped.filter(pk__in=[pk for pk, _c in wanted], left_at__isnull=True)
        .select_related("customer", "pool")
        .order_by("pk")
    )
    if not rows:
        raise Conflict(_("已被其他同事领取，请刷新公海列表。"))
    taken, asked, refused = _sort_out(rows, by)
    if not taken and not asked:
        raise PolicyRefused("；".join(refused), policy=Claiming.id, reasons=refused)
    mine = {row.customer_id: owners[row.customer_id] for row in taken}
    set_owner(mine, by.user_id, cause=Cause.CLAIMED, note=reason or "", by=by)
    emit(*(CustomerClaimed(r.customer_id, r.pool_id, by.user_id) for r in taken), by=by)
    for row in asked:
        request(row, by=by, reason=reason or "")
    return Outcome(_told(len(wanted), len(taken), len(asked)), count=len(taken))


def _sort_out(
    rows: list[PoolEntry], by: Actor
) -> "tuple[list[PoolEntry], list[PoolEntry], list[str]]":
    """Return what may be taken, what has to be asked for, and why the rest is refused."""
    params, person = ledger.rules(), by.user_id or 0
    limit = ledger.capacity(person, params)
    held, today = ledger.holding(person, params), ledger.claimed_today(person)
    taken: list[PoolEntry] = []
    asked: list[PoolEntry] = []
    refused: list[str] = []
    for row in rows:
        using = sum(one.customer.grade not in params.exempt_grades for one in taken)
        decision = decide(row, person, params, limit, held + using, today + len(taken))
        if decision.outcome == "allow":
            taken.append(row)
        elif decision.outcome == "ask":
            asked.append(row)
        else:
            refused += [sentence(line) for line in decision.reasons if not line.holds]
    return taken, asked, list(dict.fromkeys(refused))


def decide(
    row: PoolEntry, person: int, params: ClaimingParams, limit: int | None, held: int, today: int
) -> Decision:
    """Return what the rule says to one person's claim of one pooled customer."""
    facts = ClaimingFacts(
        grade=row.customer.grade,
        holding=held,
        claimed_today=today,
        now=timezone.now(),
        entered_at=row.entered_at,
        is_previous_owner=row.previous_owner_id == person,
        is_new_data=row.cause == "new",
    )
    return Claiming().of(facts, params, limit)


def request(row: PoolEntry, *, by: Actor, reason: str) -> PoolRequest:
    """Ask a second person to allow the claim; an open request of the same person stays."""
    known = PoolRequest.unscoped.filter(
        customer_id=row.customer_id, requester_id=by.user_id, kind=PoolRequest.Kind.CLAIM,
        status=PoolRequest.Status.REQUESTED,
    ).first()  # fmt: skip
    if known:
        return known
    return store(
        PoolRequest(
            customer_id=row.customer_id, kind=PoolRequest.Kind.CLAIM, requester_id=by.user_id,
            unit_id=by.unit_id, reason=reason or _("领取较高分级的客户"),
        ),
        by=by,
    )  # fmt: skip


def _told(wanted: int, taken: int, asked: int) -> str:
    parts = []
    if taken:
        parts.append(_("已领取 %d 家") % taken)
    if asked:
        parts.append(_("%d 家需要审批，已提交申请") % asked)
    if wanted > taken + asked:
        parts.append(_("%d 家未能领取（已被领走或超出上限）") % (wanted - taken - asked))
    return "；".join(parts)


@action(
    "pool.assign_from_pool",
    on=PoolEntry,
    verb="assign",
    title=gettext_lazy("分配给"),
    icon="user-share",
    many=True,
    leaves_scope=True,
)
def assign_from_pool(
    entries: "QuerySet[PoolEntry]",
    *,
    by: Actor,
    owner: Annotated[Any, kinds.Owner(gettext_lazy("负责人"))],
    reason: Annotated[str, kinds.Text(gettext_lazy("原因"), max_length=200, blank=True)] = "",
) -> Outcome:
    """Give pooled customers to a person, as far as his capacity goes.

    Raises:
        Invalid: nobody chosen, or the person has no room for all of them.
        Conflict: all of them have been taken meanwhile.
    """
    heir = active_colleague(owner)
    wanted = list(entries.values_list("pk", "customer_id"))
    owners = lock_customers([customer for _pk, customer in wanted])
    queue_claims(heir.pk)
    rows = PoolEntry.unscoped.filter(pk__in=[pk for pk, _c in wanted], left_at__isnull=True)
    found = list(rows.select_related("customer"))
    if not found:
        raise Conflict(_("所选客户已被领取或分配，请刷新公海列表。"))
    params = ledger.rules()
    limit = ledger.capacity(heir.pk, params)
    coming = ledger.using(Customer.unscoped.filter(pk__in=[r.customer_id for r in found]), params)
    held = ledger.holding(heir.pk, params)
    if limit is not None and coming and held + coming > limit:
        raise Invalid(fields={"owner": [no_room(heir.pk, held, limit)]})
    mine = {row.customer_id: owners[row.customer_id] for row in found}
    set_owner(mine, heir.pk, cause=Cause.ASSIGNED, note=reason or "", by=by)
    told = (CustomerClaimed(r.customer_id, r.pool_id, heir.pk, assigned=True) for r in found)
    emit(*told, by=by)
    text = _("已分配给 %(who)s %(count)d 家") % {"who": heir, "count": len(found)}
    return Outcome(text, count=len(found))


@action("pool.open_pooled", on=PoolEntry, verb="view", title=gettext_lazy("查看详情"), icon="eye")
def open_pooled(entry: PoolEntry, *, by: Actor) -> PoolEntry:
    """Open a pooled customer; the first time a day counts against the daily limit of views.

    Raises:
        PolicyRefused: the limit is reached.
    """
    if by.user_id is None:
        return entry
    queue_claims(by.user_id)
    today, params = timezone.localdate(), ledger.rules()
    seen = PoolView.unscoped.filter(entry=entry, user_id=by.user_id, on=today).exists()
    if seen:
        return entry
    limit = params.daily_views
    if limit is not None and ledger.viewed_today(by.user_id) >= limit:
        text = _("今天已查看 %d 家公海客户，达到每日上限，明天再看。") % limit
        raise PolicyRefused(text, policy=Claiming.id, reasons=[text])
    store(PoolView(entry=entry, user_id=by.user_id, on=today), by=by)
    return entry
