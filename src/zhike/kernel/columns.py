"""Column: one cell rendered to HTML, sheet and JSON from plain values, decided once per page."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.db import models
from django.utils.functional import Promise

from zhike.kernel.actor import Actor
from zhike.kernel.records import Record

MASKED = "masked"


@dataclass(frozen=True)
class Column:
    """How one value of a resource is seen.

    Attributes:
        path: dotted path from the model (``customer.name``); the last field's kind renders it.
        title: heading, the field's own by default; sortable: None = where an index helps;
        total: show its sum at the foot; template: the cell's look in HTML where the kind's plain
        text is not enough: grade, lifecycle, link, money, person, ago, tags.
    """

    path: str
    title: str | Promise = ""
    sortable: bool = True
    total: bool = False
    template: str = ""
    width: int = 0

    @property
    def name(self) -> str:
        """Return the column's name in URLs and JSON."""
        return self.path

    @property
    def orm(self) -> str:
        """Return the path as the ORM writes it."""
        return self.path.replace(".", "__")

    def field(self, model: type[Record]) -> Any:
        """Return the model field at the end of the path."""
        found: Any = None
        current: Any = model
        for part in self.path.split("."):
            found = current._meta.get_field(part)
            current = found.related_model
        return found

    def nullable(self, model: type[Record]) -> bool:
        """Whether a row may have nothing here, for any step of the path."""
        current: Any = model
        steps = []
        for part in self.path.split("."):
            steps.append(current._meta.get_field(part))
            current = steps[-1].related_model
        return any(step.null for step in steps)

    def owner(self, model: type[Record]) -> type[Any]:
        """Return the model on which the last field of the path stands."""
        current: Any = model
        for part in self.path.split(".")[:-1]:
            current = current._meta.get_field(part).related_model
        return current  # type: ignore[no-any-return]


@dataclass(frozen=True)
class BoundColumn:
    """A column bound to a model and to what the reader may see of it."""

    column: Column
    field: Any
    access: str
    title: str
    source: str

    @property
    def name(self) -> str:
        """Return the column's name."""
        return self.column.name

    @property
    def personal(self) -> bool:
        """Whether the kind is personal data."""
        return bool(getattr(self.field, "personal", False))

    @property
    def template(self) -> str:
        """Return the look of the cell."""
        return self.column.template or getattr(self.field, "cell", "text")

    @property
    def align(self) -> str:
        """Return left or right."""
        return getattr(self.field, "align", "left")

    @cached_property
    def show(self) -> Callable[[Any], str]:
        """How one value is written, chosen once for a page; masked where it may not be clear."""
        if self.access == MASKED and self.personal:
            write = self.field.mask
        else:
            write = getattr(self.field, "display", str)
        return lambda value: "" if value is None or value == "" else str(write(value))

    def text(self, value: Any) -> str:
        """Return the cell as text, masked where the reader may not see it clear."""
        return self.show(value)

    def sheet(self, value: Any) -> Any:
        """Return the cell for a workbook."""
        if value is None or (self.access == MASKED and self.personal):
            return self.text(value)
        return self.field.to_sheet(value) if hasattr(self.field, "to_sheet") else value

    def json(self, value: Any) -> Any:
        """Return the cell for the API."""
        if value is None:
            return None
        if self.access == MASKED and self.personal:
            return self.text(value)
        return self.field.to_json(value) if hasattr(self.field, "to_json") else value


def bind(column: Column, model: type[Record], by: Actor) -> BoundColumn | None:
    """Return the column for this reader, or None where the field is hidden from him."""
    f, key, source = _resolved(column, model)
    access = by.field_access(key, f.name, personal=bool(getattr(f, "personal", False)))
    title = str(column.title or f.verbose_name)
    return None if access == "hidden" else BoundColumn(column, f, access, title, source)


@cache
def _resolved(column: Column, model: type[Record]) -> tuple[Any, str, str]:
    """Return the field, the key of the resource it stands on, and the ORM path of what is shown."""
    f, owner, source = column.field(model), column.owner(model), column.orm
    if isinstance(f, models.ForeignKey):
        title = getattr(f.related_model, "title_field", "name")
        known = {one.name for one in f.related_model._meta.get_fields()}
        source += f"__{title}" if title in known else ""
    return f, owner.key() if issubclass(owner, Record) else owner._meta.label_lower, source
