"""Making occasions into to-dos, exactly once each, and noting what was done (LOY-011…013)."""

import datetime as dt
from typing import Annotated

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.identity.queries import end_of_day
from zhike.interactions.actions import raise_todo, settle_todos
from zhike.kernel import kinds
from zhike.kernel.actions import action, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.events import emit
from zhike.kernel.outcome import Outcome
from zhike.kernel.policy_store import in_force
from zhike.loyalty.actions.todos import care_key
from zhike.loyalty.events import CareGiven
from zhike.loyalty.models import CareItem
from zhike.loyalty.policies import CareRule
from zhike.loyalty.queries.occasions import Occasion, coming

Status = CareItem.Status


def plan_care(on: dt.date, *, by: Actor) -> int:
    """Make care to-dos of all occasions whose reminder has come; may run any number of times.

    Returns how many were made. An occasion that was missed while the product stood still is made up
    for as long as its day has not passed.
    """
    version, params = in_force(CareRule.id, on)
    lead = max((one.days_before for one in params.occasions), default=0)
    with recorded(by, "loyalty.plan_care"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [CareRule.id])
        due = [
            one
            for one in coming(on, on + dt.timedelta(days=lead), params)
            if one.outcome == "care" and not one.status and one.remind_on <= on
        ]
        for one in due:
            _plan(one, version.pk if version else None, by)
    return len(due)


def _plan(one: Occasion, version_id: int | None, by: Actor) -> None:
    if one.person_id is None:  # the rule has refused it
        return
    item = CareItem(
        occasion_key=one.key, customer_id=one.customer_id, person_id=one.person_id,
        occasion=one.name[:80], kind=one.kind, occurs_on=one.day, channel=one.channel,
        message=one.message, owner_id=one.owner_id, unit_id=one.unit_id,
        policy_version_id=version_id, facts=one.facts.model_dump(mode="json"),
    )  # fmt: skip
    store(item, by=by)
    raise_todo(
        care_key(item.pk), _("关怀：%(person)s %(occasion)s")
        % {"person": one.person, "occasion": one.name},
        owner_id=one.owner_id, due_at=end_of_day(one.day), by=by, customer_id=one.customer_id,
        link=f"/loyalty/careitem/{item.pk}/", policy_id=CareRule.id,
        policy_version_id=version_id, facts={"occurs_on": one.day.isoformat()},
    )  # fmt: skip


@action(
    "loyalty.complete_care",
    on=CareItem,
    title=gettext_lazy("已关怀"),
    icon="check",
    available=lambda row, _by: row.status == Status.PLANNED,
)
def complete_care(
    item: CareItem,
    *,
    by: Actor,
    result: Annotated[str, kinds.Text(gettext_lazy("结果"), max_length=200, blank=True)] = "",
) -> Outcome:
    """Note that the person was greeted; the to-do is done with it."""
    finish_care(item, result, by=by)
    settle_todos([care_key(item.pk)], by=by, result=result)
    return Outcome(_("已登记关怀"))


def finish_care(item: CareItem, result: str, *, by: Actor) -> None:
    """Set a planned care done inside a transaction, and tell."""
    item.status, item.done_on, item.result = Status.DONE, timezone.localdate(), result.strip()[:200]
    store(item, by=by, fields=["status", "done_on", "result"])
    emit(CareGiven(item.customer_id, f"{item.occasion} · {item.person}", item.person_id), by=by)


@action(
    "loyalty.skip_care",
    on=CareItem,
    title=gettext_lazy("不再进行"),
    icon="x",
    danger=True,
    available=lambda row, _by: row.status == Status.PLANNED,
)
def skip_care(
    item: CareItem,
    *,
    by: Actor,
    reason: Annotated[str, kinds.Text(gettext_lazy("原因"), max_length=200)],
) -> CareItem:
    """Leave the care out, with a reason; the occasion does not come back this year."""
    item.status, item.result = Status.SKIPPED, reason.strip()
    store(item, by=by, fields=["status", "result"])
    settle_todos([care_key(item.pk)], by=by, result=reason, done=False)
    return item
