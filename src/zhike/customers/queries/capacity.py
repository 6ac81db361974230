"""Port: how many customers a person may be given. The package that keeps the limits provides it."""

from collections.abc import Callable, Sequence

Capacity = Callable[[int, Sequence[int]], None]
"""(new owner, customers that come to him): raises Invalid, naming what he holds and the limit."""


def _no_limit(owner_id: int, customer_ids: Sequence[int]) -> None:
    """Allow everything where no package keeps limits."""


_provided: list[Capacity] = [_no_limit]


def provide_capacity(check: Capacity) -> None:
    """Register the one check; it may lock the owner's account until the transaction ends."""
    _provided[0] = check


def check_capacity(owner_id: int, customer_ids: Sequence[int]) -> None:
    """Refuse more customers than a person may hold.

    Raises:
        Invalid: at the field ``owner``.
    """
    if customer_ids:
        _provided[0](owner_id, customer_ids)
