"""Requests: to claim a graded customer, to keep one longer; a second person decides."""

import datetime as dt
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.models import Customer
from zhike.identity.actions.notices import notify
from zhike.kernel import kinds
from zhike.kernel.actions import action, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Forbidden, Invalid
from zhike.kernel.events import emit
from zhike.kernel.policy_store import in_force
from zhike.pool.actions.owning import lock_customers, set_owner
from zhike.pool.events import CustomerClaimed, PoolRequestDecided
from zhike.pool.models import Cause, PoolEntry, PoolRequest, Protection
from zhike.pool.policies import Recycling
from zhike.pool.queries import ledger
from zhike.pool.queries.due import deadlines
from zhike.pool.queries.room import queue_claims

Status = PoolRequest.Status


def _owned(customer: Customer, by: Actor) -> bool:
    return customer.owner_id is not None and (by.is_system or customer.owner_id == by.user_id)


@action(
    "pool.ask_extension",
    on=Customer,
    verb="change",
    title=gettext_lazy("申请延期回收"),
    icon="clock-exclamation",
    available=_owned,
)
def ask_extension(
    customer: Customer,
    *,
    by: Actor,
    reason: Annotated[str, kinds.Text(gettext_lazy("延期理由"), max_length=200)],
) -> PoolRequest:
    """Ask to keep a customer beyond its deadline; once for each period of ownership.

    Raises:
        Invalid: no reason. Conflict: it was extended already since its owner has it.
    """
    if not (reason or "").strip():
        raise Invalid(fields={"reason": [_("请写明延期理由。")]})
    since = customer.ownerships.filter(until__isnull=True).values_list("since", flat=True).first()
    before = PoolRequest.unscoped.filter(
        customer=customer, kind=PoolRequest.Kind.EXTENSION, created_at__gte=since,
        status__in=(Status.REQUESTED, Status.APPROVED),
    )  # fmt: skip
    if before.exists():
        raise Conflict(_("这家客户在本次负责期间已申请过延期，每次负责只能延期一次。"))
    return store(
        PoolRequest(
            customer=customer, kind=PoolRequest.Kind.EXTENSION, requester_id=by.user_id,
            unit_id=customer.unit_id or by.unit_id, reason=reason.strip(),
        ),
        by=by,
    )  # fmt: skip


def _waiting(row: PoolRequest, by: Actor) -> bool:  # noqa: ARG001
    return bool(row.status == Status.REQUESTED)


@action(
    "pool.decide_request",
    on=PoolRequest,
    verb="approve",
    title=gettext_lazy("审批"),
    icon="gavel",
    available=_waiting,
)
def decide_request(
    row: PoolRequest,
    *,
    by: Actor,
    approve: Annotated[bool, kinds.Bool(gettext_lazy("同意"), default=True)] = True,
    note: Annotated[str, kinds.Text(gettext_lazy("意见"), max_length=200, blank=True)] = "",
) -> PoolRequest:
    """Allow or refuse; an allowed claim takes effect at once, if the customer is still there.

    Raises:
        Forbidden: one's own request. Invalid: refused without a word.
    """
    if row.requester_id == by.user_id:
        raise Forbidden(_("不能审批自己的申请。"))
    if not approve and not (note or "").strip():
        raise Invalid(fields={"note": [_("不同意时请写明意见。")]})
    row.status = Status.REJECTED
    if approve:
        grant = _grant_claim if row.kind == PoolRequest.Kind.CLAIM else _grant_extension
        row.status = Status.APPROVED if grant(row, by) else Status.LAPSED
    row.decided_by_id, row.decision_note = by.user_id, note or ""
    store(row, by=by, fields=["status", "decided_by", "decision_note"])
    emit(PoolRequestDecided(row.customer_id, row.pk, str(row.kind), str(row.status)), by=by)
    if row.requester_id:
        words = {"what": row.get_kind_display(), "how": row.get_status_display()}
        title = _("公海%(what)s申请：%(how)s") % words
        url = f"/customers/customer/{row.customer_id}/"
        notify([row.requester_id], title, by=by, body=note or "", url=url, icon="gavel")
    return row


def _grant_claim(row: PoolRequest, by: Actor) -> bool:
    """Give the customer to the requester; False where somebody else has it or there is no room."""
    person: Any = row.requester
    if person is None or not person.is_active:
        return False
    owners = lock_customers([row.customer_id])
    queue_claims(person.pk)
    entry = PoolEntry.unscoped.filter(customer_id=row.customer_id, left_at__isnull=True).first()
    if entry is None or owners.get(row.customer_id) is not None:
        return False
    params = ledger.rules()
    limit = ledger.capacity(person.pk, params)
    exempt = row.customer.grade in params.exempt_grades
    if limit is not None and not exempt and ledger.holding(person.pk, params) >= limit:
        raise Conflict(_("申请人负责的客户已达上限 %d 家，请先释放名额。") % limit)
    set_owner(owners, person.pk, cause=Cause.CLAIMED, note=row.reason, by=by)
    emit(CustomerClaimed(row.customer_id, entry.pool_id, person.pk), by=by)
    return True


def _grant_extension(row: PoolRequest, by: Actor) -> bool:
    """Move the deadline; False where the customer has changed hands meanwhile."""
    owners = lock_customers([row.customer_id])
    if owners.get(row.customer_id) != row.requester_id:
        return False
    today = timezone.localdate()
    _version, params = in_force(Recycling.id, today)
    due = deadlines(params, today, only=[row.customer_id]).get(row.customer_id, today)
    until = max(due, today) + dt.timedelta(days=params.extension_days)
    kept = Protection(
        customer_id=row.customer_id, kind=Protection.Kind.EXTENSION, valid_from=today,
        valid_to=until, reason=row.reason,
    )  # fmt: skip
    store(kept, by=by)
    return True
