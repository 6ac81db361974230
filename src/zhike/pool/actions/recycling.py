"""The night's recycling: warn, take back by the rule in force, and take a run back (SEG-044)."""

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Sequence

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.identity.actions.notices import notify
from zhike.identity.queries import end_of_day
from zhike.interactions.actions import raise_todo
from zhike.kernel.actions import action, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict
from zhike.kernel.events import emit
from zhike.kernel.outcome import Outcome
from zhike.kernel.policy_store import in_force
from zhike.pool.actions.owning import lock_customers, set_owner
from zhike.pool.actions.releasing import put_in
from zhike.pool.events import RecycleRunFinished, RecycleWarned
from zhike.pool.models import Cause, PoolEntry, RecycleRun
from zhike.pool.policies import Recycling
from zhike.pool.queries.due import Due, listed

BATCH = 2_000


def recycle(on: dt.date, *, by: Actor) -> RecycleRun | None:
    """Run the rule of a day over everybody; None where no version of it has been published.

    Customers go back in batches of two thousand, each its own transaction: a run that is cut off
    has done whole batches, and running again does the rest. Within a batch the customers are locked
    and judged once more, so that a follow-up in the same second keeps the customer.
    """
    version, params = in_force(Recycling.id, on)
    if version is None:
        return None
    began = time.perf_counter()
    found = listed(params, on)
    with recorded(by, "pool.recycle"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [Recycling.id])
        run = RecycleRun.unscoped.filter(on=on, policy_version=version, undone_at=None).first()
        run = run or store(RecycleRun(on=on, policy_version=version), by=by)
    late = [one.customer_id for one in found if one.late]
    recycled = 0
    for start in range(0, len(late), BATCH):
        with recorded(by, "pool.recycle"):
            recycled += take_back(late[start : start + BATCH], params, on, run, by)
    with recorded(by, "pool.recycle"):
        warned = warn([one for one in found if not one.late], by)
        run.recycled += recycled
        run.warned = max(run.warned, warned)
        run.seconds = time.perf_counter() - began
        store(run, by=by, fields=["recycled", "warned", "seconds"])
        emit(RecycleRunFinished(run.pk, run.recycled, run.warned), by=by)
    return run


def take_back(ids: Sequence[int], params: object, on: dt.date, run: RecycleRun, by: Actor) -> int:
    """Take back those of the customers that are still due once they are locked; returns how many."""
    owners = lock_customers(ids)
    still = [one for one in listed(params, on, only=list(owners)) if one.late]  # type: ignore[arg-type]
    leaving: dict[int, int | None] = {one.customer_id: one.owner_id for one in still}
    if not leaving:
        return 0
    put_in(leaving, by=by, cause="recycled", reason=_("超过期限未跟进或未成交"), run=run)
    names = defaultdict(list)
    for one in still:
        names[one.owner_id].append(one.name)
    for owner, lost in names.items():
        title = _("%d 家客户已按规则退回公海") % len(lost)
        notify([owner], title, by=by, body="、".join(lost[:10]), url="/pool/", icon="recycle")
    return len(leaving)


def warn(soon: Sequence[Due], by: Actor) -> int:
    """Tell owners what is about to go back, once for each deadline: a notice and a to-do each."""
    by_owner = defaultdict(list)
    for one in soon:
        raise_todo(
            f"pool.recycle:{one.customer_id}:{one.due_on}",
            _("即将退回公海，请跟进"),
            owner_id=one.owner_id,
            due_at=end_of_day(one.due_on),
            by=by,
            customer_id=one.customer_id,
            policy_id=Recycling.id,
            facts={"due_on": one.due_on.isoformat()},
        )
        by_owner[one.owner_id].append(one)
    for owner, items in by_owner.items():
        title = _("%d 家客户即将退回公海") % len(items)
        body = "、".join(f"{one.name}（{one.due_on:%m-%d}）" for one in items[:10])
        notify([owner], title, by=by, body=body, url="/todos/", icon="clock-exclamation")
    emit(*(RecycleWarned(o.customer_id, o.owner_id, o.due_on.isoformat()) for o in soon), by=by)
    return len(soon)


def _may_be_undone(run: RecycleRun, by: Actor) -> bool:  # noqa: ARG001
    return run.undone_at is None and run.recycled > 0


@action(
    "pool.undo_run",
    on=RecycleRun,
    verb="change",
    title=gettext_lazy("撤销这次回收"),
    icon="arrow-back-up",
    danger=True,
    available=_may_be_undone,
)
def undo_run(run: RecycleRun, *, by: Actor) -> Outcome:
    """Give back what still lies in a pool to its owners, within the hours of the rule.

    Raises:
        Conflict: too late.
    """
    _version, params = in_force(Recycling.id, run.on)
    if timezone.now() - run.created_at > dt.timedelta(hours=params.undo_hours):
        raise Conflict(_("超过 %d 小时的回收不能撤销，请从公海分配。") % params.undo_hours)
    rows = PoolEntry.unscoped.filter(run=run, left_at__isnull=True)
    waiting = dict(rows.values_list("customer_id", "previous_owner_id"))
    owners = lock_customers(list(waiting))
    back: defaultdict[int, dict[int, int | None]] = defaultdict(dict)
    for pk, now in owners.items():
        if now is None and waiting[pk]:
            back[waiting[pk]][pk] = now
    for owner, customers in back.items():
        set_owner(customers, owner, cause=Cause.RESTORED, note=_("撤销回收"), by=by)
    count = sum(len(customers) for customers in back.values())
    run.undone_at, run.undone = timezone.now(), count
    store(run, by=by, fields=["undone_at", "undone"])
    return Outcome(_("已退还 %(back)d 家，%(gone)d 家已有新负责人") % {
        "back": count, "gone": run.recycled - count}, count=count)  # fmt: skip
