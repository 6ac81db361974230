"""Administrative divisions by the codes of GB/T 2260 (``data/regions.csv``)."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from .script import half_width

_SEPARATORS = re.compile(r"[\s·/\\,，、>|-]+")


@dataclass(frozen=True, slots=True)
class Division:
    """One division: code of six digits, full and short name, pinyin of the short name.

    A division that exists in statistics only (市辖区) has no short name; it is neither shown nor
    found.
    """

    code: str
    name: str
    short: str
    sound: str

    @property
    def level(self) -> int:
        """1 province, 2 city, 3 county."""
        return 3 if self.code[4:] != "00" else 2 if self.code[2:4] != "00" else 1


def stem(code: str) -> str:
    """The digits that a division shares with everything under it: 32, 3212, 321202."""
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


@cache
def divisions() -> dict[str, Division]:
    """All divisions by code."""
    text = (files(__package__) / "data" / "regions.csv").read_text("utf-8")
    return {row["code"]: Division(**row) for row in csv.DictReader(text.splitlines())}


@cache
def _spellings() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code, each in divisions().items():
        if each.short:
            for spelling in {each.name, each.short, each.sound}:
                found.setdefault(spelling, []).append(code)
    return found


def children(code: str = "") -> list[Division]:
    """The divisions under a code ("" for the provinces); statistical layers are skipped."""
    prefix = stem(code) if code else ""
    level = divisions()[code].level + 1 if code else 1
    result = []
    for each in divisions().values():
        if each.code.startswith(prefix) and each.code != code:
            above = divisions().get(each.code[:4] + "00")
            skipped = level == 2 and each.level == 3 and above is not None and not above.short
            if each.short and (each.level == level or skipped):
                result.append(each)
    return result


@lru_cache(maxsize=16384)
def find(text: str) -> tuple[str, ...]:
    """The codes, of the highest level, that a text may mean: 江苏 · 泰州, taizhou, 3212."""
    words = _SEPARATORS.sub("", half_width(text)).lower()
    if not words:
        return ()
    if words.isascii() and words.isdigit():
        code = words.ljust(6, "0")
        return (code,) if len(words) in {2, 4, 6} and code in divisions() else ()
    found = sorted(set(_walk(words, "")), key=lambda code: (divisions()[code].level, code))
    return tuple(code for code in found if divisions()[code].level == divisions()[found[0]].level)


def _walk(rest: str, parent: str) -> list[str]:
    if not rest:
        return [parent]
    found: list[str] = []
    for size in range(min(len(rest), 30), 1, -1):
        for code in _spellings().get(rest[:size], ()):
            if not parent or (code.startswith(stem(parent)) and code != parent):
                found += _walk(rest[size:], code)
    return found


def path(code: str) -> list[Division]:
    """The divisions from the province down to ``code``, statistical layers left out."""
    codes = dict.fromkeys([f"{code[:2]}0000", f"{code[:4]}00", code])
    return [each for each in map(divisions().get, codes) if each is not None and each.short]
