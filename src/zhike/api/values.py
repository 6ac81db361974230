"""Rows as JSON and JSON as values, both through the kinds."""

import datetime as dt
import inspect
import typing
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import FileField, ForeignKey
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import TypeAdapter
from pydantic import ValidationError as TypeMismatch
from pydantic.errors import PydanticSchemaGenerationError

from zhike.kernel.actions import Action, linked
from zhike.kernel.actor import Actor
from zhike.kernel.columns import BoundColumn, Column, bind
from zhike.kernel.errors import Invalid
from zhike.kernel.outcome import Outcome
from zhike.kernel.records import Record
from zhike.kernel.resources import Resource

BASE = ("id", "version", "archived_at", "created_at", "updated_at")


def item_columns(resource: Resource) -> list[Column]:
    """Return what a single record shows: every column, then the other fields of its form."""
    found = {column.name: column for column in resource.all_columns()}
    for name in resource.form_fields():
        found.setdefault(name, Column(name))
    return [column for name, column in found.items() if name not in BASE]


def read_item(resource: Resource, pk: int, by: Actor) -> dict[str, Any] | None:
    """Return a record as JSON, archived ones too; None where the actor may not see it."""
    bound = [bind(column, resource.model, by) for column in item_columns(resource)]
    columns = [column for column in bound if column is not None]
    sources = {name for column in columns for name in (column.source, column.column.orm)}
    rows = resource.model.objects.visible_to(by, "view", archived=True)
    row = rows.filter(pk=pk).values(*BASE, *sorted(sources - set(BASE))).first()
    if row is None:
        return None
    return {**{name: plain(row[name]) for name in BASE}, **present(columns, row)}


def present(columns: Sequence[BoundColumn], row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a row of plain values; links as ``{"id": …, "name": …}``."""
    found: dict[str, Any] = {}
    for column in columns:
        value = plain(column.json(row[column.source]))
        if isinstance(column.field, ForeignKey):
            key, named = row[column.column.orm], column.source != column.column.orm
            value = None if key is None else {"id": key, "name": value if named else None}
        found[column.name] = value
    return found


def plain(value: Any) -> Any:
    """Return a value as JSON types: times with the company's offset, exact numbers as text."""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Record):
        return {"resource": value.key(), "id": value.pk}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value)


def result_of(value: Any) -> Any:
    """Return what an action gave back: a record as its address, numbers and texts as they are."""
    if isinstance(value, Outcome):
        return None
    if isinstance(value, Record | Mapping | str | int | float | list | tuple):
        return plain(value)
    return None


def writable_fields(resource: Resource) -> dict[str, Any]:
    """Return the fields that a body may hold: those of the form, files excepted."""
    fields = {name: resource.model._meta.get_field(name) for name in resource.form_fields()}
    return {
        name: f
        for name, f in fields.items()
        if getattr(f, "editable", False) and not isinstance(f, FileField)
    }


def refuse_unknown(names: "set[str] | frozenset[str]", body: Mapping[str, Any]) -> None:
    """Refuse what nobody may write.

    Raises:
        Invalid: naming each unknown or server-owned member.
    """
    message = _("没有这个字段，或它由系统维护。")
    unknown = {name: [message] for name in body if name not in names}
    if unknown:
        raise Invalid(fields=unknown)


def record_values(resource: Resource, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of a create or update body; the kernel cleans them.

    Raises:
        Invalid: unknown members, and JSON types that a text would be guessed from.
    """
    fields = writable_fields(resource)
    body = dict(body)
    confirmed = body.pop("confirm_duplicate", "") if resource.confirms else ""
    refuse_unknown(set(fields), body)
    errors = {
        name: [_("应为一个值，当前是 %s") % type(value).__name__]
        for name, value in body.items()
        if isinstance(value, dict | list) and fields[name].get_internal_type() != "JSONField"
    }
    errors |= {
        name: [_("应为对象或数组，当前是 %s") % type(value).__name__]
        for name, value in body.items()
        if not isinstance(value, dict | list | None)
        and fields[name].get_internal_type() == "JSONField"
    }
    if not isinstance(confirmed, str):
        errors["confirm_duplicate"] = [_("应为一个值，当前是 %s") % type(confirmed).__name__]
    if errors:
        raise Invalid(fields=errors)
    return {**body, "confirm_duplicate": confirmed} if confirmed else body


def plain_parameters(action: Action) -> dict[str, Any]:
    """Return the parameters of an action that have a plain type instead of a kind, as adapters.

    Parameters that hold rows have no form in JSON and keep their defaults.
    """
    known = {"by", *action.fields}
    parameters = list(inspect.signature(action.function).parameters.values())
    hints = typing.get_type_hints(action.function)
    found = {}
    for parameter in parameters[1 if action.model else 0 :]:
        if parameter.name in known or parameter.kind is parameter.VAR_KEYWORD:
            continue
        try:
            found[parameter.name] = TypeAdapter(hints[parameter.name])
        except PydanticSchemaGenerationError:
            continue
    return found


def needed(action: Action, name: str) -> bool:
    """Tell whether a plain parameter must be given: a list would otherwise be emptied unseen."""
    default = inspect.signature(action.function).parameters[name].default
    return default is inspect.Parameter.empty or isinstance(default, tuple | list)


def action_values(action: Action, body: Mapping[str, Any], by: Actor) -> dict[str, Any]:
    """Return the parameters of an action cleaned by their kinds and types.

    Raises:
        Invalid: each member with its message.
    """
    adapters = plain_parameters(action)
    fields = {n: k for n, k in action.fields.items() if not isinstance(k, FileField)}
    refuse_unknown({*fields, *adapters}, body)
    found: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for name, kind in fields.items():
        if name in action.optional and body.get(name) is None:
            continue
        try:
            found[name] = _cleaned(kind, body.get(name), by)
        except ValidationError as error:
            errors[name] = list(error.messages)
    for name, adapter in adapters.items():
        if name not in body:
            if needed(action, name):
                errors[name] = [_("必填，当前为空")]
            continue
        try:
            found[name] = adapter.validate_python(body[name])
        except TypeMismatch as error:
            errors[name] = [str(one["msg"])[:200] for one in error.errors()[:3]]
    if errors:
        raise Invalid(fields=errors)
    return found


def _cleaned(kind: Any, raw: Any, by: Actor) -> Any:
    if isinstance(raw, dict | list):
        raise ValidationError(_("应为一个值，当前是 %s") % type(raw).__name__)
    if not kind.is_relation:
        return kind.clean_value(raw)
    if raw in (None, "") and not kind.blank:
        raise ValidationError(_("必填，当前为空"))
    return linked(kind, raw, by=by)
