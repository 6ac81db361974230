"""The parameters of any rule as a form that works without script.

A control's name is ``p.`` and the path of its value; ``p.<path>.#`` counts the rows of a list or
mapping. Buttons named ``op`` change the rows: ``add:tiers``, ``remove:tiers.2``, ``up:tiers.2``.
``read`` turns the form into plain values; ``bind`` joins them with the schema, the values in force
and the problems found, for the templates.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from zhike.rulebook.queries.differences import plain_number, row_name, shown, titles
from zhike.rulebook.queries.offers import offered
from zhike.rulebook.queries.schema import Node

MAX_ROWS = 200
TIMES = {"万": 10_000, "亿": 100_000_000, "%": 1}
PREFIX = "p"
Errors = Mapping[str, Sequence[str]]


def read(node: Node, data: QueryDict, path: str = "") -> Any:
    """Return the typed values of a field as plain JSON; what cannot be read stays as typed."""
    name = control(path)
    if node.kind == "group":
        return {c.name: read(c, data, join(path, c.name)) for c in node.children}
    if node.kind == "rows" and node.item:
        return [read(node.item, data, join(path, i)) for i in range(_count(data, name))]
    if node.kind == "mapping" and node.item:
        return _mapping(node.item, data, path)
    typed = data.get(name, "").strip()
    if node.kind == "flag":
        return data.get(name) == "1"  # an unticked box sends nothing, a choice of "0" means no
    if node.kind == "values" and node.item:
        typed = " ".join(data.getlist(name))  # of a choice of several, each comes by itself
        parts = [part for part in re.split(r"[,，、;；\s]+", typed) if part]
        return [scalar(node.item, part) for part in parts]
    if node.kind == "json":
        return _json(typed)
    return scalar(node, typed)


def control(path: str) -> str:
    """Return the name of the control of a path."""
    return f"{PREFIX}.{path}" if path else PREFIX


def join(path: str, part: object) -> str:
    """Return a longer path."""
    return f"{path}.{part}" if path else str(part)


def _count(data: QueryDict, name: str) -> int:
    raw = data.get(f"{name}.#", "0")
    return min(int(raw), MAX_ROWS) if raw.isdigit() and len(raw) < 6 else 0


def _mapping(item: Node, data: QueryDict, path: str) -> dict[str, Any]:
    found = {}
    for i in range(_count(data, control(path))):
        key = data.get(control(join(path, f"{i}.key")), "").strip()
        value = read(item, data, join(path, f"{i}.value"))
        if key and (value is not None or item.nullable):
            found[key] = value
    return found


def _json(typed: str) -> Any:
    try:
        return json.loads(typed) if typed else None
    except ValueError:
        return typed


def scalar(node: Node, typed: str) -> Any:
    """Return one typed value: full-width digits, grouping and 万/亿 are understood in numbers."""
    if typed == "":
        return "" if node.kind == "text" and not node.nullable else None
    if node.kind not in {"integer", "decimal"}:
        return typed
    text = unicodedata.normalize("NFKC", typed).replace(",", "").replace(" ", "")
    times = TIMES.get(text[-1:], 1)
    try:
        number = Decimal(text.rstrip("万亿%")) * times
    except InvalidOperation:
        return typed
    if not number.is_finite():
        return typed
    whole = number == number.to_integral_value() and abs(number) < 10**18
    return str(int(number)) if whole else str(number)


def change_rows(raw: Any, op: str) -> Any:
    """Return the values after a row was added, removed or moved up, else unchanged."""
    step, _sep, path = op.partition(":")
    parts = path.split(".") if path else []
    if step == "add":
        rows = _at(raw, parts)
        if isinstance(rows, list) and len(rows) < MAX_ROWS:
            rows.append(_blank(rows[-1]) if rows else {})
        elif isinstance(rows, dict):
            rows[""] = None
        return raw
    rows = _at(raw, parts[:-1]) if parts else None
    last = parts[-1] if parts else ""
    if isinstance(rows, dict) and step == "remove":
        rows.pop(last, None)
    elif isinstance(rows, list) and last.isdigit() and int(last) < len(rows):
        index = int(last)
        if step == "remove":
            rows.pop(index)
        elif step == "up" and index:
            rows[index - 1], rows[index] = rows[index], rows[index - 1]
    return raw


def _at(raw: Any, parts: Sequence[str]) -> Any:
    for part in parts:
        if isinstance(raw, list) and part.isdigit() and int(part) < len(raw):
            raw = raw[int(part)]
        elif isinstance(raw, dict) and part in raw:
            raw = raw[part]
        else:
            return None
    return raw


def _blank(like: Any) -> Any:
    """Return an empty row of the same shape as its neighbour."""
    if isinstance(like, dict):
        return {name: _blank(value) for name, value in like.items()}
    if isinstance(like, list):
        return []
    return like if isinstance(like, bool) else None


@dataclass(frozen=True)
class Bound:
    """A field joined with its value, the value in force (``was``) and the problems at its path."""

    node: Node
    path: str
    value: Any
    was: Any
    errors: Errors
    fresh: bool = False
    key: str = ""
    place: str = ""
    key_title: str = ""

    @property
    def kind(self) -> str:
        """The kind of the field."""
        return self.node.kind

    @property
    def name(self) -> str:
        """The name of the control."""
        return control(self.place or self.path)

    @property
    def dom_id(self) -> str:
        """The id of the control."""
        return "f-" + re.sub(r"[^\w-]", "-", self.place or self.path)

    @property
    def problems(self) -> list[str]:
        """The problems exactly here."""
        return list(self.errors.get(f"params.{self.path}", ()))

    @property
    def changed(self) -> bool:
        """Whether a value differs from the one in force."""
        return not self.fresh and not same(self.value, self.was)

    @property
    def typed(self) -> str:
        """The value as it stands in the control."""
        if self.value is None:
            return ""
        if self.kind == "json":
            return (
                self.value
                if isinstance(self.value, str)
                else json.dumps(self.value, ensure_ascii=False, indent=2)
            )
        if self.kind == "values" and isinstance(self.value, list):
            return "、".join(str(one) for one in self.value)
        if self.kind in {"integer", "decimal"}:
            return plain_number(self.value)
        return str(self.value)

    @cached_property
    def options(self) -> list[tuple[str, str, bool]]:
        """What is offered as (value, title, chosen), and what is chosen although it is gone."""
        if not self.node.offers or self.kind == "mapping":
            return []
        several = isinstance(self.value, list | tuple)
        chosen = [
            str(one) for one in (self.value if several else [self.value]) if one not in (None, "")
        ]
        known = offered(self.node.offers)
        gone = [(one, _("（失效）") + one) for one in chosen if one not in dict(known)]
        return [(value, title, value in chosen) for value, title in (*known, *gone)]

    @cached_property
    def keys(self) -> list[tuple[str, str]]:
        """What the key of a new entry of a mapping may be."""
        value = self.value if isinstance(self.value, Mapping) else {}
        return [pair for pair in offered(self.node.offers) if pair[0] not in value]

    @property
    def shown(self) -> str:
        """The value as text for readers."""
        return shown(self.node, self.value)

    @property
    def was_shown(self) -> str:
        """The value in force as text."""
        return shown(self.node, self.was)

    @property
    def key_label(self) -> str:
        """The word of a mapping's key."""
        return self.key_title or self.key

    @cached_property
    def fields(self) -> "list[Bound]":
        """The fields of a group."""
        value = self.value if isinstance(self.value, Mapping) else {}
        was = self.was if isinstance(self.was, Mapping) else {}
        return [
            Bound(
                c, join(self.path, c.name), value.get(c.name), was.get(c.name), self.errors,
                self.fresh, place=join(self.place, c.name) if self.place else "",
            )
            for c in self.node.children
        ]  # fmt: skip

    @cached_property
    def cell(self) -> "dict[str, Bound]":
        """The fields of a group by name."""
        return {one.node.name: one for one in self.fields}

    @cached_property
    def rows(self) -> "list[Bound]":
        """The rows of a list, each beside the row of the same name in force."""
        item = self.node.item
        if item is None or not isinstance(self.value, list):
            return []
        former = self.was if isinstance(self.was, list) else []
        by_name = {row_name(item, row): row for row in former}
        found = []
        for index, value in enumerate(self.value):
            name = row_name(item, value)
            was = by_name.get(name) if name else former[index] if index < len(former) else None
            place = join(self.place, index) if self.place else ""
            fresh = self.fresh or was is None
            found.append(
                Bound(item, join(self.path, index), value, was, self.errors, fresh, name, place)
            )
        return found

    @cached_property
    def entries(self) -> "list[Bound]":
        """The entries of a mapping; ``key`` names each, ``place`` is where its controls stand."""
        item = self.node.item
        if item is None or not isinstance(self.value, Mapping):
            return []
        former = self.was if isinstance(self.was, Mapping) else {}
        base, names = self.place or self.path, titles(self.node)
        # PostgreSQL keeps no order of keys: they stand as they are offered.
        order = {key: at for at, key in enumerate(names)}
        rows = sorted(self.value.items(), key=lambda row: order.get(row[0], len(order)))
        return [
            Bound(
                item, join(self.path, key), value, former.get(key), self.errors,
                self.fresh or key not in former, key, join(base, f"{i}.value"), names.get(key, ""),
            )
            for i, (key, value) in enumerate(rows)
        ]  # fmt: skip

    @property
    def key_name(self) -> str:
        """The name of the control of a mapping's key."""
        return self.name.removesuffix(".value") + ".key"

    @cached_property
    def touched(self) -> bool:
        """Whether anything below differs or is at fault: the part is shown open."""
        prefix = f"params.{self.path}"
        return self.changed or any(k == prefix or k.startswith(prefix + ".") for k in self.errors)


def same(one: Any, other: Any) -> bool:
    """Tell whether two plain values mean the same; 5, "5" and "5.00" do."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        keys = one.keys() | other.keys()
        return all(same(one.get(k), other.get(k)) for k in keys)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if one == other or (one in (None, "") and other in (None, "")):
        return True
    if isinstance(one, bool) or isinstance(other, bool):
        return False
    try:
        return Decimal(str(one)) == Decimal(str(other))
    except InvalidOperation:
        return False
