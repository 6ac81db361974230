"""Telephone numbers of mainland China, by the offline metadata of ``phonenumbers``."""

# mypy: disable-error-code="type-arg"

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.chinese import terms
from zhike.chinese.script import half_width

from .base import EMPTY_MARK, Kind, as_text, is_empty, refuse, shown

_NOISE = str.maketrans("", "", " -‐‑–—.()/　·")
_SCIENTIFIC = re.compile(r"(\d)\.?(\d*)[eE]\+?(\d{1,2})", re.ASCII)
_EXTENSION = re.compile(r"(?:转|ext\.?|x|#|,)\s*(\d{1,6})$|(?<=\d{7})-(\d{1,6})$", re.IGNORECASE)
_AREA = re.compile(r"(10|2\d|[3-9]\d\d)(\d{7,8})", re.ASCII)
_SERVICE = re.compile(r"[48]00\d{7}|95\d{3,6}", re.ASCII)
_MOBILE_SHAPE = re.compile(r"1[3-9]\d{9}", re.ASCII)


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    from phonenumbers import PhoneMetadata

    metadata = PhoneMetadata.metadata_for_region("CN", None)
    return re.compile(getattr(metadata, kind).national_number_pattern, re.ASCII)


def _compact(raw: Any) -> str:
    """Digits without blanks, dashes, brackets and the country's prefix."""
    text = half_width(as_text(raw))
    match = _SCIENTIFIC.fullmatch(text)
    if match:
        lead, part, power = match.groups()
        if len(lead + part) < int(power) + 1:
            raise refuse(
                _("%(found)s 是表格显示的科学计数，号码已丢失；请把该列设为文本后重新填写"),
                found=text,
            )
        try:
            text = str(int(Decimal(text)))
        except (
            InvalidOperation
        ) as error:  # pragma: no cover - the pattern admits decimal digits only
            raise refuse(_("应为电话号码，当前是“%(found)s”"), found=shown(raw)) from error
    return text.translate(_NOISE).removeprefix("+").removeprefix("00")


class Mobile(Kind, models.CharField):
    """A mainland mobile number, stored as its 11 digits. Personal: masked as 138****1234."""

    personal = True
    widget: ClassVar[str] = "tel"
    schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": "^1[0-9]{10}$"}
    shows: ClassVar[tuple[int, int]] = (3, 4)
    lexemes = staticmethod(terms.digits_terms)
    defaults: ClassVar[dict[str, Any]] = {"max_length": 11}

    def parse(self, raw: Any) -> str:
        """The 11 digits; +86, 0086, blanks, dashes and full-width digits are accepted."""
        digits = _compact(raw)
        if len(digits) == 13 and digits.startswith("86"):
            digits = digits[2:]
        if not (digits.isascii() and digits.isdigit()):
            raise refuse(_("应为 11 位手机号码，当前是“%(found)s”"), found=shown(raw))
        if len(digits) != 11:
            raise refuse(_("应为 11 位，当前 %(found)s 位"), found=len(digits))
        if not _pattern("mobile").fullmatch(digits):
            raise refuse(
                _("没有 %(prefix)s 开头的手机号段，当前是“%(found)s”"),
                prefix=digits[:3],
                found=digits,
            )
        return digits

    def certain(self, item: Any) -> Any:
        """Eleven bare digits."""
        return item if type(item) is str and _pattern("mobile").fullmatch(item) else None


class Landline(Mobile):
    """A fixed line, 021-62345678 or 0512-62345678-801; 400, 800 and 95 numbers too."""

    schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": "^[0-9][0-9-]{4,23}$"}
    defaults: ClassVar[dict[str, Any]] = {"max_length": 24}

    def parse(self, raw: Any) -> str:
        """Area code, number and extension joined by dashes."""
        text = half_width(as_text(raw))
        extension = _EXTENSION.search(text)
        tail = (extension[1] or extension[2]) if extension else ""
        digits = _compact(text[: extension.start()] if extension else text)
        if digits.startswith("86") and len(digits) > 10:
            digits = digits[2:]
        digits = digits.removeprefix("0")
        if not (digits.isascii() and digits.isdigit()):
            raise refuse(
                _("应为带区号的固定电话，例如 021-62345678，当前是“%(found)s”"), found=shown(raw)
            )
        if _SERVICE.fullmatch(digits):
            number = f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if len(digits) == 10 else digits
        else:
            parts = _AREA.fullmatch(digits)
            if not parts or not _pattern("fixed_line").fullmatch(digits):
                raise refuse(
                    _("应为带区号的固定电话，例如 021-62345678，当前是“%(found)s”"),
                    found=shown(raw),
                )
            number = f"0{parts[1]}-{parts[2]}"
        return f"{number}-{tail}" if tail else number

    def certain(self, item: Any) -> Any:
        """Nothing is certain at a glance."""
        del item

    def mask(self, value: Any) -> str:
        """Area code and last four digits of the number; the extension is hidden."""
        if is_empty(value):
            return EMPTY_MARK
        area, _dash, number = str(value).partition("-")
        number = number.replace("-", "", 1) if area[0] in "48" else number.partition("-")[0]
        return f"{area}-****{number[-4:]}" if number else f"{area[:2]}****"


class Phone(Landline):
    """A mobile number or a fixed line, each in its own form."""

    def parse(self, raw: Any) -> str:
        """Eleven digits of a mobile, or a fixed line with dashes."""
        digits = _compact(raw)
        if len(digits) == 13:
            digits = digits.removeprefix("86")
        if _MOBILE_SHAPE.fullmatch(digits) and not _pattern("fixed_line").fullmatch(digits):
            return Mobile.parse(self, raw)
        return Landline.parse(self, raw)

    def certain(self, item: Any) -> Any:
        """Eleven bare digits of a mobile."""
        if type(item) is not str or not _MOBILE_SHAPE.fullmatch(item):
            return None
        sure = _pattern("mobile").fullmatch(item) and not _pattern("fixed_line").fullmatch(item)
        return item if sure else None

    def mask(self, value: Any) -> str:
        """As the mobile number or the fixed line that it is."""
        mobile = not is_empty(value) and _MOBILE_SHAPE.fullmatch(value)
        return Mobile.mask(self, value) if mobile else Landline.mask(self, value)
