"""Keys that two records share when they may be one, and the pairs that follow from them.

A key is a number of 64 bits: it costs little to store and sort, and tells nobody a telephone number.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np

from .encode import Ints, codes, sounds_of

FACTOR = np.uint64(0x9E3779B97F4A7C15)
SHORT = 5  # syllables; among so many a name is found with any one missing or wrong
READ = 12  # syllables of a name that keys look at


@lru_cache(maxsize=65536)
def key_of(kind: str, value: str) -> int:
    """Return the key of an exact value, such as ("phone", "13912345678"); signed for the database."""
    digest = hashlib.blake2b(f"{kind}:{value}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _rolled(sounds: Ints, salt: int) -> Ints:
    """Return the hash of each row of syllables; 0 for a row without any."""
    found = np.full(len(sounds), salt, np.uint64)
    with np.errstate(over="ignore"):
        for at in range(sounds.shape[1]):
            column = sounds[:, at].astype(np.uint64)
            mixed = (found ^ (column + np.uint64(0x51ED27))) * FACTOR
            found = np.where(column > 0, mixed ^ (mixed >> np.uint64(29)), found)
    return np.where(sounds[:, 0] > 0, found, np.uint64(0)).view(np.int64)


def _last(sounds: Ints, lengths: Ints, size: int) -> Ints:
    at = lengths[:, None] - size + np.arange(size)
    return np.where(at >= 0, np.take_along_axis(sounds, np.maximum(at, 0), axis=1), 0)


def sound_keys(names: Sequence[str], places: Sequence[str]) -> Iterator[Ints]:
    """Yield columns of keys by sound: one key for each name, 0 where the name has none.

    Args:
        names: normalised without places; places: normalised with them.

    The whole name with and without place; its first three and four syllables (abbreviations); its
    last four; and its first five with each of them left out, so that one wrong, missing, added or
    swapped syllable leaves a key.
    """
    whole = sounds_of(codes(places, READ + 6))
    sounds = sounds_of(codes(names, READ))
    lengths = (sounds > 0).sum(axis=1)
    yield _rolled(whole, 1)
    yield np.where(lengths > 4, _rolled(sounds, 1), 0)
    yield np.where(lengths >= 3, _rolled(sounds[:, :3], 1), 0)
    yield np.where(lengths >= 4, _rolled(sounds[:, :4], 1), 0)
    yield np.where(lengths < 3, _rolled(sounds, 1), 0)
    yield np.where((lengths >= 3) & (lengths < SHORT), _rolled(sounds, 4), 0)
    yield np.where(lengths >= 4, _rolled(_last(sounds, lengths, 4), 2), 0)
    for at in range(SHORT):
        left_out = np.delete(sounds[:, :SHORT], at, axis=1)
        yield np.where((lengths > at) & (lengths >= 3), _rolled(left_out, 4), 0)


def keys_of_names(names: Sequence[str], places: Sequence[str]) -> tuple[Ints, Ints]:
    """Return the keys by sound of names, as ``sound_keys``: a row and a key it has, two arrays."""
    columns = np.stack(list(sound_keys(names, places)), axis=1)
    rows, ways = np.nonzero(columns)
    return rows, columns[rows, ways]


def exact_keys(columns: Mapping[str, Sequence[str]]) -> tuple[Ints, Ints]:
    """Return the keys of exact values by kind: a row and a key it has, two arrays."""
    found = [
        (row, key_of(kind, value))
        for kind, column in columns.items()
        for row, value in enumerate(column)
        if value
    ]
    rows, keys = np.array(found, np.int64).reshape(-1, 2).T
    return rows, keys


def paired(keys: Ints, rows: Ints, *, largest: int) -> Ints:
    """Return the pairs of rows that share a key, as one number ``low << 32 | high`` each, unique.

    A key that more than ``largest`` rows share singles nothing out and is left to the other keys.
    """
    known = keys != 0
    keys, rows = keys[known], rows[known].astype(np.int64)
    order = np.argsort(keys, kind="stable")
    keys, rows = keys[order], rows[order]
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else keys
    sizes = np.diff(np.append(starts, len(keys)))
    found: list[Ints] = []
    place = np.arange(len(keys)) - np.repeat(starts, sizes)
    left = np.repeat(sizes, sizes) - place  # rows from here to the end of the block
    usable = np.repeat(sizes, sizes) <= largest
    for step in range(1, min(int(sizes.max(initial=1)), largest)):
        at = np.flatnonzero(usable & (left > step))
        if not len(at):
            break
        one, other = rows[at], rows[at + step]
        low, high = np.minimum(one, other), np.maximum(one, other)
        found.append((low << 32 | high)[low != high])
    return merged(found)


def merged(parts: Iterable[Ints]) -> Ints:
    """Return the union of arrays of pairs, sorted."""
    filled = [part for part in parts if len(part)]
    return np.unique(np.concatenate(filled)) if filled else np.zeros(0, np.int64)


def split(pairs: Ints) -> tuple[Ints, Ints]:
    """Return the two rows of each pair."""
    return pairs >> 32, pairs & 0xFFFFFFFF
