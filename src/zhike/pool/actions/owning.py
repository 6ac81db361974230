"""Changing owners so that the ledger knows why; the one place of this package that writes owners."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

from zhike.customers.events import OwnerChanged
from zhike.customers.models import Customer
from zhike.identity.queries import primary_unit
from zhike.kernel.actions import authored
from zhike.kernel.actor import Actor
from zhike.kernel.events import emit


@contextmanager
def because(cause: str, note: str = "") -> Iterator[None]:
    """Tell the ledger's trigger why owners change inside the block."""
    _say(cause, note)
    try:
        yield
    finally:
        _say("", "")


def _say(cause: str, note: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('zhike.ownership_cause', %s, true),"
            " set_config('zhike.ownership_note', %s, true)",
            [cause, note[:200]],
        )


def lock_customers(ids: Sequence[int]) -> dict[int, int | None]:
    """Lock customers in the order of their ids; returns id -> owner. No two callers deadlock."""
    rows = Customer.unscoped.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))
    return dict(rows.values_list("pk", "owner_id"))


def set_owner(
    owners: "dict[int, int | None]",
    owner_id: int | None,
    *,
    cause: str,
    note: str,
    by: Actor,
) -> None:
    """Give locked customers (id -> present owner) to a person, or to nobody.

    A new owner's unit becomes the customer's; without owner the unit stays.
    """
    if not owners:
        return
    unit = primary_unit(owner_id)
    changes = {"owner_id": owner_id, **({"unit_id": unit} if unit else {}), **authored(by)}
    with because(cause, note):
        Customer.unscoped.filter(pk__in=list(owners)).update(**changes)
    emit(*(OwnerChanged(pk, old, owner_id, note) for pk, old in owners.items()), by=by)
