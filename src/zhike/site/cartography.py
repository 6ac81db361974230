"""The map of the house: what is declared, who uses it, and where a road ends nowhere.

Declarations come from the registry; use is read from the syntax trees: only a name that stands in
the source proves that somebody emits an event or applies a policy.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhike.kernel import evidence, simulation
from zhike.kernel.registry import Registry

PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class DeadEnd:
    """Something declared that nothing leads to, or that leads nowhere."""

    kind: str
    name: str
    why: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}: {self.why}"


@dataclass(frozen=True, slots=True)
class Usage:
    """Names and texts that the sources use, with the rooms in which they stand.

    ``names`` maps an identifier to the modules that read it, outside of declarations and ``@on``;
    ``texts`` maps a string constant to the modules that hold it.
    """

    names: dict[str, set[str]]
    texts: dict[str, set[str]]

    def outside(self, name: str, *rooms: str) -> bool:
        """Tell whether an identifier is used in a module that is not one of these rooms."""
        return any(not _in_room(module, rooms) for module in self.names.get(name, ()))

    def says(self, text: str, *rooms: str) -> bool:
        """Tell whether a string constant stands in a module that is not one of these rooms."""
        return any(not _in_room(module, rooms) for module in self.texts.get(text, ()))


def _in_room(module: str, rooms: tuple[str, ...]) -> bool:
    parts = module.split("/")
    return any(room in parts[1:] or f"{room}.py" in parts[1:] for room in rooms)


def usage(root: Path = PACKAGE) -> Usage:
    """Read all modules below the root, migrations left out."""
    found = Usage({}, {})
    for path in sorted(root.rglob("*.py")):
        if {"migrations", "node_modules"} & set(path.parts):
            continue
        module = path.relative_to(root).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in _used(tree):
            if isinstance(node, ast.Name):
                found.names.setdefault(node.id, set()).add(module)
            elif isinstance(node, ast.Attribute):
                found.names.setdefault(node.attr, set()).add(module)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.texts.setdefault(node.value, set()).add(module)
    return found


def _used(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a tree without annotations of parameters and without ``@on`` lines."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        skipped: set[int] = set()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            skipped = {id(one) for one in node.decorator_list if _is_on(one)}
            skipped |= {id(node.args), id(node.returns)}
        waiting += [child for child in ast.iter_child_nodes(node) if id(child) not in skipped]


def _is_on(decorator: ast.expr) -> bool:
    call = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(call, ast.Name) and call.id == "on"


def dead_ends(registry: Registry, found: Usage) -> list[DeadEnd]:
    """Return everything that nothing leads to, in the order of the six nouns."""
    return [
        *_resources(registry, found),
        *_actions(registry, found),
        *_policies(registry, found),
        *_events(registry, found),
        *_metrics(registry, found),
    ]


def parents_of(resource: Any, registry: Registry) -> list[str]:
    """Return the resources that a resource hangs on by its links."""
    return [
        link.related_model.key()
        for link in resource.model._meta.fields
        if link.is_relation
        and link.name not in {"created_by", "updated_by"}
        and hasattr(link.related_model, "key")
        and link.related_model.key() in registry.resources
    ]


def _resources(registry: Registry, found: Usage) -> Iterator[DeadEnd]:
    linked = {up for one in registry.resources.values() for up in parents_of(one, registry)}
    for key, resource in registry.resources.items():
        readers = found.names.get(resource.model.__name__, ())
        read = any(_in_room(module, ("queries",)) for module in readers)
        if not (resource.group or key in linked or parents_of(resource, registry) or read):
            yield DeadEnd(
                "resource", key, "不在菜单，没有上下级，也没有查询用到 unlisted, unlinked, unread"
            )


def _actions(registry: Registry, found: Usage) -> Iterator[DeadEnd]:
    for name, action in registry.actions.items():
        function = action.function.__name__
        if action.model is None and len(found.names.get(function, ())) < 1:
            yield DeadEnd(
                "action", name, "没有对象，也没有人调用 on no resource and called by nobody"
            )
        elif action.model is not None and action.resource not in registry.resources:
            yield DeadEnd("action", name, f"{action.resource} 不是资源 is no resource")


def _policies(registry: Registry, found: Usage) -> Iterator[DeadEnd]:
    known = set(simulation.simulators) | set(evidence.sources)
    for name, policy in registry.policies.items():
        used = found.outside(type(policy).__name__, "policies") or found.says(name, "policies")
        if name not in known and not used:
            yield DeadEnd("policy", name, "没有动作、任务或模拟用到它 applied by nothing")


def _events(registry: Registry, found: Usage) -> Iterator[DeadEnd]:
    for name, event in registry.events.items():
        if event.__subclasses__():
            continue  # the base of others
        if event.__name__ not in found.names or not found.outside(event.__name__, "events"):
            yield DeadEnd("event", name, "没有人发出 emitted by nobody")
    for name in registry.handlers:
        if name not in registry.events:
            yield DeadEnd("handler", name, "没有这个事件 no such event")


def _metrics(registry: Registry, found: Usage) -> Iterator[DeadEnd]:
    for name, metric in registry.metrics.items():
        function = getattr(metric.expression, "__name__", "")
        if not found.says(name, "metrics") and not found.outside(function, "metrics"):
            yield DeadEnd("metric", name, "没有页面或报表用到它 shown nowhere")
