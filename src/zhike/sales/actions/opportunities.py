"""Opportunities: entered, changed while open, won or lost."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.kernel import kinds
from zhike.kernel.actions import action, create_record, edit_record, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Invalid
from zhike.kernel.events import emit
from zhike.sales.events import OpportunityClosed, OpportunityOpened
from zhike.sales.models import Opportunity

Outcome = Opportunity.Outcome


def create_opportunity(
    model: type[Opportunity], values: Mapping[str, Any], *, by: Actor
) -> Opportunity:
    """Enter an opportunity.

    Raises:
        Forbidden, Invalid: nothing was written.
    """
    with recorded(by, f"{model.key()}.create"):
        row = create_record(model, values, by=by)
        _check(row)
        emit(OpportunityOpened(row.customer_id, row.number, str(row.amount or 0), row.pk), by=by)
    return row


def edit_opportunity(
    model: type[Opportunity],
    target: "Opportunity | int",
    values: Mapping[str, Any],
    *,
    by: Actor,
    version: int | None = None,
) -> Opportunity:
    """Change an open opportunity.

    Raises:
        Conflict: it has ended. Forbidden, NotFound, Invalid: nothing was written.
    """
    with recorded(by, f"{model.key()}.edit"):
        row = edit_record(model, target, values, by=by, version=version)
        if row.outcome != Outcome.OPEN:
            raise Conflict(_("商机已结束，不能再修改。"))
        _check(row)
    return row


def _check(row: Opportunity) -> None:
    if row.amount is not None and row.amount < 0:
        raise Invalid(fields={"amount": [_("预计金额不能为负数。")]})


def _open(row: Opportunity, by: Actor) -> bool:  # noqa: ARG001
    return bool(row.outcome == Outcome.OPEN)


def _close(row: Opportunity, outcome: str, on: dt.date, note: str, by: Actor) -> Opportunity:
    if on > timezone.localdate():
        raise Invalid(fields={"closed_on": [_("结束日期不能晚于今天。")]})
    row.outcome, row.closed_on, row.outcome_note = outcome, on, (note or "").strip()
    store(row, by=by, fields=["outcome", "closed_on", "outcome_note"])
    amount = str(row.amount or 0)
    emit(OpportunityClosed(row.customer_id, row.number, amount, row.pk, outcome), by=by)
    return row


@action("sales.win_opportunity", on=Opportunity, title=gettext_lazy("赢单"), icon="trophy",
        available=_open)  # fmt: skip
def win_opportunity(
    row: Opportunity,
    *,
    by: Actor,
    closed_on: Annotated[dt.date, kinds.Date(gettext_lazy("成交日期"))],
    note: Annotated[str, kinds.Text(gettext_lazy("赢单原因"), max_length=200, blank=True)] = "",
) -> Opportunity:
    """Say that the customer decided for us.

    Raises:
        Invalid: a day that is still to come.
    """
    return _close(row, Outcome.WON, closed_on, note, by)


@action("sales.lose_opportunity", on=Opportunity, title=gettext_lazy("输单"), icon="mood-sad",
        available=_open)  # fmt: skip
def lose_opportunity(
    row: Opportunity,
    *,
    by: Actor,
    closed_on: Annotated[dt.date, kinds.Date(gettext_lazy("失去日期"))],
    note: Annotated[str, kinds.Text(gettext_lazy("输单原因"), max_length=200)],
) -> Opportunity:
    """Say that it is lost, and why.

    Raises:
        Invalid: no reason, or a day that is still to come.
    """
    if not (note or "").strip():
        raise Invalid(fields={"note": [_("请写明输单原因。")]})
    return _close(row, Outcome.LOST, closed_on, note, by)
