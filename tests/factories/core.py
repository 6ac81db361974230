"""How a record comes about: declared by makers, made with whatever it needs."""

import itertools
from collections.abc import Callable
from datetime import date
from typing import Any

from django.apps import apps

from zhike.kernel.actions import recorded, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.records import Record
from zhike.kernel.registry import registry

BY_TEST = SYSTEM(reason="test data")
START = date(2020, 1, 1)
Values = dict[str, Any]
_numbers = itertools.count(1)
_makers: dict[str, Callable[..., Values]] = {}


def model_of(key: str) -> type[Record]:
    """The model behind a resource key."""
    return apps.get_model(key)


def serial() -> int:
    """A number that no other record of this process has."""
    return next(_numbers)


def make(key: str, *, by: Actor = BY_TEST, **values: Any) -> Any:
    """A stored, valid record of the resource; see the head of the package."""
    model = model_of(key)
    with recorded(by, "test.make"):
        return store(model(**_values(key, values)), by=by)


def valid_values(key: str, **values: Any) -> Values:
    """JSON values that create a record through a form or the API; parents are made.

    Only fields that people may write are in it; ``values`` as for ``make``.
    """
    model, resource = model_of(key), registry.resource(key)
    found = _values(key, values)
    return {
        name: _json(model._meta.get_field(name), found[name])
        for name in resource.form_fields()
        if found.get(name) not in (None, "")
    }


def _values(key: str, given: Values) -> Values:
    model = model_of(key)
    own = {f.name for f in model._meta.fields} | {f.attname for f in model._meta.fields}
    inherited = {n: v for n, v in given.items() if n not in own}
    values = {n: v for n, v in given.items() if n in own}
    return {**_makers[key](**_needed(key, inherited, values)), **values}


def _needed(key: str, inherited: Values, values: Values) -> Values:
    """What the maker is told: parents given are not made again."""
    known = {n: values[n] for n in ("customer", "owner", "unit", "interaction") if values.get(n)}
    return {**inherited, **known}


def _json(f: Any, value: Any) -> Any:
    if isinstance(value, Record):
        return value.pk
    return f.to_json(f.to_python(value)) if hasattr(f, "to_json") else value


def maker(key: str) -> Callable[[Callable[..., Values]], Callable[..., Values]]:
    """Declare how the values of a resource's record come about."""

    def keep(function: Callable[..., Values]) -> Callable[..., Values]:
        _makers[key] = function
        return function

    return keep


def makeable() -> list[str]:
    """Every resource key that ``make`` knows."""
    return sorted(_makers)


def parent_of(parent: str, context: Values) -> Any:
    """The parent named in the context, or a new one with the context's owner and unit."""
    name = parent.rpartition(".")[2]
    return context.get(name) or make(parent, **context)


def held_by(owner: Any = None, unit: Any = None, **_: Any) -> Values:
    """The owner and unit of the context."""
    return {"owner": owner, "unit": unit}
