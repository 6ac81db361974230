"""Columns that follow from others: comparison and sort forms of names, search terms, numbers."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from zhike.kernel import kinds
from zhike.kernel.kinds.names import normalise
from zhike.kernel.records import Searchable
from zhike.kernel.resources import Resource
from zhike.kernel.search import lexemes

_UNSAFE = re.compile(r"['\\:\s]")


def derived(
    resource: Resource, values: Mapping[str, Sequence[Any]], fresh: Sequence[bool]
) -> dict[str, list[Any]]:
    """Return the derived columns of a chunk by field name.

    Args:
        values: full columns by field name, links as ids.
        fresh: which rows are new records.
    """
    model = resource.model
    stored = {f.name: f for f in model._meta.concrete_fields}
    found: dict[str, list[Any]] = {}
    for name, column in values.items():
        f = stored[name]
        if isinstance(f, kinds.CompanyName) and f"{name}_normal" in stored:
            found[f"{name}_normal"] = [normalise(v) if v else "" for v in column]
        if f"{name}_sort" in stored and hasattr(f, "sort_key"):
            found[f"{name}_sort"] = [f.sort_key(v) if v else "" for v in column]
    own = getattr(resource, "prepare_import", None)
    if own is not None:
        found |= own({**values, **found}, fresh)
    if issubclass(model, Searchable):
        found["search_tsv"] = search_terms(model, {**values, **found}, len(fresh))
    return found


def search_terms(
    model: type[Searchable], values: Mapping[str, Sequence[Any]], count: int
) -> list[str]:
    """Return a tsvector literal for each row, from the kinds of the searched fields."""
    columns = []
    for name in model.search_fields:
        if name in values:
            read: Any = model._meta.get_field(name)
            columns.append((read.search_terms, values[name]))
    found = []
    for row in range(count):
        words: list[str] = []
        for read, column in columns:
            value = column[row]
            if value is not None and value != "":
                words += read(value)
        text = "".join(words)
        # The literal of plain words needs no quotes, and sorting is left to the database.
        found.append(lexemes(words) if _UNSAFE.search(text) else " ".join(words))
    return found
