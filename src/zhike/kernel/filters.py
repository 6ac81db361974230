"""Filters of lists that are no field of the rows; packages above register them.

``LIST_FILTERS["customers.customer"]["segment"]`` is one: its values are offered per reader and it
becomes a condition on rows that are already in the reader's scope.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from zhike.kernel.actor import Actor
from zhike.kernel.columns import BoundColumn, Column


class Offered:
    """Stands where a field stands: the values that a reader may choose from."""

    operators = ("in", "not")
    choices = ()

    def __init__(self, flatchoices: list[tuple[str, str]]) -> None:
        self.flatchoices = flatchoices

    def get_internal_type(self) -> str:
        """Return the type of a plain text column."""
        return "CharField"

    def clean_value(self, raw: str) -> str:
        """Return the value as it is; the filter refuses what it does not know."""
        return raw

    def display(self, value: str) -> str:
        """Return the title of a value."""
        return dict(self.flatchoices).get(value, f"#{value}")


@dataclass(frozen=True)
class ListFilter:
    """One such filter: ``offered`` (reader) -> pairs, ``condition`` (values, reader) -> Q.

    ``condition`` raises BadQuery for values that are unknown to the reader.
    """

    name: str
    title: Any
    offered: Callable[[Actor], list[tuple[str, str]]]
    condition: Callable[[tuple[str, ...], Actor], Q]

    def bound(self, by: Actor) -> BoundColumn:
        """Return the filter as a column of this reader."""
        field = Offered(self.offered(by))
        return BoundColumn(Column(self.name), field, "editable", str(self.title), self.name)


LIST_FILTERS: dict[str, dict[str, ListFilter]] = {}


def list_filter(resource: str, name: str) -> ListFilter | None:
    """Return a resource's filter by name."""
    return LIST_FILTERS.get(resource, {}).get(name)
