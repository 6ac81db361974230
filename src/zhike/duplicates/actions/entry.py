"""The check before a customer or person is saved: a warning to confirm, or a refusal (DAT-024)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from zhike.customers.actions import provide_entry_check
from zhike.duplicates.actions.checks import note_check
from zhike.duplicates.events import DuplicateConfirmed
from zhike.duplicates.models import CUSTOMER, SUBJECTS
from zhike.duplicates.policies import EntryFacts, EntryPolicy
from zhike.duplicates.queries.columns import FIELDS
from zhike.duplicates.queries.live import Candidate, candidates
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Unconfirmed
from zhike.kernel.events import emit
from zhike.kernel.policy_store import in_force

DOORS = {"web": "form", "api": "api", "import": "import"}


class EntryCheck:
    """Fills the port of ``customers.actions.entry``; work of the system itself is not checked."""

    def before(
        self, kind: str, values: Mapping[str, Any], *, by: Actor, reason: str, but: int | None
    ) -> None:
        """Raise ``Unconfirmed`` where the rule asks for a reason that was not given."""
        names = [name.removesuffix("_id") for name in FIELDS[kind]]
        if by.is_system or by.channel not in DOORS or not any(values.get(n) for n in names):
            return
        asked = _complete(kind, values, but)
        if but is not None and not _changes(kind, asked, but):
            return
        __, params = in_force(EntryPolicy.id)
        found = candidates(kind, asked, by=by, least=params.warn_from, limit=params.shown, but=but)
        if not found:
            return
        facts = EntryFacts(
            score=found[0].score,
            same_code=any(one.same_code for one in found),
            confirmed=bool(reason),
        )
        outcome = EntryPolicy().decide(facts, params).outcome
        if facts.same_code or outcome not in {"refuse", "confirm"}:
            # A credit code in use is refused by the customer's own uniqueness, with its words.
            if reason:
                note_check(kind, asked, found, by=by, door=DOORS[by.channel])
            return
        raise Unconfirmed(
            _("很可能已有同一条记录。请先核对；确实不同，请写明理由再保存。"),
            alike=[as_plain(one) for one in found],
        )

    def after(self, kind: str, pk: int, *, by: Actor, reason: str) -> None:
        """Put the reason on the customer's timeline."""
        if reason and kind == CUSTOMER:
            emit(DuplicateConfirmed(pk, "", reason), by=by)


def as_plain(one: Candidate) -> dict[str, Any]:
    """Return a look-alike as the reader may know it, as plain values for the API and the form."""
    seen = {"id": one.id, "title": one.title, "url": one.url, "evidence": list(one.evidence)}
    return {
        "score": one.percent, "level": one.level, "state": one.state, "unit": one.unit,
        "visible": one.visible, **(seen if one.visible else {}),
    }  # fmt: skip


def _complete(kind: str, values: Mapping[str, Any], but: int | None) -> dict[str, Any]:
    """Return the values as they would be stored; what cannot be read is left out."""
    model = SUBJECTS[kind]
    stored: Mapping[str, Any] = {}
    if but is not None:
        stored = model.unscoped.filter(pk=but).values(*FIELDS[kind]).first() or {}
    found = dict(stored)
    for name in FIELDS[kind]:
        typed = values.get(name, values.get(name.removesuffix("_id")))
        if typed is None:
            continue
        found[name] = cleaned(model._meta.get_field(name.removesuffix("_id")), typed)
    return found


def cleaned(f: Any, typed: Any) -> Any:
    """Return a typed value as it would be stored, or as it stands where it is not complete yet."""
    if f.is_relation:
        return getattr(typed, "pk", typed)
    try:
        return f.clean_value(typed) if typed not in (None, "") else ""
    except ValidationError:
        return "" if getattr(f, "personal", False) else typed


def _changes(kind: str, asked: Mapping[str, Any], but: int) -> bool:
    """Tell whether the edit touches anything by which records are told apart."""
    stored = SUBJECTS[kind].unscoped.filter(pk=but).values(*FIELDS[kind]).first() or {}
    return any(str(asked.get(n) or "") != str(stored.get(n) or "") for n in FIELDS[kind])


def typed_values(kind: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a person has typed so far as values of the record."""
    return _complete(kind, typed, None)


provide_entry_check(EntryCheck())

__all__: Sequence[str] = ("EntryCheck", "as_plain", "typed_values")
