"""Clauses of a draft edition: written one by one (API) or all at once (the editor)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.kernel.actions import action, authorise, lock, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Invalid, NotFound
from zhike.kernel.registry import registry
from zhike.rulebook.actions.editions import draft_only
from zhike.rulebook.models import Clause, Edition
from zhike.rulebook.queries import documents as read

FIELDS = ("number", "heading", "text", "policy_id")
MOST = 300


def clean_clause(values: Mapping[str, Any]) -> dict[str, str]:
    """Return a clause's fields cleaned.

    Raises:
        Invalid: under the field's name.
    """
    clean: dict[str, str] = {}
    errors: dict[str, list[str]] = {}
    for name in FIELDS:
        raw = values.get(name) or ""
        if name == "policy_id":
            clean[name] = str(raw)
            if raw and raw not in registry.policies:
                errors[name] = [_("没有这条规则。")]
            continue
        try:
            clean[name] = Clause._meta.get_field(name).clean_value(raw)  # type: ignore[union-attr]
        except ValidationError as error:
            errors[name] = list(error.messages)
    unknown = set(values) - {*FIELDS, "id", "edition", "edition_id"}
    errors |= {name: [_("没有这个字段，或它由系统维护。")] for name in unknown}
    if errors:
        raise Invalid(fields=errors)
    return clean


def create_clause(model: type[Clause], values: Mapping[str, Any], *, by: Actor) -> Clause:
    """Add a clause at the end of a draft edition (``edition`` = its id)."""
    authorise(by, Clause.key(), "create")
    with recorded(by, "rulebook.clause.create"):
        edition = _edition(values.get("edition") or values.get("edition_id"), by)
        last = read.clauses(edition.pk).aggregate(n=Max("position"))["n"] or 0
        row = model(edition=edition, position=last + 1, **clean_clause(values))
        return store(row, by=by)


def edit_clause(
    model: type[Clause],
    target: "Clause | int",
    values: Mapping[str, Any],
    *,
    by: Actor,
    version: int | None = None,
) -> Clause:
    """Change a clause of a draft edition."""
    authorise(by, Clause.key(), "change")
    with recorded(by, "rulebook.clause.edit"):
        row = lock(model, target, by=by, verb="change", version=version)
        draft_only(row.edition)
        whole = {name: getattr(row, name) for name in FIELDS}
        for name, value in clean_clause({**whole, **values}).items():
            setattr(row, name, value)
        return store(row, by=by, fields=list(FIELDS))


def _edition(raw: Any, by: Actor) -> Edition:
    try:
        row = read.edition(int(getattr(raw, "pk", raw)), by)
    except (TypeError, ValueError, NotFound):
        raise Invalid(fields={"edition": [_("没有找到所选的记录，请重新选择。")]}) from None
    draft_only(row)
    return row


@action("rulebook.remove_clause", on=Clause, title=lazy("删除条款"), icon="trash", danger=True)
def remove_clause(row: Clause, *, by: Actor) -> None:  # noqa: ARG001  (history names the actor)
    """Delete a clause of a draft; its history stays."""
    draft_only(row.edition)
    row.delete()


@action("rulebook.write_clauses", on=Edition, title=lazy("保存条款"), icon="device-floppy")
def write_clauses(row: Edition, *, by: Actor, clauses: Sequence[Mapping[str, Any]] = ()) -> Edition:
    """Replace a draft's clauses by these, in this order; ``id`` names those that existed.

    Raises:
        Invalid: under ``clauses.<index>.<field>``; nothing was written.
        Conflict: the edition is no draft.
    """
    draft_only(row)
    clean = _checked(clauses)
    known = {clause.pk: clause for clause in Clause.unscoped.filter(edition_id=row.pk)}
    kept = {int(values["id"]) for values in clauses if values.get("id")}
    if kept - known.keys():
        raise Conflict(_("有条款已被他人删除，请刷新后再改。"))
    for pk in known.keys() - kept:
        known.pop(pk).delete()
    _write(row, clauses, clean, known, by)
    return store(row, by=by, fields=[])


def _checked(clauses: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    errors: dict[str, list[str]] = {}
    clean: list[dict[str, str]] = []
    seen: set[str] = set()
    if len(clauses) > MOST:
        raise Invalid(fields={"clauses": [_("一个版次最多 %d 条。") % MOST]})
    for index, values in enumerate(clauses):
        try:
            one = clean_clause(values)
        except Invalid as error:
            errors |= {f"clauses.{index}.{name}": texts for name, texts in error.fields.items()}
            continue
        if one["number"] in seen:
            errors[f"clauses.{index}.number"] = [_("条号重复。")]
        seen.add(one["number"])
        clean.append(one)
    if errors:
        raise Invalid(fields=errors)
    return clean


def _write(
    row: Edition,
    clauses: Sequence[Mapping[str, Any]],
    clean: Sequence[Mapping[str, str]],
    known: Mapping[int, Clause],
    by: Actor,
) -> None:
    """Write changed clauses; numbers that swap are parked first, because they are unique."""
    changed = []
    for position, (values, fields) in enumerate(zip(clauses, clean, strict=True), 1):
        clause = known[int(values["id"])] if values.get("id") else Clause(edition=row)
        wanted = {**fields, "position": position}
        if clause.pk and all(getattr(clause, n) == v for n, v in wanted.items()):
            continue
        if clause.pk and clause.number != fields["number"]:
            Clause.unscoped.filter(pk=clause.pk).update(number=f"~{clause.pk}")
        changed.append((clause, wanted))
    for clause, wanted in changed:
        for name, value in wanted.items():
            setattr(clause, name, value)
        store(clause, by=by, fields=None if clause._state.adding else list(wanted))
