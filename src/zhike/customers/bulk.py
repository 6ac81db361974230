"""Column-wise derivations for imports: what ``derive`` and ``store`` do row by row."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

from zhike.customers.models import Customer, Person, new_codes
from zhike.customers.naming import completeness_column, proper_name, sort_key
from zhike.kernel.kinds.names import normalise
from zhike.kernel.search import vectors_of


def customer_columns(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Return the server-owned columns of new customers; see ``CustomerResource.prepare_import``."""
    names = columns["name"]
    codes = list(columns.get("code") or [""] * len(names))
    missing = [row for row, code in enumerate(codes) if not code]
    for row, code in zip(missing, new_codes(len(missing)), strict=True):
        codes[row] = code
    complete = {**columns, "code": codes}
    return {
        "code": codes,
        "name_normal": [normalise(name)[:200] for name in names],
        "name_sort": [sort_key(name) for name in names],
        "completeness": completeness_column(columns, len(names)),
        "search_tsv": vectors_of(Customer, complete, len(names)),
    }


def person_columns(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Return the server-owned columns of new persons."""
    return {
        "name_sort": [sort_key(name, surname=True)[:120] for name in columns["name"]],
        "search_tsv": vectors_of(Person, columns, len(columns["name"])),
    }


def improper_names(names: Sequence[Any]) -> dict[int, str]:
    """Return row -> why a customer name breaks the naming rules."""
    found: dict[int, str] = {}
    for row, name in enumerate(names):
        try:
            if name:
                proper_name(name)
        except ValidationError as error:
            found[row] = "；".join(error.messages)
    return found
