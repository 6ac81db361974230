"""The one registry: every resource, action, policy, event, handler and metric of the product."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zhike.kernel.actions import Action
    from zhike.kernel.events import Event
    from zhike.kernel.metrics import Metric
    from zhike.kernel.policies import Policy
    from zhike.kernel.records import Record
    from zhike.kernel.resources import Resource


class Registry:
    """Filled when the packages are imported at start-up, read-only afterwards."""

    def __init__(self) -> None:
        self.resources: dict[str, Resource] = {}
        self.actions: dict[str, Action] = {}
        self.policies: dict[str, Policy[Any, Any]] = {}
        self.events: dict[str, type[Event]] = {}
        self.handlers: dict[str, list[Callable[..., None]]] = {}
        self.metrics: dict[str, Metric] = {}

    def resource(self, key: "str | type[Record]") -> "Resource":
        """Return the resource by key (``customers.customer``) or model.

        Raises:
            KeyError: nothing of that name is registered.
        """
        return self.resources[key if isinstance(key, str) else key.key()]

    def actions_on(self, key: str) -> "list[Action]":
        """Return the actions whose target is the resource, in order of declaration."""
        return [action for action in self.actions.values() if action.resource == key]

    def add(self, kind: str, name: str, thing: Any) -> None:
        """Register a thing once.

        Raises:
            ValueError: the name is taken by another thing.
        """
        shelf: dict[str, Any] = getattr(self, kind)
        known = shelf.get(name)
        if known is not None and known is not thing:
            raise ValueError(f"{kind}: {name} is declared twice")
        shelf[name] = thing


registry = Registry()
