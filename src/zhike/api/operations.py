"""The operations of the API, generated from the registry, and the way from an address to one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhike.api import handlers
from zhike.api.handlers import Call, Reply
from zhike.kernel.actions import Action
from zhike.kernel.registry import registry
from zhike.kernel.resources import Resource

PREFIX = "/api/v1/"
NUMBER = re.compile(r"[0-9]+", re.ASCII)
ID = "{id}"


@dataclass(frozen=True)
class Operation:
    """One method at one address.

    Attributes:
        path: below ``/api/v1/``, ``{id}`` for the record; name: unique, for generated clients;
        kind: index, search, list, read, create, update, archive, restore, action or set_action.
    """

    method: str
    path: str
    kind: str
    name: str
    title: Any
    run: Callable[[Call], Reply]
    resource: Resource | None = None
    action: Action | None = None

    @property
    def writes(self) -> bool:
        """Whether the operation changes something."""
        return self.method != "GET"


@cache
def operations() -> tuple[Operation, ...]:
    """Return every operation, in a stable order.

    Raises:
        ValueError: two actions would have the same address.
    """
    found = [
        Operation("GET", "", "index", "index", _("可用的接口"), handlers.index),
        Operation("GET", "search", "search", "search", _("搜索"), handlers.find),
    ]
    for _key, resource in sorted(registry.resources.items()):
        if resource.api:
            found += _of(resource)
    seen: set[tuple[str, str]] = set()
    for one in found:
        if (one.method, one.path) in seen:
            raise ValueError(f"{one.method} {one.path} is declared twice")
        seen.add((one.method, one.path))
    return tuple(found)


def _of(resource: Resource) -> list[Operation]:
    rows, row, stem = f"{resource.slug}/", f"{resource.slug}/{ID}/", resource.key
    found = [
        Operation("GET", rows, "list", f"{stem}.list", _("列表"), handlers.list_rows, resource),
        Operation("GET", row, "read", f"{stem}.read", _("读取"), handlers.read, resource),
    ]
    if resource.create:
        found.append(
            Operation(
                "POST", rows, "create", f"{stem}.create", _("新建"), handlers.create, resource
            )
        )
    if resource.edit:
        found.append(
            Operation(
                "PATCH", row, "update", f"{stem}.update", _("修改"), handlers.update, resource
            )
        )
    if resource.archive:
        found += [
            Operation("DELETE", row, "archive", f"{stem}.archive", _("归档"), handlers.archive,
                      resource),
            Operation("POST", f"{row}restore/", "restore", f"{stem}.restore", _("恢复"),
                      handlers.restore, resource),
        ]  # fmt: skip
    for action in resource.actions:
        kind = "set_action" if action.many else "action"
        run = handlers.act_on_many if action.many else handlers.act
        path = f"{rows if action.many else row}{action.slug}/"
        found.append(
            Operation("POST", path, kind, f"{stem}.{action.slug}", action.title, run, resource,
                      action)
        )  # fmt: skip
    return found


@cache
def _table() -> dict[str, dict[str, Operation]]:
    table: dict[str, dict[str, Operation]] = {}
    for one in operations():
        table.setdefault(one.path.rstrip("/"), {})[one.method] = one
    return table


def find(path: str) -> tuple[dict[str, Operation], str]:
    """Return the operations at an address by method, and the id in it as typed ("" for none)."""
    parts = path.rstrip("/").split("/")
    number = ""
    if len(parts) in {3, 4} and NUMBER.fullmatch(parts[2]):
        number = parts[2]
        parts[2] = ID
    return _table().get("/".join(parts), {}), number
