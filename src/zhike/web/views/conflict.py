"""The conflict card: what I wrote beside what somebody else stored meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhike.kernel.actor import Actor
from zhike.kernel.columns import Column, bind
from zhike.kernel.errors import Conflict
from zhike.kernel.resources import Resource
from zhike.web.forms import display_of


@dataclass(frozen=True)
class Difference:
    """One field of the card."""

    label: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class ConflictCard:
    """All that the card shows."""

    who: str
    at: Any
    rows: list[Difference]
    keep_version: int
    theirs_url: str


def conflict_rows(
    resource: Resource, by: Actor, row: Any, error: Conflict, mine: Mapping[str, Any]
) -> ConflictCard:
    """Return the card for the fields that the person changed."""
    found = [
        _difference(resource, by, row, name, submitted)
        for name, (_stored, submitted) in error.differences.items()
        if name in mine
    ]
    who = str(row.updated_by) if row.updated_by_id else ""
    return ConflictCard(
        who, row.updated_at, [one for one in found if one], row.version,
        f"{resource.record_url(row.pk)}edit/",
    )  # fmt: skip


def _difference(
    resource: Resource, by: Actor, row: Any, name: str, submitted: Any
) -> Difference | None:
    kind = resource.model._meta.get_field(name)
    column = bind(Column(name), resource.model, by)
    if column is None:
        return None
    theirs = display_of(kind, getattr(row, kind.attname), row)
    if column.access == "masked" and column.personal:
        theirs = column.text(getattr(row, kind.attname))
    mine = str(submitted) if kind.is_relation else display_of(kind, submitted)
    return Difference(column.title, mine or "—", theirs or "—")
