"""Suggestions from notes: found by the word list, confirmed or dismissed by people (NEED-011)."""

from typing import Annotated, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.interactions.models import Interaction
from zhike.kernel import kinds
from zhike.kernel.actions import action, authorise, recorded, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.policy_store import in_force
from zhike.needs.actions.need import create_need
from zhike.needs.models import Need, Suggestion
from zhike.needs.models.need import Priority, Source
from zhike.needs.policies import Listening, ListeningFacts

Status = Suggestion.Status


def listen(interaction_id: int) -> int:
    """Suggest the sentences of a note in which the rule hears a need; returns how many are new.

    Idempotent: a sentence of a note is suggested once, whatever became of it.
    """
    row = Interaction.unscoped.filter(pk=interaction_id, archived_at__isnull=True).first()
    if row is None:
        return 0
    version, params = in_force(Listening.id)
    heard = Listening().decide(ListeningFacts(text=row.summary), params).outcome
    known = set(Suggestion.unscoped.filter(interaction=row).values_list("quote", flat=True))
    by = SYSTEM(reason=Listening.id)
    made = 0
    with recorded(by, "needs.listen"):
        for one in heard:
            if one["quote"] in known:
                continue
            words = "、".join(one["words"])[:120]
            store(
                Suggestion(
                    customer_id=row.customer_id, interaction=row, quote=one["quote"],
                    kind=one["kind"], words=words, policy_version=version,
                    owner_id=row.owner_id, unit_id=row.unit_id,
                ),
                by=by,
            )  # fmt: skip
            made += 1
    return made


def _open(row: Suggestion, by: Actor) -> bool:  # noqa: ARG001
    return bool(row.status == Status.OPEN)


@action("needs.confirm_suggestion", on=Suggestion, title=lazy("转为客户需求"), icon="check",
        available=_open)  # fmt: skip
def confirm_suggestion(
    row: Suggestion,
    *,
    by: Actor,
    title: Annotated[str, kinds.Text(lazy("需求"), max_length=120)],
    type: Annotated[Any, kinds.Link(lazy("需求类型"), "needs.NeedType")],  # noqa: A002
    priority: Annotated[
        str, kinds.Choice(lazy("优先级"), choices=Priority.choices, max_length=8)
    ] = Priority.NORMAL,
) -> Suggestion:
    """Make a need of it, in a person's words; the sentence stays as its description.

    Raises:
        Forbidden: the actor may not record needs. Invalid: as of the need's form.
    """
    authorise(by, Need.key(), "create")
    if not (title or "").strip():
        raise Invalid(fields={"title": [_("请用一句话写明需求。")]})
    values = {
        "customer": row.customer_id, "title": title, "type": type, "source": Source.VISIT,
        "description": row.quote, "priority": priority,
    }  # fmt: skip
    row.need = create_need(Need, values, by=by)
    row.status = Status.CONFIRMED
    return store(row, by=by, fields=["need", "status"])


@action("needs.dismiss_suggestion", on=Suggestion, title=lazy("不是需求"), icon="x",
        available=_open)  # fmt: skip
def dismiss_suggestion(
    row: Suggestion,
    *,
    by: Actor,
    reason: Annotated[str, kinds.Text(lazy("原因"), max_length=200, blank=True)] = "",
) -> Suggestion:
    """Say that it is none; it does not come back."""
    row.status, row.reason = Status.DISMISSED, (reason or "").strip()
    return store(row, by=by, fields=["status", "reason"])
