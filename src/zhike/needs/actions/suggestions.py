"""Suggestions from what customers said: found by the word lists, decided by people (NEED-011)."""

import datetime as dt
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.interactions.queries.voice import Said, voices
from zhike.kernel import kinds
from zhike.kernel.actions import action, authorise, recorded, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.policy_store import in_force
from zhike.needs.actions.need import create_need
from zhike.needs.models import Need, NeedType, Suggestion
from zhike.needs.models.need import Priority, Source
from zhike.needs.policies import Listening, ListeningFacts

Status = Suggestion.Status
NOTE = "interactions.interaction"
PAGE = 500


def listen(interaction_id: int) -> int:
    """Suggest the sentences of a note in which the rule hears a need; returns how many are new."""
    return hear(NOTE, interaction_id)


def hear(key: str, pk: int) -> int:
    """Read one text of a voice, as ``listen`` reads a note.

    Idempotent: a sentence of a text is suggested once, whatever became of it.
    """
    said = voices[key].find(pk)
    return _suggest(key, said, in_force(Listening.id)) if said is not None else 0


def hear_all(now: dt.datetime | None = None) -> int:
    """Read every text that was written or changed lately, in all voices; returns how many are new.

    What an event missed is found here: corrected notes, and voices that emit no event.
    """
    rule = in_force(Listening.id)
    since = (now or timezone.now()) - dt.timedelta(days=rule[1].look_back_days)
    made = 0
    for key, voice in voices.items():
        after = 0
        while page := voice.fresh(since, after, PAGE):
            made += sum(_suggest(key, said, rule) for said in page)
            after = page[-1].id
    return made


def _suggest(key: str, said: Said, rule: tuple[Any, Any]) -> int:
    version, params = rule
    heard = Listening().decide(ListeningFacts(text=said.text), params).outcome
    if not heard or not said.customer_id:
        return 0
    there = Suggestion.unscoped.filter(source=key, source_id=said.id)
    known = set(there.values_list("quote", flat=True))
    fresh = [one for one in heard if one["quote"] not in known]
    if not fresh:
        return 0
    types = {row.name: row for row in NeedType.unscoped.filter(archived_at__isnull=True)}
    by = SYSTEM(reason=Listening.id)
    with recorded(by, "needs.listen"):
        for one in fresh:
            words = "、".join(one["words"])[:120]
            row = Suggestion(
                customer_id=said.customer_id, source=key, source_id=said.id,
                interaction_id=said.interaction_id, quote=one["quote"], kind=one["kind"],
                words=words, type=types.get(one["type"]), policy_version=version,
                owner_id=said.owner_id, unit_id=said.unit_id,
            )  # fmt: skip
            store(row, by=by)
    return len(fresh)


def _open(row: Suggestion, by: Actor) -> bool:  # noqa: ARG001
    return bool(row.status == Status.OPEN)


@action("needs.confirm_suggestion", on=Suggestion, title=lazy("转为客户需求"), icon="check",
        available=_open)  # fmt: skip
def confirm_suggestion(
    row: Suggestion,
    *,
    by: Actor,
    title: Annotated[str, kinds.Text(lazy("需求"), max_length=120)],
    type: Annotated[  # noqa: A002
        Any, kinds.Link(lazy("需求类型"), "needs.NeedType", null=True, blank=True)
    ] = None,
    priority: Annotated[
        str, kinds.Choice(lazy("优先级"), choices=Priority.choices, max_length=8)
    ] = Priority.NORMAL,
) -> Suggestion:
    """Make a need of it, in a person's words; the sentence stays as its description.

    Without a type the one that the rule proposed is taken.

    Raises:
        Forbidden: the actor may not record needs. Invalid: as of the need's form.
    """
    authorise(by, Need.key(), "create")
    chosen = type or row.type
    errors: dict[str, list[str]] = {}
    if not (title or "").strip():
        errors["title"] = [_("请用一句话写明需求。")]
    if chosen is None:
        errors["type"] = [_("请选择需求类型。")]
    if errors:
        raise Invalid(fields=errors)
    voice = voices.get(row.source)
    values = {
        "customer": row.customer_id, "title": title, "type": chosen,
        "source": voice.origin if voice else Source.OTHER, "description": row.quote,
        "priority": priority,
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
