"""Manual grades (SEG-031): asked for with reason and expiry, approved by another person."""

import datetime as dt
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.actions.grading import GRADE_COLUMN
from zhike.customers.events import GradeChanged, GradeOverrideDecided, GradeOverrideRequested
from zhike.customers.models import Customer, Grade, GradeAssessment, GradeOverride
from zhike.customers.queries.facts import grading_facts
from zhike.customers.queries.grades import FIVE_TIERS
from zhike.identity.actions.notices import notify
from zhike.kernel import kinds
from zhike.kernel.actions import action, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden, Invalid
from zhike.kernel.events import emit
from zhike.kernel.policy_store import in_force
from zhike.kernel.registry import registry

Status = GradeOverride.Status
LONGEST = dt.timedelta(days=366)


@action(
    "customers.request_grade_override",
    on=Customer,
    title=gettext_lazy("申请调整分级"),
    icon="writing-sign",
)
def request_grade_override(
    customer: Customer,
    *,
    by: Actor,
    grade: Annotated[str, kinds.Choice(gettext_lazy("申请级别"), choices=Grade.choices)],
    reason: Annotated[str, kinds.LongText(gettext_lazy("原因"))],
    expires_on: Annotated[dt.date, kinds.Date(gettext_lazy("有效期至"))],
    scheme: str = FIVE_TIERS,
) -> GradeOverride:
    """Ask that the customer be held at a grade until a day (inclusive), at most a year ahead.

    Raises:
        Invalid: no such grade, no reason, no proper expiry, or a request is waiting already.
    """
    today = timezone.localdate()
    errors: dict[str, list[str]] = {}
    if scheme not in registry.policies or not hasattr(registry.policies[scheme], "sql"):
        raise Invalid(fields={"scheme": [_("没有这个分级办法。")]})
    if grade not in in_force(scheme, today)[1].codes():
        errors["grade"] = [_("该分级办法没有这个级别。")]
    if not reason.strip():
        errors["reason"] = [_("请写明调整原因。")]
    if not today < expires_on <= today + LONGEST:
        errors["expires_on"] = [_("有效期应在明天至一年之内。")]
    waiting = GradeOverride.unscoped.filter(
        customer_id=customer.pk, scheme=scheme, status=Status.REQUESTED
    )
    if waiting.exists():
        errors["grade"] = [_("该客户已有一份待审批的调整申请。")]
    if errors:
        raise Invalid(fields=errors)
    request = GradeOverride(
        customer=customer, scheme=scheme, grade=grade, reason=reason.strip(), expires_on=expires_on
    )
    store(request, by=by)
    emit(GradeOverrideRequested(customer.pk, request.pk, grade), by=by)
    return request


@action(
    "customers.approve_grade_override",
    on=GradeOverride,
    verb="approve",
    title=gettext_lazy("批准调整"),
    icon="check",
    available=lambda row, _by: row.status == Status.REQUESTED,
)
def approve_grade_override(
    request: GradeOverride,
    *,
    by: Actor,
    note: Annotated[str, kinds.Text(gettext_lazy("审批意见"), max_length=200, blank=True)] = "",
) -> GradeOverride:
    """Let the grade take effect today.

    Raises:
        Forbidden: the approver is the requester. Invalid: the expiry has passed meanwhile.
    """
    if request.expires_on <= timezone.localdate():
        raise Invalid(_("申请的有效期已过，请驳回后重新申请。"))
    _decide(request, Status.APPROVED, note, by)
    _hold(request, by)
    return request


@action(
    "customers.reject_grade_override",
    on=GradeOverride,
    verb="approve",
    title=gettext_lazy("驳回调整"),
    icon="x",
    danger=True,
    available=lambda row, _by: row.status == Status.REQUESTED,
)
def reject_grade_override(
    request: GradeOverride,
    *,
    by: Actor,
    note: Annotated[str, kinds.Text(gettext_lazy("驳回理由"), max_length=200)],
) -> GradeOverride:
    """Refuse the request; the reason goes to the requester."""
    _decide(request, Status.REJECTED, note, by)
    return request


def _decide(request: GradeOverride, status: Status, note: str, by: Actor) -> None:
    if by.user_id is None or by.user_id == request.created_by_id:
        raise Forbidden(_("申请人不能审批自己的申请，请由另一位有审批权的人处理。"))
    request.status, request.decision_note = status, note
    request.decided_by_id = by.user_id
    store(request, by=by, fields=["status", "decision_note", "decided_by"])
    approved = status == Status.APPROVED
    emit(GradeOverrideDecided(request.customer_id, request.pk, request.grade, approved), by=by)
    if request.created_by_id:
        title = _("分级调整已批准：%s") if approved else _("分级调整被驳回：%s")
        url = f"/customers/customer/{request.customer_id}/"
        words = title % request.customer.name
        notify([request.created_by_id], words, by=by, body=note, url=url, icon="gavel")


def _hold(request: GradeOverride, by: Actor) -> None:
    """Write the adjusted grade over what was held, with what the standard would have given."""
    today = timezone.localdate()
    version, params = in_force(request.scheme, today)
    facts = grading_facts(request.customer_id, request.scheme, today)
    ruled = registry.policies[request.scheme].decide(facts, params).outcome
    held = GradeAssessment.unscoped.filter(
        customer_id=request.customer_id, scheme=request.scheme, valid_to__isnull=True
    ).first()
    if held:
        held.valid_to = today
        store(held, by=by, fields=["valid_to"])
    assessment = GradeAssessment(
        customer_id=request.customer_id,
        scheme=request.scheme,
        grade=request.grade,
        ruled_grade=ruled,
        origin=GradeAssessment.Origin.OVERRIDE,
        policy_version=version,
        facts=facts.model_dump(mode="json"),
        valid_from=today,
        expires_on=request.expires_on,
        reason=request.reason,
        approved_by_id=by.user_id,
    )
    store(assessment, by=by)
    column = GRADE_COLUMN.get(request.scheme)
    customer = Customer.unscoped.select_for_update().get(pk=request.customer_id)
    old = held.grade if held else (getattr(customer, column) if column else "")
    if column and getattr(customer, column) != request.grade:
        setattr(customer, column, request.grade)
        store(customer, by=by, fields=[column])
    if old != request.grade:
        changed = GradeChanged(
            customer.pk, request.scheme, old, request.grade, "override", today.isoformat()
        )
        emit(changed, by=by)
