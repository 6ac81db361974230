"""Rows that a child table opens to named people: attendees of a meeting, readers of a document."""

from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, Subquery
from django.utils.translation import gettext as _

from zhike.kernel.actor import Actor
from zhike.kernel.scope import NOBODY, ArrayOf, Because, EqualsAny, Scope

if TYPE_CHECKING:
    from zhike.kernel.records import Record


class Named(Scope):
    """Whoever is named in a child table may look, if his role may look at such rows at all.

    Args:
        children: reverse name of the table on the model; its rows have a ``user``.
    """

    def __init__(self, children: str) -> None:
        self.children = children

    def q(self, model: "type[Record]", by: Actor, verb: str) -> Q:
        """Return the rows in which the actor is named, for looking only."""
        if verb != "view" or not by.user_id or not by.breadth(model.key(), verb):
            return NOBODY
        return Q(EqualsAny(F("id"), ArrayOf(Subquery(self._ids(model, by)))))

    def explain(self, row: "Record", by: Actor, verb: str) -> list[Because]:
        """Return whether the actor is named."""
        able = verb == "view" and bool(by.user_id) and bool(by.breadth(row.key(), verb))
        relation: Any = type(row)._meta.get_field(self.children)
        mine = self._ids(type(row), by).filter(**{relation.field.name: row.pk})
        return [Because(able and mine.exists(), _("名单中有本人"))]

    def _ids(self, model: "type[Record]", by: Actor) -> Any:
        relation: Any = model._meta.get_field(self.children)
        rows = relation.related_model.unscoped.filter(user_id=by.user_id, archived_at__isnull=True)
        return rows.values(f"{relation.field.name}_id")
