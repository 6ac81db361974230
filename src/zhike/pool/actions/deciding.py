"""The conflict desk: a named person decides by evidence; one appeal to another person."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.identity.actions.notices import notify
from zhike.kernel import kinds
from zhike.kernel.actions import action, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict as Refused
from zhike.kernel.errors import Forbidden, Invalid
from zhike.kernel.events import emit
from zhike.pool.actions.owning import lock_customers, set_owner
from zhike.pool.actions.registering import rules
from zhike.pool.events import ConflictDecided
from zhike.pool.models import Cause, Conflict, Registration
from zhike.pool.queries import desk

Status = Conflict.Status


def _open(row: Conflict, by: Actor) -> bool:  # noqa: ARG001
    return row.status in {Status.OPEN, Status.APPEALED}


@action(
    "pool.decide_conflict",
    on=Conflict,
    verb="approve",
    title=gettext_lazy("裁定归属"),
    icon="gavel",
    available=_open,
)
def decide_conflict(
    row: Conflict,
    *,
    by: Actor,
    winner: Annotated[Any, kinds.Owner(gettext_lazy("归属"))],
    reason: Annotated[str, kinds.LongText(gettext_lazy("裁定理由"))],
    split: Annotated[
        Any, kinds.Percent(gettext_lazy("落选方提成比例"), blank=True, null=True)
    ] = None,
) -> Conflict:
    """Say whose the company is; after an appeal another person decides, and it is final.

    Raises:
        Invalid: a third person as winner, or no reason. Forbidden: one's own case, or one's own
        earlier decision.
    """
    parties = {pk for pk in (row.holder_id, row.challenger_id) if pk}
    if by.user_id in parties:
        raise Forbidden(_("不能裁定与自己有关的撞单。"))
    if row.status == Status.APPEALED and row.decided_by_id == by.user_id:
        raise Forbidden(_("申诉须由另一位负责人裁定。"))
    chosen = int(getattr(winner, "pk", winner) or 0)
    errors: dict[str, list[str]] = {}
    if chosen not in parties:
        errors["winner"] = [_("只能判给撞单双方之一。")]
    if not (reason or "").strip():
        errors["reason"] = [_("请写明裁定理由。")]
    if errors:
        raise Invalid(fields=errors)
    final = row.status == Status.APPEALED
    row.status = Status.FINAL if final else Status.DECIDED
    row.winner_id, row.reason, row.decided_by_id = chosen, reason.strip(), by.user_id
    row.split = None if split in (None, "") else Decimal(str(split))
    row.decided_at = timezone.now()
    store(row, by=by, fields=["status", "winner", "reason", "decided_by", "split", "decided_at"])
    _take_effect(row, by)
    emit(ConflictDecided(row.pk, chosen, final), by=by)
    title = _("撞单已裁定：%s") % row.company
    url = f"/pool/conflict/{row.pk}/"
    notify(sorted(parties), title, by=by, body=row.reason, url=url, icon="gavel")
    return row


def _take_effect(row: Conflict, by: Actor) -> None:
    """Protect the winner's registration, end the loser's, and give the customer to the winner."""
    until = timezone.localdate() + dt.timedelta(days=rules().protect_days)
    for one in (row.first, row.second):
        if one is None:
            continue
        won = one.owner_id == row.winner_id
        one.status = Registration.Status.ACTIVE if won else Registration.Status.LOST
        one.protected_until = until if won else one.protected_until
        store(one, by=by, fields=["status", "protected_until"])
    if row.customer_id:
        owners = lock_customers([row.customer_id])
        if owners.get(row.customer_id) != row.winner_id:
            set_owner(owners, row.winner_id, cause=Cause.DECIDED, note=row.reason, by=by)


def _may_appeal(row: Conflict, by: Actor) -> bool:
    loser = {row.holder_id, row.challenger_id} - {row.winner_id, None}
    return row.status == Status.DECIDED and by.user_id in loser


@action(
    "pool.appeal_conflict",
    on=Conflict,
    verb="view",
    title=gettext_lazy("申诉"),
    icon="message-plus",
    available=_may_appeal,
)
def appeal_conflict(
    row: Conflict,
    *,
    by: Actor,
    appeal: Annotated[str, kinds.LongText(gettext_lazy("申诉理由与证据"))],
) -> Conflict:
    """Ask for a second decision, once, within the days of the rule.

    Raises:
        Invalid: no reason. Conflict: too late.
    """
    if not (appeal or "").strip():
        raise Invalid(fields={"appeal": [_("请写明申诉理由。")]})
    days = rules().appeal_days
    if row.decided_at and timezone.now() - row.decided_at > dt.timedelta(days=days):
        raise Refused(_("裁定后超过 %d 天，不能再申诉。") % days)
    row.status, row.appeal, row.appealed_by_id = Status.APPEALED, appeal.strip(), by.user_id
    store(row, by=by, fields=["status", "appeal", "appealed_by"])
    title, url = _("撞单申诉：%s") % row.company, f"/pool/conflict/{row.pk}/"
    notify(desk.judges(), title, by=by, url=url, icon="arrows-exchange")
    return row
