"""Gifts: asked for, decided by rule or by a second person, given with a receipt (LOY-014)."""

from collections.abc import Mapping
from typing import Annotated, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.models import Customer
from zhike.identity.actions.notices import notify
from zhike.kernel import kinds
from zhike.kernel.actions import action, create_record, edit_record, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Forbidden, Invalid, PolicyRefused
from zhike.kernel.events import emit
from zhike.kernel.policy_store import in_force, sentence
from zhike.loyalty.events import GiftGiven
from zhike.loyalty.models import Gift
from zhike.loyalty.policies import GiftLimits
from zhike.loyalty.queries.gifts import facts_of

Status = Gift.Status
DECIDED_ON = (
    "customer_id", "person_id", "recipient", "kind", "description", "occasion", "given_on", "value",
)  # fmt: skip


def create_gift(model: type[Gift], values: Mapping[str, Any], *, by: Actor) -> Gift:
    """Ask for a gift; the rule lets it pass, asks a second person, or refuses with its reasons.

    Raises:
        PolicyRefused: above a limit, or a recipient who may get nothing; nothing is written.
        Invalid: the person does not belong to the customer.
    """
    with recorded(by, "loyalty.gift.create"):
        row = create_record(model, values, by=by)
        _decide(row, by)
    return row


def edit_gift(
    model: type[Gift], target: Any, values: Mapping[str, Any], *, by: Actor,
    version: int | None = None,
) -> Gift:  # fmt: skip
    """Change a gift that is not given yet; it is decided anew unless only the receipt is added.

    Raises:
        Conflict: it is given, refused or cancelled. PolicyRefused: as for ``create_gift``.
    """
    with recorded(by, "loyalty.gift.edit"):
        before = Gift.unscoped.filter(pk=getattr(target, "pk", target)).first()
        row: Gift = edit_record(model, target, values, by=by, version=version)
        changed = [n for n in DECIDED_ON if getattr(before, n) != getattr(row, n)]
        if changed and row.status not in (Status.REQUESTED, Status.APPROVED):
            raise Conflict(_("已送出、驳回或取消的记录不能再修改。"))
        if changed:
            _decide(row, by)
    return row


def _decide(row: Gift, by: Actor) -> None:
    """Apply the rule; the customer's row is locked so that two gifts cannot share one limit."""
    Customer.unscoped.select_for_update().get(pk=row.customer_id)
    if row.person.customer_id != row.customer_id:
        raise Invalid(fields={"person": [_("收受人不属于该客户。")]})
    version, params = in_force(GiftLimits.id, row.given_on)
    facts = facts_of(row)
    decision = GiftLimits().decide(facts, params)
    if decision.outcome == "refuse":
        unmet = [sentence(one) for one in decision.reasons[:-1] if not one.holds]
        text = _("礼品与招待限额不允许：%s") % "；".join(unmet)
        raise PolicyRefused(text, policy=GiftLimits.id, reasons=unmet)
    row.status = Status.APPROVED if decision.outcome == "allow" else Status.REQUESTED
    row.facts, row.policy_version_id = (
        facts.model_dump(mode="json"),
        version.pk if version else None,
    )
    row.decided_by_id, row.decision_note = None, ""
    fields = ["status", "facts", "policy_version", "decided_by", "decision_note"]
    store(row, by=by, fields=fields)


def _waits(row: Gift, _by: Actor) -> bool:
    return bool(row.status == Status.REQUESTED)


@action(
    "loyalty.approve_gift", on=Gift, verb="approve", title=gettext_lazy("同意"), icon="check",
    available=_waits,
)  # fmt: skip
def approve_gift(
    gift: Gift,
    *,
    by: Actor,
    note: Annotated[str, kinds.Text(gettext_lazy("审批意见"), max_length=200, blank=True)] = "",
) -> Gift:
    """Agree to the gift. Raises Forbidden where the approver asked for it himself."""
    return _close(gift, Status.APPROVED, note, by)


@action(
    "loyalty.reject_gift", on=Gift, verb="approve", title=gettext_lazy("驳回"), icon="x",
    danger=True, available=_waits,
)  # fmt: skip
def reject_gift(
    gift: Gift,
    *,
    by: Actor,
    note: Annotated[str, kinds.Text(gettext_lazy("驳回理由"), max_length=200)],
) -> Gift:
    """Refuse the gift with a reason, which the asker is told."""
    return _close(gift, Status.REJECTED, note, by)


def _close(gift: Gift, status: str, note: str, by: Actor) -> Gift:
    if by.user_id is None or by.user_id in (gift.created_by_id, gift.owner_id):
        raise Forbidden(_("申请人不能审批自己的申请，请由另一位有审批权的人处理。"))
    gift.status, gift.decision_note, gift.decided_by_id = status, note.strip(), by.user_id
    store(gift, by=by, fields=["status", "decision_note", "decided_by"])
    if gift.created_by_id:
        title = _("礼品已同意：%s") if status == Status.APPROVED else _("礼品被驳回：%s")
        url = f"/loyalty/gift/{gift.pk}/"
        notify([gift.created_by_id], title % gift, by=by, body=note, url=url, icon="gift")
    return gift


@action(
    "loyalty.give_gift", on=Gift, title=gettext_lazy("确认送出"), icon="gift",
    available=lambda row, _by: row.status == Status.APPROVED,
)  # fmt: skip
def give_gift(gift: Gift, *, by: Actor) -> Gift:
    """Note that it was handed over.

    Raises:
        Invalid: a receipt is needed and missing.
    """
    params = in_force(GiftLimits.id, gift.given_on)[1]
    if gift.value > params.receipt_above and not gift.receipt:
        raise Invalid(_("请先上传票据，再确认送出。"))
    gift.status = Status.GIVEN
    store(gift, by=by, fields=["status"])
    emit(GiftGiven(gift.customer_id, f"{gift} · {gift.person}", gift.pk), by=by)
    return gift


@action(
    "loyalty.cancel_gift", on=Gift, title=gettext_lazy("取消"), icon="x", danger=True,
    available=lambda row, _by: row.status in (Status.REQUESTED, Status.APPROVED),
)  # fmt: skip
def cancel_gift(gift: Gift, *, by: Actor) -> Gift:
    """Give the gift up; it no longer counts towards the limits."""
    gift.status = Status.CANCELLED
    return store(gift, by=by, fields=["status"])
