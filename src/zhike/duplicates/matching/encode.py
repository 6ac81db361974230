"""Texts as arrays of characters, sounds and weights, and how alike many pairs of them are at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from zhike.chinese import pinyin

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[Any]
WIDTH, WIDEST = 20, 64
CHUNK = 16_000  # pairs at a time: what a core's cache holds
SAME_SOUND = np.float32(0.85)
UNKNOWN_SHARE = 0.0005
LEAST_WEIGHT = 0.08
SLACK = np.float32(1e-4)  # what rounding may add


@cache
def _sound_table() -> Ints:
    """Character code -> number of its syllable without tone; others stand for themselves."""
    table = np.arange(65_536, dtype=np.int32) + 10_000
    numbers: dict[str, int] = {}
    for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000)):
        reading = pinyin.syllables(chr(code))[0]
        if reading:
            table[code] = numbers.setdefault(reading, len(numbers) + 1)
    return table


def codes(texts: Sequence[str], width: int = WIDTH) -> Ints:
    """Return the characters of each text as numbers, padded with 0: shape (texts, width)."""
    if not len(texts):
        return np.zeros((0, width), np.int32)
    block = np.array(texts, dtype=f"U{width}").view(np.uint32).reshape(len(texts), width)
    return np.where(block > 0xFFFF, 0xFFFD, block).astype(np.int32)


def sounds_of(chars: Ints) -> Ints:
    """Return the syllable of each character; 0 stays 0."""
    found = _sound_table()[chars]
    found[chars == 0] = 0
    return found


class Vocabulary:
    """How telling each character is: rare ones count, 科 and 技 hardly do.

    Built from how many of ``total`` names hold each character.
    """

    def __init__(self, shares: Mapping[str, float] | None = None) -> None:
        self.shares = dict(shares or {})
        table = np.full(65_536, UNKNOWN_SHARE, np.float64)
        for char, share in self.shares.items():
            if ord(char) < 65_536:
                table[ord(char)] = max(share, UNKNOWN_SHARE)
        weights = np.log(table) / np.log(UNKNOWN_SHARE)
        self.weights = np.maximum(weights, LEAST_WEIGHT).astype(np.float32)
        self.weights[0] = 0

    @classmethod
    def counted(cls, chars: Ints, prior: Mapping[str, float], strength: int = 300) -> "Vocabulary":
        """Return the vocabulary of these names; ``prior`` shares count like ``strength`` names."""
        ordered = np.sort(chars, axis=1)
        first = np.ones(ordered.shape, bool)
        first[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
        counts = np.bincount(ordered[first & (ordered > 0)].ravel(), minlength=65_536)
        total = len(chars) + strength
        shares = {chr(c): float(counts[c]) / total for c in np.flatnonzero(counts)}
        for char, share in prior.items():
            shares[char] = shares.get(char, 0.0) + share * strength / total
        return cls({char: round(share, 7) for char, share in shares.items()})


@dataclass(frozen=True)
class Texts:
    """Encoded texts: ``chars``, ``sounds`` and ``weights`` of shape (texts, width); ``sizes``."""

    chars: Ints
    sounds: Ints
    weights: Floats
    sizes: Ints

    @classmethod
    def of(cls, texts: Sequence[str], words: Vocabulary, width: int = WIDTH) -> "Texts":
        """Encode texts."""
        chars = codes(texts, width)
        sizes = (chars > 0).sum(axis=1, dtype=np.int16)
        return cls(chars.astype(np.uint16), sounds_of(chars), words.weights[chars], sizes)

    def __len__(self) -> int:
        return len(self.chars)


@dataclass(frozen=True)
class Alike:
    """How the two texts of each pair agree, as arrays.

    ``both``: share of the weight of the two, 0…1; ``shorter``: of the shorter one; ``least``: the
    weight of the shorter: little weight proves little; ``replaced``: the weight that neither has of
    the other (恒信 and 恒达), where a dropped or misheard syllable leaves none.
    """

    both: Floats
    shorter: Floats
    least: Floats
    replaced: Floats


def alike(one: Texts, i: Ints, other: Texts, j: Ints) -> Alike:
    """Compare the pairs ``one[i[k]]``, ``other[j[k]]``.

    Equal characters count by their weight, characters of one sound a little less; in order, or
    with two neighbours swapped. Empty texts are alike to nothing.
    """
    found = np.zeros((4, len(i)), np.float32)
    for at in _portions(one, i, other, j):
        found[:, at] = _alike(one, i[at], other, j[at])
    return Alike(*found)


def _portions(one: Texts, i: Ints, other: Texts, j: Ints) -> Iterator[Ints]:
    """Yield which pairs to take together, short texts with short ones: the longest set the steps."""
    order = np.argsort(other.sizes[j] * np.int16(WIDEST) + one.sizes[i], kind="stable")
    for start in range(0, len(i), CHUNK):
        yield order[start : start + CHUNK]


def at_most(one: Texts, i: Ints, other: Texts, j: Ints) -> Alike:
    """Return what ``alike`` could say at most (of ``replaced``: at least), at a small part of its cost.

    No character counts for more than its weight, and only one whose sound the other text has.
    """
    heard = np.zeros(len(i), np.float32)
    for at in _portions(one, i, other, j):
        a, b = i[at], j[at]
        left = one.sounds[a, : int(one.sizes[a].max())].T.copy()
        right = other.sounds[b, : int(other.sizes[b].max())].T.copy()
        for place, sound in enumerate(left):
            there = np.zeros(len(at), bool)
            for each in right:
                there |= sound == each
            heard[at] += np.where(there, one.weights[a, place], np.float32(0))
    totals = one.weights.sum(axis=1)[i], other.weights.sum(axis=1)[j]
    least = np.minimum(*totals)
    most = np.minimum(heard, least) + SLACK
    both = 2 * most / np.maximum(totals[0] + totals[1], SLACK)
    shorter = np.minimum(most / np.maximum(least, SLACK), 1)
    return Alike(both, shorter, least, np.maximum(least - most / SAME_SOUND, 0))


def _alike(one: Texts, i: Ints, other: Texts, j: Ints) -> tuple[Floats, ...]:
    left, right = one.chars[i], other.chars[j]
    size_left = int(one.sizes[i].max(initial=0))
    size_right = int(other.sizes[j].max(initial=0))
    left, right = left[:, :size_left], right[:, :size_right]
    sound_left, sound_right = one.sounds[i][:, :size_left], other.sounds[j][:, :size_right]
    w_left, w_right = one.weights[i][:, :size_left], other.weights[j][:, :size_right]
    total_left, total_right = w_left.sum(axis=1), w_right.sum(axis=1)
    best = np.zeros((len(i), size_right + 1), np.float32)
    bag = np.zeros(len(i), np.float32)
    met = np.zeros((len(i), size_right), np.float32)
    for at in range(size_left):
        credit = np.where(
            left[:, at, None] == right, np.float32(1),
            np.where(sound_left[:, at, None] == sound_right, SAME_SOUND, np.float32(0)),
        ) * np.minimum(w_left[:, at, None], w_right)  # fmt: skip
        bag += credit.max(axis=1, initial=0)
        np.maximum(met, credit, out=met)
        diagonal = best[:, :-1] + credit
        np.maximum(best[:, 1:], diagonal, out=best[:, 1:])
        np.maximum.accumulate(best, axis=1, out=best)
    bag = np.minimum(bag, met.sum(axis=1))
    least = np.minimum(total_left, total_right)
    most = np.maximum(total_left + total_right, np.float32(1e-6))
    matched = np.maximum(best[:, -1], bag * np.float32(0.93))
    # A syllable that sounds the same is no replacement, however it is written.
    heard = np.minimum(np.maximum(best[:, -1], bag) / SAME_SOUND, least)
    replaced = np.maximum(least - np.maximum(heard, matched), np.float32(0))
    return 2 * matched / most, matched / np.maximum(least, np.float32(1e-6)), least, replaced
