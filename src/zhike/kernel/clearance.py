"""Confidentiality: rows above a reader's clearance are withheld, whatever else would show them.

A model names its level field in ``Record.confidential``; whatever links to such a record, directly or
through the parent of its scope, is withheld with it. ``permitted`` is the one condition that the
gate of every door applies, so that no list, page, search, export or interface can forget it
(DAT-028).
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db.models import Q
from django.utils.translation import gettext as _

from zhike.kernel.actor import LEVELS, Actor
from zhike.kernel.scope import NOBODY, Because, SharedWith, Via, among_of

if TYPE_CHECKING:
    from zhike.kernel.records import Record

ANY_AGE = 3  # seconds, as a change of rights is felt within them


def permitted(model: "type[Record]", by: Actor, verb: str) -> Q:
    """Return the condition on the rows on which the actor may use the verb: scope and clearance."""
    inside = model.scope.q(model, by, verb)
    if inside == NOBODY or by.is_system:
        return inside
    above = withheld(model, by, verb)
    return inside if above == NOBODY else inside & ~above


def withheld(model: "type[Record]", by: Actor, verb: str) -> Q:
    """Return the condition of the rows that are too confidential for the actor."""
    found = _own_level(model, by, verb) if model.confidential else NOBODY
    for column, parent in _parents(model):
        if _stands_at(model, column, parent, by, verb):
            continue
        above = withheld(parent, by, verb)
        if above == NOBODY:
            continue
        linked = Q(**{column + "__isnull": False}) & among_of(
            column, parent.unscoped.filter(above).values("id")
        )
        found = linked if found == NOBODY else found | linked
    for path in model.confidential_through:
        above = withheld(_end_of(model, path), by, verb)
        if above == NOBODY:
            continue
        ids = _end_of(model, path).unscoped.filter(above).values("id")
        told = among_of("id", model.unscoped.filter(**{path + "__in": ids}).values("id"))
        found = told if found == NOBODY else found | told
    return found


def _stands_at(
    model: "type[Record]", column: str, parent: "type[Record]", by: Actor, verb: str
) -> bool:
    """Tell whether the scope leads to the one parent at which the actor stands, cleared for it."""
    if by.at is None or parent.key() != by.at.key or not by.at.opens_to(model.key(), verb):
        return False
    parts = model.scope.parts_of()
    return any(isinstance(one, Via) and one.parent + "_id" == column for one in parts)


def _end_of(model: "type[Record]", path: str) -> "type[Record]":
    found: Any = model
    for name in path.split("__"):
        found = found._meta.get_field(name).related_model
    return found  # type: ignore[no-any-return]


def _own_level(model: "type[Record]", by: Actor, verb: str) -> Q:
    levels = [level for level in LEVELS if level not in by.cleared(verb)]
    if not levels:
        return NOBODY
    condition = Q(**{model.confidential + "__in": levels})
    if verb in {"export", "print"} or not by.owner_cleared or not by.user_id:
        return condition
    if any(f.name == "owner" for f in model._meta.fields):
        condition &= ~Q(owner_id=by.user_id)
    for share in model.scope.parts_of():
        if isinstance(share, SharedWith) and by.team_roles(model.key(), verb):
            condition &= ~among_of("id", share.ids(model, by, model.key(), verb))
    return condition


def _parents(model: "type[Record]") -> "Iterator[tuple[str, type[Record]]]":
    through = {part.parent for part in model.scope.parts_of() if isinstance(part, Via)}
    for f in model._meta.fields:
        parent: Any = f.related_model if f.is_relation else None
        if parent is None or parent is model or not hasattr(parent, "confidential"):
            continue
        if parent.confidential or f.name in through:
            yield f.attname, parent


def sees_all(model: "type[Record]", by: Actor, verb: str = "view") -> bool:
    """Tell whether no row at all is kept from the actor, so that a query needs no condition.

    Whoever reads by hand-written SQL asks this, not the breadth of a grant alone: the widest grant
    passes no level of confidentiality.
    """
    if by.is_system:
        return True
    if not by.breadth(model.key(), verb).everything:
        return False
    return not _any(model, withheld(model, by, verb), by, verb)


def _any(model: "type[Record]", above: Q, by: Actor, door: str) -> bool:
    """Tell whether any row is above; remembered as long as rights are."""
    if above == NOBODY:
        return False
    name = f"above:{door}:{model.key()}:{by.shape}:{by.user_id}"
    found = cache.get(name)
    if found is None:
        found = model.unscoped.filter(above).exists()
        cache.set(name, found, ANY_AGE)
    return bool(found)


def explain(row: "Record", by: Actor, verb: str) -> list[Because]:
    """Return one line where the row's confidentiality matters to this actor, else nothing."""
    model = type(row)
    above = withheld(model, by, verb)
    if by.is_system or above == NOBODY:
        return []
    hit = model.unscoped.filter(above, pk=row.pk).exists()
    return [Because(not hit, _("保密级别在其角色的许可之内"))] if hit else []


def unprintable(model: "type[Record]", by: Actor, ids: Sequence[int]) -> set[int]:
    """Return which of these rows the actor sees but may not put on paper."""
    return kept_back(model, by, ids, "print")


def prints_all(model: "type[Record]", by: Actor) -> bool:
    """Tell whether no row at all is kept off the actor's paper; cheap, as often as pages are made."""
    return by.is_system or not _any(model, withheld(model, by, "print"), by, "print")


def kept_back(model: "type[Record]", by: Actor, ids: Sequence[int], door: str) -> set[int]:
    """Return which of these rows may not pass the door ``view``, ``export`` or ``print``.

    Whether there is any such row at all is remembered as long as rights are.
    """
    above = NOBODY if by.is_system else withheld(model, by, door)
    if above == NOBODY or not ids or not _any(model, above, by, door):
        return set()
    return set(model.unscoped.filter(above, pk__in=ids).values_list("pk", flat=True))


def off_paper(row: "Record", by: Actor) -> bool:
    """Tell whether the actor may not print this row; its own level is read from it."""
    if row.confidential:
        return getattr(row, row.confidential) not in by.cleared("print")
    return bool(unprintable(type(row), by, [row.pk]))
