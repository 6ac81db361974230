"""JSON schemas of fields, records, bodies and problems, from the kinds."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.api import values
from zhike.kernel.actions import Action
from zhike.kernel.columns import Column
from zhike.kernel.kinds.base import Kind
from zhike.kernel.resources import Resource

Schema = dict[str, Any]
ID: Schema = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
TEXT: Schema = {"type": "string"}
INTEGERS = ("Integer", "BigInteger", "PositiveInteger", "PositiveSmallInteger", "SmallInteger")
PLAIN: Mapping[str, Schema] = {
    "BooleanField": {"type": "boolean"},
    "DateField": {"type": "string", "format": "date"},
    "DateTimeField": {"type": "string", "format": "date-time"},
    "DecimalField": {"type": "string", "format": "decimal"},
    "FloatField": {"type": "number"},
    "JSONField": {"type": ["object", "array"]},
    "ForeignKey": ID,
    **{f"{size}Field": {"type": "integer"} for size in INTEGERS},
}
EXAMPLES: Mapping[str, Any] = {
    "Text": "年度框架协议",
    "LongText": "讨论了年度框架协议的价格与交期。",
    "Code": "SO26-0001",
    "Email": "lan@example.com",
    "Money": "1280.50",
    "Percent": "86.40",
    "Degrees": "31.230416",
    "Integer": 30,
    "Bool": True,
    "Date": "2026-03-04",
    "DateTime": "2026-03-04T09:30:00+08:00",
    "LunarDate": "L08-15",
    "IdNumber": "11010519491231002X",
    "Mobile": "13812345678",
    "Landline": "0571-88888888",
    "Phone": "0571-88888888",
    "CreditCode": "91330100MA27XF6Y0Q",
    "CompanyName": "浙江蓝屿科技有限公司",
    "PersonName": "单于明",
    "Region": "330100",
    "Link": 1,
    "Links": "HX-0101；HX-0102",
    "Owner": 1,
    "Unit": 1,
}


def nullable(schema: Schema) -> Schema:
    """Return the schema that also takes null."""
    found = dict(schema)
    kinds = found.get("type")
    if isinstance(kinds, str):
        found["type"] = [kinds, "null"]
    elif isinstance(kinds, list) and "null" not in kinds:
        found["type"] = [*kinds, "null"]
    if "enum" in found and None not in found["enum"]:
        found["enum"] = [*found["enum"], None]
    return found


def of_field(f: Any) -> Schema:
    """Return the schema of a field's value, without its title."""
    if isinstance(f, Kind):
        return dict(f.api_schema())
    found = dict(PLAIN.get(f.get_internal_type(), TEXT))
    if found == TEXT and getattr(f, "max_length", None):
        found["maxLength"] = f.max_length
    if f.choices:
        found["enum"] = [value for value, _label in f.flatchoices]
    return found


def example_of(f: Any) -> Any:
    """Return a value that the field takes, or None where none can be named."""
    schema = of_field(f)
    if schema.get("enum"):
        return schema["enum"][0]
    return EXAMPLES.get(type(f).__name__)


def member(f: Any) -> Schema:
    """Return the schema of a member of a request body."""
    found = of_field(f)
    if f.null or (f.blank and found.get("type") != "string"):
        found = nullable(found)
    example = example_of(f)
    if example is not None:
        found["examples"] = [example]
    found["title"] = str(f.verbose_name)
    return found


def shown(column: Column, model: Any) -> Schema:
    """Return the schema of a value as it is answered: masked values do not fit their pattern."""
    f = column.field(model)
    title = str(column.title or f.verbose_name)
    if isinstance(f, models.ForeignKey):
        properties = {"id": ID, "name": {"type": ["string", "null"]}}
        link = {"type": ["object", "null"], "properties": properties, "required": ["id", "name"]}
        return {"title": title, **link}
    if getattr(f, "personal", False):
        return {"title": title, "type": ["string", "null"], "description": _("按权限脱敏")}
    whole = of_field(f)
    found: Schema = {n: whole[n] for n in ("type", "format", "enum") if n in whole}
    if f.null or "." in column.path:
        found = nullable(found)
    return {"title": title, **found}


def record(resource: Resource) -> Schema:
    """Return the schema of a record; a list's rows and a masked view leave members out."""
    base: Schema = {
        "id": ID,
        "version": {"type": "integer", "minimum": 1, "description": _("ETag 中的版本号")},
        "archived_at": MOMENT,
        "created_at": MOMENT,
        "updated_at": MOMENT,
    }
    columns = {c.name: shown(c, resource.model) for c in values.item_columns(resource)}
    return {
        "type": "object",
        "title": str(resource.title),
        "properties": {**base, **columns},
        "required": ["id", "version"],
    }


def body(resource: Resource, *, new: bool) -> Schema:
    """Return the schema of a create or update body."""
    fields = values.writable_fields(resource)
    found: Schema = {
        "type": "object",
        "title": str(resource.title),
        "properties": {name: member(f) for name, f in fields.items()},
        "additionalProperties": False,
    }
    required = [n for n, f in fields.items() if not (f.blank or f.null or f.has_default())]
    if new and required:
        found["required"] = required
    return with_example(found, required or list(fields)[:1])


def parameters(action: Action) -> Schema:
    """Return the schema of an action's body."""
    fields = {n: k for n, k in action.fields.items() if not isinstance(k, models.FileField)}
    properties: Schema = {}
    if action.many:
        items = {"type": "array", "items": ID, "minItems": 1, "maxItems": 1000}
        properties["ids"] = {**items, "title": _("要处理的记录编号"), "examples": [[1, 2]]}
    for name, kind in fields.items():
        found = member(kind)
        properties[name] = nullable(found) if name in action.optional else found
    plain = values.plain_parameters(action)
    for name, adapter in plain.items():
        properties[name] = {"title": name, **adapter.json_schema()}
    required = [name for name in fields if name not in action.optional]
    required += [name for name in plain if values.needed(action, name)]
    required = ["ids", *required] if action.many else required
    found = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        found["required"] = required
    return with_example(found, required)


def with_example(schema: Schema, names: list[str]) -> Schema:
    """Return an object schema with an example made of its members' examples."""
    known = {n: schema["properties"][n].get("examples") for n in names}
    return {**schema, "examples": [{n: found[0] for n, found in known.items() if found}]}


PROBLEM: Schema = {
    "type": "object",
    "title": _("问题说明（RFC 9457）"),
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:zhike:problem:invalid"]},
        "title": {"type": "string", "examples": ["内容需要修改"]},
        "status": {"type": "integer", "examples": [422]},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "field", "detail"],
                "properties": {
                    "pointer": {"type": "string", "examples": ["/phone"]},
                    "field": {"type": "string", "examples": ["phone"]},
                    "detail": {"type": "string"},
                },
            },
        },
        "resource": {"type": "string", "description": _("缺少权限的对象")},
        "verb": {"type": "string", "description": _("缺少的权限")},
        "policy": {"type": "string", "description": _("不允许这一步的规则")},
        "reasons": {"type": "array", "items": TEXT},
        "version": {"type": ["integer", "null"], "description": _("现在的版本号")},
        "differences": {
            "type": "array",
            "description": _("提交的值与现存的值"),
            "items": {
                "type": "object",
                "required": ["field", "stored", "submitted"],
                "properties": {"field": TEXT, "stored": {}, "submitted": {}},
            },
        },
    },
}
