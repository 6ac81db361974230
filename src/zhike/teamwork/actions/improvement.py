"""An improvement item's way: cause, measure, proof by somebody else, effect; again if it failed."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.identity.actions.notices import notify
from zhike.identity.models import User
from zhike.identity.queries import end_of_day
from zhike.interactions.actions import raise_todo, settle_todos
from zhike.kernel import kinds
from zhike.kernel.actions import action, create_record, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Invalid
from zhike.kernel.events import emit
from zhike.teamwork.events import ImprovementMoved
from zhike.teamwork.models import Feedback, ImprovementItem

Status = ImprovementItem.Status


def _at(status: str) -> Callable[[ImprovementItem, Actor], bool]:
    return lambda row, _by: bool(row.status == status)


def create_item(
    model: type[ImprovementItem], values: Mapping[str, Any], *, by: Actor
) -> ImprovementItem:
    """Raise an item by hand.

    Raises:
        Invalid: as of every form, or a day in the past.
    """
    with recorded(by, "teamwork.create_item"):
        row = create_record(model, values, by=by)
        _begun(row, by)
    return row


def raise_item(
    title: str,
    *,
    source: str,
    owner: User | None,
    due_on: dt.date,
    by: Actor,
    evidence: str = "",
    customer_id: int | None = None,
    feedback: Feedback | None = None,
    process_id: int | None = None,
) -> ImprovementItem:
    """Raise an item from a metric breach, survey, complaint, audit, feedback or suggestion.

    Raises:
        Invalid: nobody who works here answers for it, or a day in the past.
    """
    if owner is None or not owner.is_active:
        raise Invalid(fields={"owner": [_("请选择在职的同事。")]})
    with recorded(by, "teamwork.raise_item"):
        row = ImprovementItem(
            title=title, source=source, evidence=evidence, customer_id=customer_id, due_on=due_on,
            owner=owner, unit_id=by.unit_id, feedback=feedback, process_id=process_id,
        )  # fmt: skip
        store(row, by=by)
        _begun(row, by)
    return row


def _begun(row: ImprovementItem, by: Actor) -> None:
    if row.due_on < timezone.localdate():
        raise Invalid(fields={"due_on": [_("完成期限应不早于今天。")]})
    _task(row, _("分析原因：%s") % row.title, row.owner_id, by)
    if row.owner_id and row.owner_id != by.user_id:
        title = _("您负责改进项“%s”") % row.title
        notify([row.owner_id], title, by=by, icon="progress-check", url=item_url(row.pk))
    emit(ImprovementMoved(row.pk, str(row.status)), by=by)


@action(
    "teamwork.analyse_cause",
    on=ImprovementItem,
    title=gettext_lazy("写根本原因与措施"),
    icon="search",
    available=_at(Status.OPEN),
)
def analyse_cause(
    row: ImprovementItem,
    *,
    by: Actor,
    root_cause: Annotated[str, kinds.LongText(gettext_lazy("根本原因"), max_length=4_000)],
    measure: Annotated[str, kinds.LongText(gettext_lazy("整改措施"), max_length=4_000)],
) -> ImprovementItem:
    """Say why it happened and what will be done."""
    _written(root_cause=root_cause, measure=measure)
    row.root_cause, row.measure = root_cause, measure
    return _move(row, Status.ACTING, ["root_cause", "measure"], _("完成整改：%s"), by)


@action(
    "teamwork.finish_measure",
    on=ImprovementItem,
    title=gettext_lazy("整改完成"),
    icon="check",
    available=_at(Status.ACTING),
)
def finish_measure(row: ImprovementItem, *, by: Actor) -> ImprovementItem:
    """Hand the finished measure to somebody who verifies it."""
    return _move(row, Status.VERIFYING, [], _("请他人验证：%s"), by)


@action(
    "teamwork.verify_measure",
    on=ImprovementItem,
    title=gettext_lazy("验证通过"),
    icon="shield-check",
    available=_at(Status.VERIFYING),
)
def verify_measure(
    row: ImprovementItem,
    *,
    by: Actor,
    verification: Annotated[str, kinds.LongText(gettext_lazy("验证情况"), max_length=4_000)],
) -> ImprovementItem:
    """Prove that the measure was carried out.

    Raises:
        Conflict: the person who answers for the item cannot verify it.
    """
    if by.user_id == row.owner_id:
        raise Conflict(_("验证须由负责人以外的同事完成。"))
    _written(verification=verification)
    row.verification, row.verified_by_id = verification, by.user_id
    return _move(row, Status.CHECKING, ["verification", "verified_by"], _("检查效果：%s"), by)


@action(
    "teamwork.check_effect",
    on=ImprovementItem,
    title=gettext_lazy("效果检查"),
    icon="chart-line",
    available=_at(Status.CHECKING),
)
def check_effect(
    row: ImprovementItem,
    *,
    by: Actor,
    effect: Annotated[str, kinds.LongText(gettext_lazy("效果说明"), max_length=4_000)],
    effective: Annotated[
        bool, kinds.Bool(gettext_lazy("措施有效，关闭改进项"), default=False)
    ] = False,
) -> ImprovementItem:
    """Close the item if its measure worked; else it begins anew with the next round."""
    _written(effect=effect)
    row.effect = effect
    if effective:
        row.closed_on = timezone.localdate()
        return _move(row, Status.CLOSED, ["effect", "closed_on"], "", by)
    row.rounds += 1
    return _move(row, Status.OPEN, ["effect", "rounds"], _("重新分析原因：%s"), by)


def _written(**texts: str) -> None:
    empty = [name for name, text in texts.items() if not (text or "").strip()]
    if empty:
        raise Invalid(fields={name: [_("必填。")] for name in empty})


def _move(
    row: ImprovementItem, status: str, fields: list[str], task: str, by: Actor
) -> ImprovementItem:
    row.status = status
    store(row, by=by, fields=["status", *fields])
    settle_todos([_key(row)], by=by, result=str(Status(status).label))
    if task:
        _task(row, task % row.title, row.owner_id, by)
    emit(ImprovementMoved(row.pk, status), by=by)
    return row


def _task(row: ImprovementItem, title: str, owner_id: int | None, by: Actor) -> None:
    raise_todo(
        _key(row), title, owner_id=owner_id, due_at=end_of_day(row.due_on), by=by,
        customer_id=row.customer_id, link=item_url(row.pk),
    )  # fmt: skip


def _key(row: ImprovementItem) -> str:
    return f"teamwork.item:{row.pk}"


def item_url(pk: int) -> str:
    """Return the item's page."""
    return f"/teamwork/improvementitem/{pk}/"
