"""Activities: planned, approved above a budget, held, closed with cost and leads (LOY-015)."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.models import Customer
from zhike.identity.actions.notices import notify
from zhike.identity.queries import end_of_day
from zhike.interactions.actions import raise_todo
from zhike.kernel import kinds
from zhike.kernel.actions import action, authorise, edit_record, recorded, store, writable
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Forbidden, Invalid
from zhike.kernel.events import emit
from zhike.kernel.outcome import Outcome
from zhike.kernel.policy_store import in_force
from zhike.loyalty.actions.todos import lead_key
from zhike.loyalty.events import ActivityAttended
from zhike.loyalty.models import Activity, Invitee
from zhike.loyalty.policies import ActivityBudget
from zhike.loyalty.policies.activities import BudgetFacts
from zhike.segments.models import Segment
from zhike.segments.queries.definition import BrokenDefinition
from zhike.segments.queries.members import customers_of

Status = Activity.Status
PRESENT = Invitee.Status.ATTENDED
MOST = 2_000  # invitations in one step


def edit_activity(
    model: type[Activity], target: Any, values: Mapping[str, Any], *, by: Actor,
    version: int | None = None,
) -> Activity:  # fmt: skip
    """Change an activity; another budget has to be submitted anew.

    Raises:
        Conflict: it is closed, cancelled, or held and the budget would change.
    """
    with recorded(by, "loyalty.activity.edit"):
        before = Activity.unscoped.filter(pk=getattr(target, "pk", target)).first()
        row: Activity = edit_record(model, target, values, by=by, version=version)
        changed = before is not None and before.budget != row.budget
        if row.status in (Status.CLOSED, Status.CANCELLED) or (
            changed and row.status == Status.HELD
        ):
            raise Conflict(_("活动已举办或结束，不能再修改。"))
        if changed and row.status in (Status.REQUESTED, Status.APPROVED):
            row.status = Status.DRAFT
            store(row, by=by, fields=["status"])
    return row


@action(
    "loyalty.submit_activity", on=Activity, title=gettext_lazy("提交预算"), icon="send",
    available=lambda row, _by: row.status == Status.DRAFT,
)  # fmt: skip
def submit_activity(activity: Activity, *, by: Actor) -> Activity:
    """Submit the budget: a small one goes ahead, a larger one waits for another person."""
    params = in_force(ActivityBudget.id)[1]
    decision = ActivityBudget().decide(BudgetFacts(budget=activity.budget), params)
    allowed = decision.outcome == "allow"
    activity.status = Status.APPROVED if allowed else Status.REQUESTED
    activity.submitted_by_id, activity.decided_by_id, activity.decision_note = by.user_id, None, ""
    fields = ["status", "submitted_by", "decided_by", "decision_note"]
    return store(activity, by=by, fields=fields)


def _waits(row: Activity, _by: Actor) -> bool:
    return bool(row.status == Status.REQUESTED)


@action(
    "loyalty.approve_activity", on=Activity, verb="approve", title=gettext_lazy("同意预算"),
    icon="check", available=_waits,
)  # fmt: skip
def approve_activity(
    activity: Activity,
    *,
    by: Actor,
    note: Annotated[str, kinds.Text(gettext_lazy("审批意见"), max_length=200, blank=True)] = "",
) -> Activity:
    """Agree to the budget. Raises Forbidden for the person who submitted it."""
    return _decide(activity, Status.APPROVED, note, by)


@action(
    "loyalty.reject_activity", on=Activity, verb="approve", title=gettext_lazy("驳回预算"),
    icon="x", danger=True, available=_waits,
)  # fmt: skip
def reject_activity(
    activity: Activity,
    *,
    by: Actor,
    note: Annotated[str, kinds.Text(gettext_lazy("驳回理由"), max_length=200)],
) -> Activity:
    """Send the plan back with a reason."""
    return _decide(activity, Status.DRAFT, note, by)


def _decide(activity: Activity, status: str, note: str, by: Actor) -> Activity:
    if by.user_id is None or by.user_id in (activity.submitted_by_id, activity.owner_id):
        raise Forbidden(_("申请人不能审批自己的申请，请由另一位有审批权的人处理。"))
    activity.status, activity.decision_note = status, note.strip()
    activity.decided_by_id = by.user_id
    store(activity, by=by, fields=["status", "decision_note", "decided_by"])
    title = _("活动预算已同意：%s") if status == Status.APPROVED else _("活动预算被驳回：%s")
    people = [pk for pk in (activity.submitted_by_id,) if pk]
    url = f"/loyalty/activity/{activity.pk}/"
    notify(people, title % activity, by=by, body=note, url=url, icon="calendar-event")
    return activity


def create_invitee(model: type[Invitee], values: Mapping[str, Any], *, by: Actor) -> Invitee:
    """Invite a person; the activity must have its budget.

    Raises:
        Conflict: the budget is not agreed, or the activity is over. Invalid: a person without a
        customer, or invited already.
    """
    with recorded(by, "loyalty.invitee.create"):
        row = model(**_invited(model, values, by))
        if row.activity.status != Status.APPROVED:
            raise Conflict(_("活动预算通过后、举办之前才能邀请。"))
        if row.person.customer_id is None:
            raise Invalid(fields={"person": [_("联系人没有所属客户，请先补充。")]})
        seen = Customer.objects.visible_to(by).filter(pk=row.person.customer_id).exists()
        if not seen:
            raise Invalid(fields={"person": [_("没有找到所选的记录，请重新选择。")]})
        row.customer_id = row.person.customer_id
        store(row, by=by)
    return row


@action(
    "loyalty.invite_segment", on=Activity, title=gettext_lazy("邀请客户细分"), icon="users-plus",
    available=lambda row, _by: row.status == Status.APPROVED,
)  # fmt: skip
def invite_segment(
    activity: Activity,
    *,
    by: Actor,
    segment: Annotated[Any, kinds.Link(gettext_lazy("客户细分"), Segment)],
) -> Outcome:
    """Invite the main contact of each customer of a segment that the actor may see, once.

    Raises:
        Forbidden: no right to invite. Invalid: a condition of the segment cannot be asked any more.
    """
    authorise(by, Invitee.key(), "create")
    try:
        rows = customers_of(segment, by).filter(primary_contact__archived_at__isnull=True)
    except BrokenDefinition as error:
        raise Invalid(fields={"segment": [str(error)]}) from error
    invited = Invitee.unscoped.filter(activity=activity, archived_at__isnull=True)
    rows = rows.exclude(primary_contact=None).exclude(
        primary_contact__in=invited.values("person_id")
    )
    now = timezone.now()
    made = [
        Invitee(
            activity=activity, customer_id=pk, person_id=person, created_at=now, updated_at=now,
            created_by_id=by.user_id, updated_by_id=by.user_id,
        )
        for pk, person in rows.order_by("pk").values_list("pk", "primary_contact_id")[:MOST]
    ]  # fmt: skip
    Invitee.unscoped.bulk_create(made, batch_size=500, ignore_conflicts=True)
    return Outcome(_("已邀请 %d 位联系人") % len(made), count=len(made))


def _invited(model: type[Invitee], values: Mapping[str, Any], by: Actor) -> dict[str, Any]:
    authorise(by, model.key(), "create")
    clean = writable(model, values, by=by)
    for name in ("activity", "person"):
        if clean.get(name) is None:
            raise Invalid(fields={name: [_("必填，当前为空")]})
    return clean


@action(
    "loyalty.answer_invitation", on=Invitee, title=gettext_lazy("登记答复"), icon="check",
    available=lambda row, _by: row.activity.status == Status.APPROVED,
)  # fmt: skip
def answer_invitation(
    invitee: Invitee,
    *,
    by: Actor,
    accepted: Annotated[bool, kinds.Bool(gettext_lazy("确认参加"))],
) -> Invitee:
    """Note whether the person will come."""
    invitee.status = Invitee.Status.ACCEPTED if accepted else Invitee.Status.DECLINED
    return store(invitee, by=by, fields=["status"])


@action(
    "loyalty.hold_activity", on=Activity, title=gettext_lazy("登记举办"), icon="calendar-event",
    available=lambda row, _by: row.status == Status.APPROVED,
)  # fmt: skip
def hold_activity(activity: Activity, *, by: Actor) -> Activity:
    """Note that the activity took place; attendance is taken person by person.

    Raises:
        Invalid: it has not begun yet.
    """
    if activity.starts_on > timezone.localdate():
        raise Invalid(_("活动尚未开始。"))
    activity.status = Status.HELD
    return store(activity, by=by, fields=["status"])


@action(
    "loyalty.record_attendance", on=Invitee, title=gettext_lazy("登记出席与反馈"), icon="user-check",
    available=lambda row, _by: row.activity.status == Status.HELD,
)  # fmt: skip
def record_attendance(
    invitee: Invitee,
    *,
    by: Actor,
    attended: Annotated[bool, kinds.Bool(gettext_lazy("到场"))],
    score: Annotated[
        int | None, kinds.Integer(gettext_lazy("评分（1–5）"), null=True, blank=True)
    ] = None,
    feedback: Annotated[str, kinds.LongText(gettext_lazy("反馈"), blank=True)] = "",
    lead: Annotated[str, kinds.Text(gettext_lazy("后续线索"), max_length=200, blank=True)] = "",
) -> Invitee:
    """Take attendance, feedback and a lead, which becomes a to-do of the customer's owner.

    Raises:
        Invalid: a score outside 1 to 5, or words of somebody who did not come.
    """
    if score is not None and not 1 <= score <= 5:
        raise Invalid(fields={"score": [_("评分应在 1 到 5 之间。")]})
    if not attended and (score is not None or feedback.strip() or lead.strip()):
        raise Invalid(fields={"attended": [_("未到场的人没有评分、反馈与线索。")]})
    fresh = attended and invitee.status != PRESENT
    invitee.status = PRESENT if attended else Invitee.Status.ABSENT
    invitee.score, invitee.feedback, invitee.lead = score, feedback.strip(), lead.strip()
    store(invitee, by=by, fields=["status", "score", "feedback", "lead"])
    if fresh:
        what = f"{invitee.activity} · {invitee.person}"
        emit(ActivityAttended(invitee.customer_id, what, invitee.activity_id), by=by)
    if invitee.lead:
        days = in_force(ActivityBudget.id)[1].follow_up_days
        due = end_of_day(timezone.localdate() + dt.timedelta(days=days))
        owner = invitee.customer.owner_id or invitee.activity.owner_id
        title = _("活动线索：%s") % invitee.lead
        raise_todo(
            lead_key(invitee.pk), title, owner_id=owner, due_at=due, by=by,
            customer_id=invitee.customer_id, tell=True,
        )  # fmt: skip
    return invitee


@action(
    "loyalty.close_activity", on=Activity, title=gettext_lazy("总结"), icon="flag",
    available=lambda row, _by: row.status == Status.HELD,
)  # fmt: skip
def close_activity(
    activity: Activity,
    *,
    by: Actor,
    cost: Annotated[Decimal, kinds.Money(gettext_lazy("实际费用"))],
    summary: Annotated[str, kinds.LongText(gettext_lazy("总结"))],
) -> Activity:
    """Close with cost and summary.

    Raises:
        Invalid: a negative cost, or people whose attendance is not taken.
    """
    if cost < 0:
        raise Invalid(fields={"cost": [_("费用不能为负数。")]})
    rows = activity.invitees.filter(archived_at__isnull=True)
    open_ones = rows.filter(status__in=[Invitee.Status.INVITED, Invitee.Status.ACCEPTED]).count()
    if open_ones:
        raise Invalid(_("还有 %s 位受邀人未登记出席。") % open_ones)
    activity.cost, activity.summary, activity.status = cost, summary.strip(), Status.CLOSED
    return store(activity, by=by, fields=["cost", "summary", "status"])


@action(
    "loyalty.cancel_activity", on=Activity, title=gettext_lazy("取消活动"), icon="x", danger=True,
    available=lambda row, _by: row.status in (Status.DRAFT, Status.REQUESTED, Status.APPROVED),
)  # fmt: skip
def cancel_activity(
    activity: Activity,
    *,
    by: Actor,
    reason: Annotated[str, kinds.Text(gettext_lazy("原因"), max_length=200)],
) -> Activity:
    """Call the activity off, with a reason."""
    activity.status, activity.summary = Status.CANCELLED, reason.strip()
    return store(activity, by=by, fields=["status", "summary"])
