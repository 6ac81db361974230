"""Columns that follow from others: comparison and sort forms of names, search terms, numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

from zhike.kernel import kinds
from zhike.kernel.kinds.names import normalise
from zhike.kernel.records import Searchable
from zhike.kernel.resources import Resource
from zhike.kernel.search import vectors_of


def derived(
    resource: Resource, values: Mapping[str, Sequence[Any]], count: int
) -> dict[str, list[Any]]:
    """Return the derived columns of ``count`` rows by field name.

    The resource's own ``prepare_import`` comes first; what it leaves open follows from the kinds.

    Args:
        values: full columns by field name, links as ids.
    """
    model = resource.model
    stored = {f.name: f for f in model._meta.concrete_fields}
    own = getattr(resource, "prepare_import", None)
    found: dict[str, list[Any]] = own(dict(values)) if own is not None else {}
    for name, column in values.items():
        f = stored[name]
        normal, order = f"{name}_normal", f"{name}_sort"
        if isinstance(f, kinds.CompanyName) and normal in stored and normal not in found:
            found[normal] = [normalise(v) if v else "" for v in column]
        if order in stored and order not in found and hasattr(f, "sort_key"):
            found[order] = [f.sort_key(v) if v else "" for v in column]
    if issubclass(model, Searchable) and "search_tsv" not in found:
        found["search_tsv"] = vectors_of(model, {**values, **found}, count)
    return found
