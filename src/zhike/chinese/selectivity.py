"""How large a part of a table a search query probably matches, from the shares of its terms."""

import re
from bisect import bisect_left
from math import prod

from zhike.chinese.terms import lexemes_of

_TOKEN = re.compile(r"'[^']+'(?::\*)?|[&|()]")
UNLISTED_FREQUENCY = 0.0005


def matching_share(text: str, frequencies: dict[str, float]) -> float:
    """Return the estimated share of rows that a tsquery matches: ``'a' & ('b':* | 'c')``."""
    return _any_of(_TOKEN.findall(text)[::-1], frequencies)


def _any_of(tokens: list[str], frequencies: dict[str, float]) -> float:
    shares = [_all_of(tokens, frequencies)]
    while tokens and tokens[-1] == "|":
        tokens.pop()
        shares.append(_all_of(tokens, frequencies))
    # A text has many readings; those nobody uses must not make a rare word of it look common.
    listed = sum(share for share in shares if share > UNLISTED_FREQUENCY)
    return min(1.0, listed or max(shares))


def _all_of(tokens: list[str], frequencies: dict[str, float]) -> float:
    """Return the share of parts that must all hold.

    They are halves of one name or windows of one code, far from independent: the rarest counts
    whole, each further one only by a root of it.
    """
    shares = [_one(tokens, frequencies)]
    while tokens and tokens[-1] == "&":
        tokens.pop()
        shares.append(_one(tokens, frequencies))
    return float(prod(one ** (0.5**place) for place, one in enumerate(sorted(shares))))


def _one(tokens: list[str], frequencies: dict[str, float]) -> float:
    word = tokens.pop()
    if word != "(":
        return _frequency(word, frequencies)
    share = _any_of(tokens, frequencies)
    tokens.pop()  # the closing bracket
    return share


def _frequency(piece: str, frequencies: dict[str, float]) -> float:
    [(word, is_prefix)] = lexemes_of(piece)
    if not is_prefix:
        return frequencies.get(word, UNLISTED_FREQUENCY)
    words = list(frequencies)
    known = words[bisect_left(words, word) : bisect_left(words, f"{word}\U0010ffff")]
    return min(1.0, sum(map(frequencies.__getitem__, known))) or UNLISTED_FREQUENCY
