"""Deepening plans and their goals; trust indicators; driver records (LOY-017, LOY-022, LOY-023)."""

from collections.abc import Mapping
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.kernel import kinds
from zhike.kernel.actions import (
    action,
    authorise,
    create_record,
    edit_record,
    lock,
    recorded,
    store,
    writable,
)
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Invalid
from zhike.loyalty.models import DeepeningPlan, Note, PlanGoal, TrustIndicator

Status = DeepeningPlan.Status


@action(
    "loyalty.start_plan", on=DeepeningPlan, title=gettext_lazy("启动计划"), icon="player-play",
    available=lambda row, _by: row.status == Status.DRAFT,
)  # fmt: skip
def start_plan(plan: DeepeningPlan, *, by: Actor) -> DeepeningPlan:
    """Begin the plan.

    Raises:
        Invalid: it has no goal yet.
    """
    if not plan.goals.filter(archived_at__isnull=True).exists():
        raise Invalid(_("请先添加至少一个深化目标。"))
    plan.status = Status.ACTIVE
    return store(plan, by=by, fields=["status"])


@action(
    "loyalty.close_plan", on=DeepeningPlan, title=gettext_lazy("结束计划"), icon="flag",
    available=lambda row, _by: row.status == Status.ACTIVE,
)  # fmt: skip
def close_plan(
    plan: DeepeningPlan,
    *,
    by: Actor,
    result: Annotated[str, kinds.LongText(gettext_lazy("结果"))],
) -> DeepeningPlan:
    """End the plan with what came of it."""
    plan.status, plan.result = Status.CLOSED, result.strip()
    return store(plan, by=by, fields=["status", "result"])


def create_goal(model: type[PlanGoal], values: Mapping[str, Any], *, by: Actor) -> PlanGoal:
    """Add a goal to a plan that is not closed; it belongs to the plan's customer."""
    authorise(by, model.key(), "create")
    with recorded(by, "loyalty.plangoal.create"):
        row = model(**writable(model, values, by=by))
        if row.plan_id is None:
            raise Invalid(fields={"plan": [_("必填，当前为空")]})
        plan = lock(DeepeningPlan, row.plan_id, by=by, verb="change")
        _open(plan)
        row.customer_id = plan.customer_id
        store(row, by=by)
        _measure(plan, by)
    return row


def edit_goal(
    model: type[PlanGoal], target: Any, values: Mapping[str, Any], *, by: Actor,
    version: int | None = None,
) -> PlanGoal:  # fmt: skip
    """Change a goal or note what is reached; the plan's progress follows.

    Raises:
        Conflict: the plan is closed. Invalid: the goal would move to another plan.
    """
    with recorded(by, "loyalty.plangoal.edit"):
        before = PlanGoal.unscoped.filter(pk=getattr(target, "pk", target)).first()
        row: PlanGoal = edit_record(model, target, values, by=by, version=version)
        if before is not None and before.plan_id != row.plan_id:
            raise Invalid(fields={"plan": [_("目标不能换到另一个计划。")]})
        plan = DeepeningPlan.unscoped.select_for_update().get(pk=row.plan_id)
        _open(plan)
        _measure(plan, by)
    return row


def _open(plan: DeepeningPlan) -> None:
    if plan.status == Status.CLOSED:
        raise Conflict(_("计划已结束，不能再修改目标。"))


def _measure(plan: DeepeningPlan, by: Actor) -> None:
    """Set the plan's progress: the mean of its goals, each at most at its target."""
    goals = plan.goals.filter(archived_at__isnull=True)
    shares = [min(goal.reached, goal.target) * 100 / goal.target for goal in goals]
    plan.progress = round(sum(shares) / len(shares)) if shares else 0
    store(plan, by=by, fields=["progress"])


@action(
    "loyalty.assess_trust", on=TrustIndicator, title=gettext_lazy("评估"), icon="star",
)  # fmt: skip
def assess_trust(
    indicator: TrustIndicator,
    *,
    by: Actor,
    level: Annotated[int, kinds.Integer(gettext_lazy("现状（1–5）"))],
    evidence: Annotated[str, kinds.LongText(gettext_lazy("依据"))],
) -> TrustIndicator:
    """Note how the indicator stands today, with evidence; earlier ones stay in the history."""
    if not 1 <= level <= 5:
        raise Invalid(fields={"level": [_("评分应在 1 到 5 之间。")]})
    indicator.level, indicator.evidence = level, evidence.strip()
    indicator.assessed_on = timezone.localdate()
    return store(indicator, by=by, fields=["level", "evidence", "assessed_on"])


def create_note(model: type[Note], values: Mapping[str, Any], *, by: Actor) -> Note:
    """Write a note; it belongs to the person's customer."""
    with recorded(by, "loyalty.note.create"):
        row = create_record(model, values, by=by)
        row.customer_id = row.person.customer_id
        store(row, by=by, fields=["customer"])
    return row
