"""System checks: what a forgotten declaration would break is refused at start-up."""

from typing import Any

from django.apps import apps
from django.core.checks import Error, register

from zhike.kernel.listing import RESERVED
from zhike.kernel.records import Record
from zhike.kernel.registry import registry
from zhike.kernel.scope import Scope


@register()
def every_record_has_a_scope(**_: Any) -> list[Error]:
    """Refuse a Record without a scope: nobody would know who may see it."""
    return [
        Error(f"{model.__name__} has no scope", obj=model, id="zhike.E001")
        for model in apps.get_models()
        if issubclass(model, Record) and not isinstance(getattr(model, "scope", None), Scope)
    ]


@register()
def every_resource_is_whole(**_: Any) -> list[Error]:
    """Refuse names in a resource that its model does not have."""
    errors = []
    for key, resource in registry.resources.items():
        for column in resource.all_columns():
            errors += _path_errors(resource.model, column.path, key)
        for path in (*resource.filters, *resource.match_keys, *resource.form_fields()):
            errors += _path_errors(resource.model, path, key)
        errors += [
            Error(f"{key}: the filter {path} is a word of the list's address", id="zhike.E004")
            for path in RESERVED.intersection(resource.filters)
        ]
        shown = {c.name for c in resource.all_columns()}
        errors += [
            Error(f"{key}: default column {name} is not among its columns", id="zhike.E003")
            for name in resource.default_columns
            if name not in shown
        ]
    return errors


def _path_errors(model: Any, path: str, key: str) -> list[Error]:
    from django.core.exceptions import FieldDoesNotExist

    from zhike.kernel.columns import Column

    try:
        Column(path).field(model)
    except (FieldDoesNotExist, AttributeError):
        return [Error(f"{key}: no field {path}", id="zhike.E002")]
    return []
