"""Traditional to simplified characters, one by one, for comparison and search only."""

from __future__ import annotations

from functools import cache

_HALF = {0x3000: 0x20, **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}}
_FULL = frozenset(map(chr, _HALF))


def half_width(text: str) -> str:
    """Full-width letters, digits, punctuation and spaces become ASCII; everything else stays."""
    return text if text.isascii() or _FULL.isdisjoint(text) else text.translate(_HALF)


@cache
def _simplified() -> tuple[frozenset[str], dict[int, str]]:
    """The table of OpenCC, character by character: lines keep them from being read as words."""
    import opencc

    blocks = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xF900, 0xFB00))
    all_ = [chr(code) for block in blocks for code in block]
    found = opencc.OpenCC("t2s").convert("\n".join(all_)).split("\n")
    table = {ord(char): other for char, other in zip(all_, found, strict=True) if other != char}
    return frozenset(map(chr, table)), table


def simplify(text: str) -> str:
    """The text in simplified characters: 華為技術 is 华为技术."""
    table = _simplified()
    return text if table[0].isdisjoint(text) else text.translate(table[1])
