"""Everybody against everybody: which pairs share a key, and how probable each is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .blocks import merged, paired, sound_keys, split
from .compare import CustomerComparer, Customers, Found, PersonComparer, Persons, numbered
from .encode import Ints, Vocabulary

LARGEST_BLOCK = 60
LARGEST_CONTACT = 12  # an agent's number that more companies share says nothing
SLICE = 1_000_000
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Scored:
    """Pairs at or above the line: rows of the columns, probability, and the facts as arrays."""

    one: Ints
    other: Ints
    score: Any
    facts: Found


def all_pairs(columns: Customers | Persons, tell: Tell | None = None) -> Ints:
    """Return the pairs of rows that share at least one key, packed as ``blocks.paired``."""
    rows = np.arange(len(columns), dtype=np.int64)
    found = np.zeros(0, np.int64)
    for group, largest in _key_columns(columns):
        keys = np.concatenate(_once(group))
        near = paired(keys, np.tile(rows, len(group)), largest=largest)
        found = merged([found, near])
        if tell:
            tell("keys", 0, 0)
    return found


def _once(group: list[Ints]) -> list[Ints]:
    """Return the columns with a key that a row has twice left out the second time."""
    for at, column in enumerate(group):
        for earlier in group[:at]:
            column[column == earlier] = 0
    return group


def _key_columns(columns: Customers | Persons) -> Iterator[tuple[list[Ints], int]]:
    if isinstance(columns, Customers):
        by_sound = list(sound_keys(columns.bare, columns.whole))
        # Keys of one meaning stand in several columns (whole name, first four syllables), so these
        # are looked at together; the ways to leave one syllable out likewise.
        yield [*by_sound[:5], *numbered_sound(columns)], LARGEST_BLOCK
        yield [by_sound[6]], LARGEST_BLOCK
        yield [by_sound[5], *by_sound[7:]], LARGEST_BLOCK
    for column in columns.contact_columns().values():
        yield [numbered(column, ())[0]], LARGEST_CONTACT


def numbered_sound(columns: Customers) -> list[Ints]:
    """Return the keys by sound of the short names."""
    keys = list(sound_keys(columns.short, columns.short))
    return [keys[0], keys[3]]


def scored(
    columns: Customers | Persons, pairs: Ints, words: Vocabulary, *,
    rate: Callable[[Found], Any], least: float, tell: Tell | None = None,
) -> Iterator[Scored]:  # fmt: skip
    """Yield the pairs at or above ``least``, slice by slice."""
    made: Any = CustomerComparer if isinstance(columns, Customers) else PersonComparer
    compare = made(columns, columns, words)
    for start in range(0, len(pairs), SLICE):
        one, other = split(pairs[start : start + SLICE])
        facts = compare.facts(one, other, lambda best: rate(best) >= least)
        score = rate(facts)
        good = np.flatnonzero(score >= least)
        yield Scored(one[good], other[good], score[good], _only(facts, good))
        if tell:
            tell("score", min(start + SLICE, len(pairs)), len(pairs))


def _only(facts: Found, rows: Ints) -> Found:
    values: Mapping[str, Any] = vars(facts)
    return Found(**{n: v[rows] if np.ndim(v) else v for n, v in values.items()})
