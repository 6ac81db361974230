"""The tree of conditions as form fields: read from a submitted form, changed, shown again.

Every node has a path such as ``0.2.1``. A form carries one hidden ``group`` or ``leaf`` for each
node and its values under ``<path>-op``, ``<path>-field`` …, so that it works without script.
"""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from zhike.kernel.actor import Actor
from zhike.segments.queries import criteria as known
from zhike.segments.queries import definition as definitions

Tree = dict[str, Any]


def read(data: QueryDict) -> Tree:
    """Return the definition that a form carries; what does not fit together is left out."""
    nodes: dict[str, Tree] = {}
    paths = [("items", p) for p in data.getlist("group")] + [("", p) for p in data.getlist("leaf")]
    for kind, path in sorted(paths, key=lambda pair: _place(pair[1]))[: definitions.MOST + 1]:
        node = _group(data, path) if kind else _leaf(data, path)
        parent = nodes.get(path.rpartition(".")[0])
        if path == "0":
            nodes[path] = node
        elif parent is not None and "items" in parent:
            parent["items"].append(node)
            nodes[path] = node
    root = nodes.get("0")
    return root if root is not None and "items" in root else definitions.empty()


def _place(path: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdecimal() and len(part) < 6 else 0 for part in path.split("."))


def _group(data: QueryDict, path: str) -> Tree:
    op = data.get(f"{path}-op", "and")
    return {"op": op if op in definitions.GROUP_OPS else "and", "items": []}


def _leaf(data: QueryDict, path: str) -> Tree:
    field, days = data.get(f"{path}-field", ""), data.get(f"{path}-days", "").strip()
    criterion = known.criteria().get(field)
    op = data.get(f"{path}-op", "")
    if criterion and op not in criterion.operators:
        op = criterion.operators[0]  # the field was changed a moment ago
    values = [v.strip() for v in data.getlist(f"{path}-value") if v.strip()]
    if criterion and field != data.get(f"{path}-was", field):
        values = []
    window = int(days) if days.isdecimal() and len(days) < 6 else None
    if criterion and not criterion.windowed:
        window = None
    return {"field": field, "op": op, "values": values, "days": window}


def changed(tree: Tree, step: str) -> Tree:
    """Return the tree after a button: ``add:0.1``, ``group:0``, ``remove:0.2``."""
    name, _sep, path = step.partition(":")
    node = found(tree, path)
    if name in {"add", "group"} and node is not None and "items" in node:
        fresh: Tree = (
            {"op": "or", "items": []}
            if name == "group"
            else {"field": "grade", "op": "in", "values": [], "days": None}
        )
        node["items"].append(fresh)
        if name == "group":
            fresh["items"].append({"field": "grade", "op": "in", "values": [], "days": None})
    if name == "remove" and path != "0":
        parent = found(tree, path.rpartition(".")[0])
        place = _place(path)[-1]
        if parent is not None and place < len(parent["items"]):
            del parent["items"][place]
    return tree


def found(tree: Tree, path: str) -> Tree | None:
    """Return the node at a path, None where there is none."""
    node: Tree | None = tree
    for place in _place(path)[1:]:
        items = node.get("items", []) if node else []
        node = items[place] if place < len(items) else None
    return node


def shown(tree: Tree, by: Actor, broken: dict[str, str]) -> dict[str, Any]:
    """Return the tree for the template: each node with its path, fields and what is wrong."""
    return _shown(tree, "0", by, known.offered(by), broken)


def _shown(
    node: Tree, path: str, by: Actor, offered: dict[str, Any], broken: dict[str, str]
) -> dict[str, Any]:
    if "items" in node:
        return {
            "path": path, "group": True, "op": node["op"], "broken": broken.get(path, ""),
            "ops": [("and", _("同时满足")), ("or", _("满足其一")), ("not", _("都不满足"))],
            "deep": path.count(".") >= definitions.DEEPEST - 2, "root": path == "0",
            "items": [
                _shown(one, f"{path}.{number}", by, offered, broken)
                for number, one in enumerate(node["items"])
            ],
        }  # fmt: skip
    criterion = offered.get(node["field"])
    fields: dict[str, list[tuple[str, str]]] = {}
    for code, one in offered.items():
        fields.setdefault(str(known.GROUPS[one.group]), []).append((code, str(one.title)))
    found: dict[str, Any] = {
        "path": path, "group": False, "field": node["field"], "op": node["op"],
        "fields": list(fields.items()), "known": criterion is not None,
        "values": node["values"], "value": "、".join(node["values"]), "days": node["days"],
        "broken": broken.get(path, ""),
    }  # fmt: skip
    if criterion is not None:
        found |= {
            "look": "none" if node["op"] == "empty" else criterion.look,
            "windowed": criterion.windowed,
            "ops": [(op, definitions.operator_words(criterion, op)) for op in criterion.operators],
            "options": [
                (value, text, value in node["values"]) for value, text in criterion.choices(by)
            ] if criterion.choices else [],
        }  # fmt: skip
    return found
