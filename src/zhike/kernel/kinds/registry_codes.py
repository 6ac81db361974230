"""Registered identities: the unified social credit code and the resident identity number."""

# mypy: disable-error-code="type-arg"

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhike.chinese import terms
from zhike.chinese.script import half_width

from .base import Kind, as_text, refuse, shown

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: without I, O, S, V, Z
_PLACE = {char: index for index, char in enumerate(ALPHABET)}
CREDIT_WEIGHTS = tuple(pow(3, index, 31) for index in range(17))
ID_WEIGHTS = tuple(pow(2, 17 - index, 11) for index in range(17))  # GB 11643-1999
FEW = 32  # columns too short to load numpy for
ID_CHECKS = "10X98765432"
# First two digits of GB/T 2260, with 83 (residence permit for people from Taiwan).
_ID_PREFIXES_WORDS = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 "
    "63 64 65 71 81 82 83"
)
ID_PREFIXES = frozenset(_ID_PREFIXES_WORDS.split())


def _compact(raw: Any) -> str:
    return re.sub(r"[\s-]", "", half_width(as_text(raw))).upper()


class CreditCode(Kind, models.CharField):
    """统一社会信用代码, GB 32100-2015: 18 characters with a check; N, Y, A codes too."""

    schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": f"^[{ALPHABET}]{{18}}$"}
    shows: ClassVar[tuple[int, int]] = (4, 4)
    lexemes = staticmethod(terms.code_terms)
    defaults: ClassVar[dict[str, Any]] = {"max_length": 18}

    def parse(self, raw: Any) -> str:
        """The code in upper case, half width."""
        code = _compact(raw)
        if len(code) != 18:
            raise refuse(_("应为 18 位，当前 %(found)s 位"), found=len(code))
        for place, char in enumerate(code, 1):
            if char not in _PLACE:
                raise refuse(
                    _("只含数字和大写字母（无 I、O、S、V、Z），第 %(place)s 位是“%(found)s”"),
                    place=place, found=shown(char),
                )  # fmt: skip
        total = sum(
            _PLACE[char] * weight for char, weight in zip(code, CREDIT_WEIGHTS, strict=False)
        )
        check = ALPHABET[-total % 31]
        if code[17] != check:
            raise refuse(
                _("校验位应为 %(expected)s，当前 %(found)s：请核对各位"),
                expected=check,
                found=code[17],
            )
        return code

    def quick_pass(self, raw: Sequence[Any]) -> list[Any]:
        """All checksums of a column at once."""
        if len(raw) < FEW:
            return super().quick_pass(raw)
        import numpy as np

        rows = [
            row
            for row, item in enumerate(raw)
            if type(item) is str and len(item) == 18 and item.isascii()
        ]
        values: list[Any] = [None] * len(raw)
        table = np.full(128, -1, dtype=np.int64)
        table[[ord(char) for char in ALPHABET]] = range(31)
        signs = np.frombuffer(
            "".join([raw[row] for row in rows]).upper().encode(), dtype=np.uint8
        ).reshape(-1, 18)
        places = table[signs]
        weights = np.array([*CREDIT_WEIGHTS, 1], dtype=np.int64)
        good = (places >= 0).all(axis=1) & (places @ weights % 31 == 0)
        for row in np.asarray(rows, dtype=np.int64)[good].tolist():
            values[row] = raw[row].upper()
        return values


class IdNumber(Kind, models.CharField):
    """居民身份证号, GB 11643, also residence permits and foreigners' cards. Personal.

    Checked are the checksum, the date of birth and the first two digits; an unknown county is no
    reason to refuse.
    """

    personal = True
    operators: ClassVar[tuple[str, ...]] = ("is", "empty")
    schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": "^[0-9]{17}[0-9X]$"}
    shows: ClassVar[tuple[int, int]] = (4, 4)
    lexemes = staticmethod(terms.exact_terms)
    defaults: ClassVar[dict[str, Any]] = {"max_length": 18}

    def parse(self, raw: Any) -> str:
        """18 characters, the last a digit or X."""
        number = _compact(raw)
        if len(number) != 18:
            raise refuse(_("应为 18 位，当前 %(found)s 位"), found=len(number))
        if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
            raise refuse(_("身份证号应为 17 位数字加 1 位数字或 X"))
        if number[:2] not in ID_PREFIXES and number[0] != "9":
            raise refuse(_("身份证号的前两位应为地区代码，当前 %(found)s"), found=number[:2])
        if self.birthday(number) is None:
            raise refuse(_("身份证号第 7–14 位应为出生日期，当前 %(found)s"), found=number[6:14])
        total = sum(int(digit) * weight for digit, weight in zip(number, ID_WEIGHTS, strict=False))
        if number[17] != ID_CHECKS[total % 11]:
            raise refuse(_("身份证号的校验位不符，请核对各位"))
        return number

    @staticmethod
    def birthday(number: str) -> date | None:
        """The date of birth in a number, None where there is none."""
        try:
            born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        except ValueError:
            return None
        return born if born.year >= 1850 and born <= timezone.localdate() else None
