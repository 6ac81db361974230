"""Every requirement that is said to be done is carried by a test that names it."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
MARK = re.compile(r"requirement\(([^)]*)\)", re.DOTALL)
ONE = re.compile(r"\b([A-Z]{2,4})-(\d{3})\b")


def ids(area: str, *numbers: int) -> set[str]:
    """Return ``ORG-001`` for (ORG, 1)."""
    return {f"{area}-{number:03d}" for number in numbers}


CLOSED = {
    *ids("LOY", *range(11, 19), *range(21, 25)),
    *ids("ORG", *range(1, 17), *range(18, 24), 28, 29, *range(32, 35)),
    *ids("DAT", *range(1, 23), *range(27, 32), *range(35, 39)),
    *ids("SEG", *range(1, 44)),
    *ids("COM", 2, 5, 13),
    *ids("NEED", *range(1, 16)),
    *ids("INT", 17, 18),
    *ids("TOOL", 4, 5, 9),
}


def carried() -> set[str]:
    """Return the ids that stand in a ``requirement`` mark of a test."""
    found: set[str] = set()
    for path in TESTS.rglob("test_*.py"):
        for mark in MARK.finditer(path.read_text(encoding="utf-8")):
            found |= {f"{area}-{number}" for area, number in ONE.findall(mark[1])}
    return found


def test_every_closed_requirement_is_carried_by_a_test():
    assert CLOSED - carried() == set()
