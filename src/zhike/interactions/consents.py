"""Whether contacts agreed to a purpose: told by the package above that keeps the register.

Without anybody who keeps one, nobody has agreed.
"""

import datetime as dt
from collections.abc import Callable, Iterable

BEHAVIOUR = "behaviour"
# (people, purpose, on) -> those whose consent to the purpose stood on the day
Register = Callable[[Iterable[int], str, dt.date], set[int]]
_registers: list[Register] = []


def provide_consents(register: Register) -> None:
    """Register who knows what people agreed to; all that are registered must agree."""
    _registers.append(register)


def agreed(people: Iterable[int], purpose: str, on: dt.date) -> set[int]:
    """Return those of the people whose consent to the purpose stood on the day."""
    asked = list(people)
    if not _registers or not asked:
        return set()
    found = [register(asked, purpose, on) for register in _registers]
    return set.intersection(*found)
