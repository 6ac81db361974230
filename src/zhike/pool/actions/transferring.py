"""Handing many customers to one person in the background: whole batches, stoppable, resumable."""

from typing import Any

from django.db.models import F, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.models import Customer
from zhike.identity.actions.notices import notify
from zhike.identity.queries import active_colleague, person
from zhike.kernel.actions import action, authorise, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid, Refusal
from zhike.kernel.jobs import defer
from zhike.pool.actions.owning import lock_customers, set_owner
from zhike.pool.models import BulkTransfer, Cause, TransferBatch
from zhike.pool.queries.room import check_room
from zhike.trust.queries import actor_for

BATCH = 1_000
JOB = "pool.carry_transfer"
Status = BulkTransfer.Status


def start_transfer(
    customers: "QuerySet[Customer]", *, by: Actor, owner: Any, reason: str = ""
) -> BulkTransfer:
    """Plan the hand-over of these customers, as far as the actor may assign them, and queue it.

    The chosen customers are written down now: what joins the filter later is not in it.

    Raises:
        Forbidden: no right to assign. Invalid: nobody chosen, or nothing to move.
    """
    authorise(by, Customer.key(), "assign")
    heir = active_colleague(owner)
    mine = Customer.objects.visible_to(by, "assign")
    rows = mine.filter(pk__in=customers.order_by().values("pk")).exclude(owner_id=heir.pk)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    if not ids:
        raise Invalid(_("没有需要移交的客户：都已由此人负责，或不在您可分配的范围内。"))
    with recorded(by, "pool.start_transfer", reason=reason):
        row = BulkTransfer(
            requester_id=by.user_id, unit_id=by.unit_id, heir=heir, reason=reason, total=len(ids)
        )
        store(row, by=by)
        now = timezone.now()
        parts = range(0, len(ids), BATCH)
        TransferBatch.unscoped.bulk_create(
            TransferBatch(
                transfer=row, number=number, customer_ids=ids[start : start + BATCH],
                created_at=now, updated_at=now,
            )
            for number, start in enumerate(parts, 1)
        )  # fmt: skip
        defer(JOB, transfer_id=row.pk)
    return row


def carry(transfer_id: int) -> None:
    """Do the batches that are left, one transaction each, until done, stopped or refused."""
    row = BulkTransfer.unscoped.get(pk=transfer_id)
    by = actor_for(person(row.requester_id or 0), channel="job")
    try:
        while _next_batch(transfer_id, by):
            pass
    except Refusal as refused:
        _end(transfer_id, Status.FAILED, _first(refused), by)


def _next_batch(transfer_id: int, by: Actor) -> bool:
    """Do one batch as a whole; False when there is none, or somebody stopped the transfer."""
    authorise(by, Customer.key(), "assign")  # who has left, or lost the right, moves nothing more
    with recorded(by, "pool.carry_transfer"):
        row = BulkTransfer.unscoped.select_for_update(of=("self",)).get(pk=transfer_id)
        if row.status != Status.RUNNING:
            return False
        batch = row.batches.filter(done_at__isnull=True).order_by("number").first()
        if batch is None:
            _end(transfer_id, Status.DONE, "", by)
            return False
        batch.moved = _move(row, batch.customer_ids, by)
        batch.done_at = timezone.now()
        store(batch, by=by, fields=["moved", "done_at"])
    return True


def _move(row: BulkTransfer, ids: list[int], by: Actor) -> int:
    """Give one batch to the heir; those that left the actor's reach meanwhile stay where they are."""
    reachable = Customer.objects.visible_to(by, "assign").filter(pk__in=ids)
    owners = lock_customers(list(reachable.values_list("pk", flat=True)))
    moving = {pk: owner for pk, owner in owners.items() if owner != row.heir_id}
    check_room(row.heir_id, list(moving))
    set_owner(moving, row.heir_id, cause=Cause.ASSIGNED, note=row.reason, by=by)
    return len(moving)


def _end(transfer_id: int, status: str, message: str, by: Actor) -> None:
    with recorded(by, "pool.end_transfer"):
        row = BulkTransfer.unscoped.select_for_update(of=("self",)).get(pk=transfer_id)
        if row.status != Status.RUNNING:
            return
        row.status, row.message, row.finished_at = status, message[:300], timezone.now()
        store(row, by=by, fields=["status", "message", "finished_at"])
        if row.requester_id:
            moved = row.batches.aggregate(moved=Sum("moved"))["moved"] or 0
            title = _("批量移交%(how)s：%(moved)d / %(total)d 家") % {
                "how": row.get_status_display(), "moved": moved, "total": row.total,
            }  # fmt: skip
            url = f"/pool/bulktransfer/{row.pk}/"
            notify([row.requester_id], title, by=by, body=message, url=url, icon="user-share")


def _first(refused: Refusal) -> str:
    return next((found[0] for found in refused.fields.values() if found), refused.message)


def _running(row: BulkTransfer, by: Actor) -> bool:
    return row.status == Status.RUNNING and (by.is_system or row.requester_id == by.user_id)


@action(
    "pool.stop_transfer",
    on=BulkTransfer,
    verb="view",
    title=gettext_lazy("停止移交"),
    icon="player-pause",
    danger=True,
    available=_running,
)
def stop_transfer(row: BulkTransfer, *, by: Actor) -> BulkTransfer:
    """Stop after the batch that runs now; the batches done stay done and can be read."""
    row.status, row.finished_at = Status.STOPPED, timezone.now()
    row.message = done_text(row)
    return store(row, by=by, fields=["status", "message", "finished_at"])


def _resumable(row: BulkTransfer, by: Actor) -> bool:
    mine = by.is_system or row.requester_id == by.user_id
    return mine and row.status in {Status.STOPPED, Status.FAILED}


@action(
    "pool.resume_transfer",
    on=BulkTransfer,
    verb="view",
    title=gettext_lazy("继续移交"),
    icon="player-play",
    available=_resumable,
)
def resume_transfer(row: BulkTransfer, *, by: Actor) -> BulkTransfer:
    """Go on with the batches that are left."""
    row.status, row.finished_at, row.message = Status.RUNNING, None, ""
    store(row, by=by, fields=["status", "message", "finished_at"])
    defer(JOB, transfer_id=row.pk)
    return row


def done_text(row: BulkTransfer) -> str:
    """Say which batches are done: "第 1、2、3 批已完成，共 3,000 家"."""
    done = list(row.batches.filter(done_at__isnull=False).order_by("number").values_list("number"))
    if not done:
        return _("没有一批完成，客户均未变动")
    moved = row.batches.aggregate(moved=Sum("moved"))["moved"] or 0
    words = {"first": done[0][0], "last": done[-1][0], "moved": moved}
    return _("第 %(first)d 至 %(last)d 批已完成，共移交 %(moved)d 家；其余各批未动") % words


def progress(row: BulkTransfer) -> dict[str, int]:
    """Return customers done and total, batches done and total, moved."""
    found = row.batches.filter(done_at__isnull=False)
    sizes = found.annotate(size=F("customer_ids__len")).aggregate(done=Sum("size"), m=Sum("moved"))
    return {
        "done": sizes["done"] or 0, "total": row.total, "moved": sizes["m"] or 0,
        "batches_done": found.count(), "batches": row.batches.count(),
    }  # fmt: skip
