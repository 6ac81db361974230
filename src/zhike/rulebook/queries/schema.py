"""The parameters of any policy as a tree of fields: for forms, differences and documentation.

Labels come from ``Field(title=…)``, units from ``json_schema_extra={"unit": …}``,
and what a value is chosen from by ``{"offers": …}`` (``offers``).
"""

import datetime as dt
import enum
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from zhike.rulebook.queries.words import CODES, WORDS

SCALARS = {int: "integer", Decimal: "decimal", float: "decimal", bool: "flag", str: "text"}
MAX_DEPTH = 6
BOUNDS = (("ge", "minimum"), ("gt", "minimum"), ("le", "maximum"), ("lt", "maximum"))


@dataclass(frozen=True)
class Node:
    """One field.

    Attributes:
        kind: integer, decimal, text, date, flag, choice, group, rows, values, mapping or json;
        children: the fields of a group; item: of one row, value or entry; choices: (value, label);
        offers: name of the offer that a value, or a mapping's key, is chosen from.
    """

    name: str
    title: str
    kind: str
    unit: str = ""
    help: str = ""
    nullable: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    offers: str = ""
    children: "tuple[Node, ...]" = ()
    item: "Node | None" = None
    minimum: Any = None
    maximum: Any = None


def tree(model: type[BaseModel]) -> Node:
    """Return the tree of a parameter model."""
    return Node("", "", "group", children=_children(model, 0))


def _children(model: type[BaseModel], depth: int) -> tuple[Node, ...]:
    return tuple(
        _node(name, info.annotation, info, depth) for name, info in model.model_fields.items()
    )


def _node(name: str, annotation: Any, info: FieldInfo | None, depth: int) -> Node:
    annotation, nullable = _optional(annotation)
    if typing.get_origin(annotation) is typing.Annotated:
        annotation, *marks = typing.get_args(annotation)
        info = info or next((one for one in marks if isinstance(one, FieldInfo)), None)
    origin = typing.get_origin(annotation)
    common: dict[str, Any] = {**_words(name, info), "nullable": nullable}
    if depth > MAX_DEPTH:
        return Node(name, kind="json", **common)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Node(name, kind="group", children=_children(annotation, depth + 1), **common)
    if origin in {list, tuple, Sequence}:
        return _many(name, annotation, common, depth)
    if origin in {dict, Mapping}:
        key, value = typing.get_args(annotation)
        keys = _choices(key)
        item = _node("value", value, None, depth + 1)
        return Node(name, kind="mapping", item=item, choices=keys, **common)
    choices = _choices(annotation)
    if choices:
        labels = _extra(info).get("choices", {})
        named = tuple((value, str(labels.get(value, text))) for value, text in choices)
        return Node(name, kind="choice", choices=named, **common)
    if annotation is dt.date:
        return Node(name, kind="date", **common)
    return Node(name, kind=SCALARS.get(annotation, "json"), **common, **_bounds(info))


def _many(name: str, annotation: Any, common: dict[str, Any], depth: int) -> Node:
    arguments = [a for a in typing.get_args(annotation) if a is not Ellipsis]
    if len(arguments) != 1:
        return Node(name, kind="json", **common)
    item = _node("item", arguments[0], None, depth + 1)
    if item.kind == "group":
        return Node(name, kind="rows", item=item, **common)
    simple = item.kind in {"integer", "decimal", "text", "date", "choice"}
    return Node(name, kind="values" if simple else "json", item=item, **common)


def _optional(annotation: Any) -> tuple[Any, bool]:
    if typing.get_origin(annotation) in {typing.Union, types.UnionType}:
        rest = [a for a in typing.get_args(annotation) if a is not type(None)]
        if len(rest) == 1:
            return rest[0], True
    return annotation, False


def _choices(annotation: Any) -> tuple[tuple[str, str], ...]:
    if typing.get_origin(annotation) is typing.Literal:
        return tuple((v, CODES.get(v, v)) for v in _literals(annotation))
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return tuple((str(v.value), str(getattr(v, "label", v.value))) for v in annotation)
    return ()


def _literals(annotation: Any) -> list[str]:
    """Return the values of a Literal, of nested ones too."""
    return [str(value) for value in typing.get_args(annotation)]


def _extra(info: FieldInfo | None) -> Mapping[str, Any]:
    extra = info.json_schema_extra if info else None
    return extra if isinstance(extra, dict) else {}


def _words(name: str, info: FieldInfo | None) -> dict[str, Any]:
    title = (info.title if info else None) or WORDS.get(name, name)
    return {
        "title": title,
        "unit": str(_extra(info).get("unit", "")),
        "offers": str(_extra(info).get("offers", "")),
        "help": (info.description if info else None) or "",
    }


def _bounds(info: FieldInfo | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for mark in info.metadata if info else ():
        for source, target in BOUNDS:
            value = getattr(mark, source, None)
            if value is not None:
                found[target] = value
    return found
