"""Region: administrative divisions by the codes of GB/T 2260 (``data/regions.csv``)."""

# mypy: disable-error-code="type-arg"

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from . import terms
from .base import EMPTY_MARK, Kind, as_text, half_width, is_empty, refuse, shown

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


class Region(Kind, models.CharField):
    """An administrative division; the operator "under" takes everything beneath it."""

    operators: ClassVar[tuple[str, ...]] = ("under", "is", "in", "empty")
    widget: ClassVar[str] = "region"
    schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": "^[0-9]{6}$"}
    defaults: ClassVar[dict[str, Any]] = {"max_length": 6}

    def parse(self, raw: Any) -> str:
        """The code of six digits; an ambiguous name is refused with the candidates."""
        codes = find(as_text(raw))
        if len(codes) == 1:
            return codes[0]
        if codes:
            options = "、".join(self.display(code) for code in codes[:5])
            raise refuse(
                _("“%(found)s”有多个：%(options)s，请写上省市"), found=shown(raw), options=options
            )
        raise refuse(
            _("没有找到行政区划“%(found)s”，请写 省、市、县 的名称或代码"), found=shown(raw)
        )

    def display(self, value: Any) -> str:
        """江苏 · 泰州; a code of another edition shows as itself."""
        if is_empty(value):
            return EMPTY_MARK
        steps = path(value)
        return " · ".join(each.name if each.level == 3 else each.short for each in steps) or str(
            value
        )

    @staticmethod
    def under(value: str) -> dict[str, str]:
        """The look-up of the operator "under": {"startswith": "3212"}."""
        return {"startswith": stem(value)}

    def to_sheet(self, value: Any) -> Any:
        """The names, which read back."""
        return "" if is_empty(value) else self.display(value)

    def search_terms(self, value: Any) -> list[str]:
        """The names of the division and those above it."""
        return (
            []
            if is_empty(value)
            else terms.name_terms(" ".join(each.short for each in path(value)))
        )
