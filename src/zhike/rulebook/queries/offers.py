"""Offers: the values that a rule's parameter may take where they are records or code, not words.

A parameter names its offer by ``json_schema_extra={"offers": "roles"}``; the package that knows the
values provides them. Forms then show a choice by name instead of asking for a code.
"""

from collections.abc import Callable, Iterable

from zhike.identity.models import Role

Offer = Callable[[], Iterable[tuple[object, object]]]
_offers: dict[str, Offer] = {}


def provide_offer(name: str, offer: Offer) -> None:
    """Provide the (value, title) pairs of an offer, read anew each time."""
    _offers[name] = offer


def offered(name: str) -> list[tuple[str, str]]:
    """Return the pairs of an offer; empty where nobody provides it."""
    return [(str(value), str(title)) for value, title in _offers.get(name, tuple)()]


def _roles() -> Iterable[tuple[object, object]]:
    rows = Role.unscoped.filter(archived_at__isnull=True).order_by("id")
    return rows.values_list("code", "name")


provide_offer("roles", _roles)
