"""The checklist with which a relation begins (LOY-016)."""

import datetime as dt
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.models import Customer
from zhike.identity.queries import end_of_day
from zhike.interactions.actions import raise_todo, settle_todos
from zhike.kernel import kinds
from zhike.kernel.actions import action, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict
from zhike.kernel.events import emit
from zhike.kernel.outcome import Outcome
from zhike.kernel.policy_store import in_force
from zhike.loyalty.actions.todos import step_key
from zhike.loyalty.events import RelationStarted
from zhike.loyalty.models import RelationStep
from zhike.loyalty.policies import Establishing
from zhike.loyalty.policies.establishing import EstablishingFacts

Status = RelationStep.Status


def has_begun(customer_id: int) -> bool:
    """Tell whether the customer has a checklist."""
    return RelationStep.unscoped.filter(customer_id=customer_id).exists()


def begin_if_due(customer_id: int, happened: str, *, first_order: bool, by: Actor) -> int:
    """Begin the checklist if the rule wants it after what happened; returns the steps made."""
    customer = Customer.unscoped.select_for_update().filter(pk=customer_id).first()
    if customer is None or customer.archived_at is not None:
        return 0
    params = in_force(Establishing.id)[1]
    facts = EstablishingFacts(
        happened=happened, first_order=first_order, started=has_begun(customer_id)
    )
    if Establishing().decide(facts, params).outcome != "start":
        return 0
    return _begin(customer, timezone.localdate(), by)


def _begin(customer: Customer, on: dt.date, by: Actor) -> int:
    version, params = in_force(Establishing.id, on)
    for place, rule in enumerate(params.steps, 1):
        due = on + dt.timedelta(days=rule.days)
        step = RelationStep(
            customer=customer, code=rule.code, place=place, title=_(rule.title), due_on=due,
            owner_id=customer.owner_id, unit_id=customer.unit_id, policy_version=version,
        )  # fmt: skip
        store(step, by=by)
        raise_todo(
            step_key(step.pk), step.title, owner_id=customer.owner_id, due_at=end_of_day(due), by=by,
            customer_id=customer.pk, link=f"/loyalty/relationstep/{step.pk}/",
            policy_id=Establishing.id, policy_version_id=version.pk if version else None,
        )  # fmt: skip
    emit(RelationStarted(customer.pk, _("关系建立清单")), by=by)
    return len(params.steps)


@action(
    "loyalty.begin_relation", on=Customer, title=gettext_lazy("开始建立关系"), icon="list-check"
)
def begin_relation(customer: Customer, *, by: Actor) -> Outcome:
    """Begin the checklist by hand.

    Raises:
        Conflict: there is one already.
    """
    if has_begun(customer.pk):
        raise Conflict(_("该客户已有关系建立清单。"))
    made = _begin(customer, timezone.localdate(), by)
    return Outcome(_("已生成 %s 个步骤") % made)


def _open(row: RelationStep, _by: Actor) -> bool:
    return bool(row.status == Status.OPEN)


@action(
    "loyalty.complete_step", on=RelationStep, title=gettext_lazy("完成步骤"), icon="check",
    available=_open,
)  # fmt: skip
def complete_step(
    step: RelationStep,
    *,
    by: Actor,
    result: Annotated[str, kinds.LongText(gettext_lazy("结果"), blank=True)] = "",
) -> RelationStep:
    """Note the step as done, with what came of it."""
    finish_step(step, result, by=by)
    settle_todos([step_key(step.pk)], by=by, result=result)
    return step


def finish_step(step: RelationStep, result: str, *, by: Actor) -> None:
    """Set a step done inside a transaction."""
    step.status, step.done_on, step.result = Status.DONE, timezone.localdate(), result.strip()
    store(step, by=by, fields=["status", "done_on", "result"])


@action(
    "loyalty.skip_step", on=RelationStep, title=gettext_lazy("不适用"), icon="x", available=_open
)
def skip_step(
    step: RelationStep,
    *,
    by: Actor,
    reason: Annotated[str, kinds.Text(gettext_lazy("原因"), max_length=200)],
) -> RelationStep:
    """Leave the step out, with a reason."""
    step.status, step.result = Status.SKIPPED, reason.strip()
    store(step, by=by, fields=["status", "result"])
    settle_todos([step_key(step.pk)], by=by, result=reason, done=False)
    return step
