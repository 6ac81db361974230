"""What customers say, on the way to an improvement or an answer."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from django.utils.translation import gettext_lazy

from zhike.identity.models import User
from zhike.interactions.models import Interaction
from zhike.kernel import kinds
from zhike.kernel.actions import action, create_record, recorded, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.events import emit
from zhike.teamwork.actions.improvement import raise_item
from zhike.teamwork.events import FeedbackReceived
from zhike.teamwork.models import Feedback, ImprovementItem


def _is_new(row: Feedback, by: Actor) -> bool:  # noqa: ARG001
    return bool(row.status == Feedback.Status.NEW)


def register_feedback(model: type[Feedback], values: Mapping[str, Any], *, by: Actor) -> Feedback:
    """Write down what a customer said."""
    with recorded(by, "teamwork.register_feedback"):
        row = create_record(model, values, by=by)
        emit(FeedbackReceived(row.pk, row.customer_id), by=by)
    return row


def take_from_interaction(interaction_id: int) -> Feedback | None:
    """Put a communication that the customer began into the queue, once."""
    row = Interaction.unscoped.filter(pk=interaction_id, archived_at=None).first()
    if row is None or row.direction != Interaction.Direction.IN:
        return None
    if Feedback.unscoped.filter(interaction=row).exists():
        return None
    by = SYSTEM(reason="teamwork.feedback")
    with recorded(by, "teamwork.take_from_interaction"):
        found = Feedback(
            customer_id=row.customer_id,
            text=str(row.summary)[:4_000],
            interaction=row,
            owner_id=row.owner_id,
            unit_id=row.unit_id,
        )
        store(found, by=by)
        emit(FeedbackReceived(found.pk, found.customer_id), by=by)
    return found


@action(
    "teamwork.turn_into_item",
    on=Feedback,
    title=gettext_lazy("转为改进项"),
    icon="arrow-right",
    available=_is_new,
)
def turn_into_item(
    row: Feedback,
    *,
    by: Actor,
    title: Annotated[str, kinds.Text(gettext_lazy("改进项"), max_length=120)],
    owner: Annotated[Any, kinds.Owner(gettext_lazy("负责人"))],
    due_on: Annotated[dt.date, kinds.Date(gettext_lazy("完成期限"))],
) -> ImprovementItem:
    """Make an improvement item of what the customer said."""
    person = owner if isinstance(owner, User) else User.unscoped.filter(pk=owner or 0).first()
    item = raise_item(
        title, source=ImprovementItem.Source.FEEDBACK, owner=person, due_on=due_on, by=by,
        evidence=str(row.text), customer_id=row.customer_id, feedback=row,
    )  # fmt: skip
    row.status = Feedback.Status.TURNED
    store(row, by=by, fields=["status"])
    return item


@action(
    "teamwork.settle_feedback",
    on=Feedback,
    title=gettext_lazy("答复完毕"),
    icon="check",
    available=_is_new,
)
def settle_feedback(
    row: Feedback,
    *,
    by: Actor,
    answer: Annotated[str, kinds.LongText(gettext_lazy("处理说明"), max_length=2_000)],
) -> Feedback:
    """End a feedback that needs no improvement, saying what was answered."""
    row.status, row.answer = Feedback.Status.SETTLED, answer
    return store(row, by=by, fields=["status", "answer"])
