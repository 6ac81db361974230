"""Numbers: Integer, Money (yuan, exact), Percent and Degrees."""

# mypy: disable-error-code="type-arg"

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.chinese.script import half_width

from .base import EMPTY_MARK, Kind, english, is_empty, refuse, shown

CENT = Decimal("0.01")
MICRO = Decimal("0.000001")
SYMBOLS = {
    "CNY": "¥",
    "USD": "US$",
    "EUR": "€",
    "GBP": "£",
    "HKD": "HK$",
    "JPY": "JP¥",
    "BRL": "R$",
}
_UNITS = {"": 1, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "k": 10**3}
_NUMBER = re.compile(
    r"(?P<sign>[-+−]?)\s*(?:¥|￥|US\$|HK\$|R\$|\$|€|£|CNY|RMB|人民币)?\s*(?P<sign2>[-−]?)"
    r"(?P<whole>\d{1,3}(?:,\d{3})+|\d{1,4}(?:,\d{4})+|\d+)(?P<part>\.\d*)?\s*"
    r"(?P<unit>百万|千万|万|亿|千|k|K)?\s*(?:元|圆|CNY|RMB)?(?:整)?"
)
_PLAIN = re.compile(r"[¥￥]?(-?(?:\d{1,16}|\d{1,3}(?:,\d{3}){1,4})(?:\.\d{1,2})?)", re.ASCII)


def read_number(raw: Any) -> Decimal:
    """An exact number from text ("1,234.5", "¥12", "10.5万", full width), int, float or Decimal.

    A float is read as the 15 digits that a sheet shows, so 0.1 + 0.2 is 0.3.

    Raises:
        ValidationError: the value is no number; letters such as O are named.
    """
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise refuse(_("应为数字，当前是 %(found)s"), found=type(raw).__name__)
    if not isinstance(raw, str):
        number = Decimal(f"{raw:.15g}") if isinstance(raw, float) else Decimal(raw)
        if not number.is_finite():
            raise refuse(_("应为数字，当前是“%(found)s”"), found=shown(raw))
        return number
    text = half_width(raw[:80]).strip() if len(raw) <= 80 else ""
    negative = text.startswith("(") and text.endswith(")")
    match = _NUMBER.fullmatch(text[1:-1] if negative else text)
    if not match:
        if re.search(r"\d[OoIl]|[OoIl]\d", text):
            raise refuse(
                _("应为数字，“%(found)s”里有字母（可能把 0 写成了 O、把 1 写成了 l）"),
                found=shown(raw),
            )
        raise refuse(_("应为数字，当前是“%(found)s”"), found=shown(raw))
    number = Decimal(match["whole"].replace(",", "") + (match["part"] or "").rstrip("."))
    if match["unit"]:
        number *= _UNITS[match["unit"].lower()]
    minus = negative + bool(match["sign"] in {"-", "−"}) + bool(match["sign2"])
    if minus > 1:
        raise refuse(_("应为数字，当前是“%(found)s”"), found=shown(raw))
    return -number if minus else number


class Bounded(Kind):
    """A number between ``minimum`` and ``maximum`` (both inclusive, None: open)."""

    operators: ClassVar[tuple[str, ...]] = ("is", "not", "gte", "lte", "between", "empty")
    align: ClassVar[str] = "right"
    own_options: ClassVar[dict[str, Any]] = {"minimum": None, "maximum": None}
    minimum: Any
    maximum: Any

    def bounded(self, number: Any) -> Any:
        """The number itself, refused outside the bounds."""
        if self.minimum is not None and number < self.minimum:
            raise refuse(_("应不小于 %(limit)s，当前 %(found)s"), limit=self.minimum, found=number)
        if self.maximum is not None and number > self.maximum:
            raise refuse(_("应不大于 %(limit)s，当前 %(found)s"), limit=self.maximum, found=number)
        return number


class Integer(Bounded, models.BigIntegerField):
    """A whole number of 64 bits; a sheet's 12.0 is 12."""

    widget: ClassVar[str] = "number"
    lake: ClassVar[str] = "BIGINT"

    def parse(self, raw: Any) -> int:
        """The whole number; 12.5 is refused."""
        number = read_number(raw)
        if abs(number) >= 2**63:
            raise refuse(_("数字太大，最多 18 位"))
        if number != number.to_integral_value():
            raise refuse(_("应为整数，当前 %(found)s"), found=number)
        return int(self.bounded(int(number)))

    def display(self, value: Any) -> str:
        """Grouped by thousands."""
        return EMPTY_MARK if is_empty(value) else f"{value:,}".replace("-", "−")

    def api_schema(self) -> dict[str, Any]:
        """An integer with its bounds."""
        low, high = self.minimum, self.maximum
        return {"type": "integer", "minimum": -(2**63) + 1 if low is None else low,
                "maximum": 2**63 - 1 if high is None else high}  # fmt: skip


class Exact(Bounded, models.DecimalField):
    """An exact number of at most two decimals; more are refused, never rounded."""

    too_big: ClassVar[Any]

    def parse(self, raw: Any) -> Decimal:
        """The number, within the digits of the column."""
        number = read_number(raw)
        if abs(number) >= 10 ** ((self.max_digits or 18) - 2):
            raise refuse(self.too_big)
        exact = number.quantize(CENT)
        if exact != number:
            raise refuse(_("最多两位小数，当前 %(found)s"), found=shown(number))
        return Decimal(self.bounded(exact))

    def to_json(self, value: Any) -> Any:
        """The exact number as text; a JSON number would be a float."""
        return None if value is None else f"{Decimal(value):.2f}"

    def api_schema(self) -> dict[str, Any]:
        """A decimal as text."""
        digits = (self.max_digits or 18) - 2
        return {
            "type": "string",
            "format": "decimal",
            "pattern": rf"^-?[0-9]{{1,{digits}}}(\.[0-9]{{1,2}})?$",
        }


class Money(Exact):
    """An exact amount, Decimal(18, 2). ``currency`` (ISO 4217) gives the symbol."""

    widget: ClassVar[str] = "money"
    lake: ClassVar[str] = "DECIMAL(18,2)"
    too_big = _("金额太大，整数部分最多 16 位")
    defaults: ClassVar[dict[str, Any]] = {"max_digits": 18, "decimal_places": 2}
    own_options: ClassVar[dict[str, Any]] = {**Bounded.own_options, "currency": "CNY"}
    currency: str

    def certain(self, item: Any) -> Any:
        """Plain digits as text."""
        found = _PLAIN.fullmatch(item) if type(item) is str else None
        if found and self.minimum is None is self.maximum:
            return Decimal(found[1].replace(",", "")).quantize(CENT)
        return None

    def display(self, value: Any) -> str:
        """¥3,864,000: grouped, decimals only if present."""
        if is_empty(value):
            return EMPTY_MARK
        amount = abs(Decimal(value))
        digits = f"{amount:,.2f}".removesuffix(".00")
        return f"{'−' if value < 0 else ''}{self.symbol}{digits}"

    @property
    def symbol(self) -> str:
        """The sign of the currency, or its code and a blank."""
        return SYMBOLS.get(self.currency, f"{self.currency} ")

    def brief(self, value: Any) -> str:
        """For summaries: ¥386.4万, ¥1.2亿; in English ¥3.9M. Below one 万 in full."""
        if is_empty(value) or abs(value) < 10_000:
            return self.display(value)
        steps = (
            ((10**9, "B"), (10**6, "M"), (10**3, "K"))
            if english()
            else ((10**8, "亿"), (10**4, "万"))
        )
        for size, unit in steps:  # noqa: B007 - the last one stands
            number = (abs(Decimal(value)) / size).quantize(Decimal("0.1"), ROUND_HALF_UP)
            if number >= 1:
                break
        return f"{'−' if value < 0 else ''}{self.symbol}{f'{number:,}'.removesuffix('.0')}{unit}"

    def to_sheet(self, value: Any) -> Any:
        """A number, for sums in the sheet; as text beyond the 15 digits that a sheet keeps."""
        if value is None:
            return None
        return float(value) if abs(value) < 10**13 else self.to_json(value)


class Percent(Exact):
    """Percentage points, Decimal(7, 2): 86.4 is 86.4 %.

    A bare sheet number below 1 (0.5: half a percent, or 50 %?) is ambiguous and refused; "0.5%"
    says it.
    """

    widget: ClassVar[str] = "percent"
    lake: ClassVar[str] = "DECIMAL(7,2)"
    too_big = _("百分比太大，整数部分最多 5 位")
    defaults: ClassVar[dict[str, Any]] = {"max_digits": 7, "decimal_places": 2}

    def parse(self, raw: Any) -> Decimal:
        """The points, with or without a percent sign."""
        if isinstance(raw, float) and 0 < abs(raw) < 1:
            raise refuse(_("%(found)s 有歧义：请写成带百分号的文字，例如 50%%"), found=shown(raw))
        return super().parse(
            half_width(raw).strip().removesuffix("%") if isinstance(raw, str) else raw
        )

    def display(self, value: Any) -> str:
        """One decimal: 86.4%."""
        if is_empty(value):
            return EMPTY_MARK
        return f"{Decimal(value).quantize(Decimal('0.1'), ROUND_HALF_UP)}%".replace("-", "−")

    def to_sheet(self, value: Any) -> Any:
        """Text with its sign, which reads back without doubt."""
        return None if value is None else f"{Decimal(value).normalize():f}%"


class Degrees(Bounded, models.DecimalField):
    """A latitude or longitude in degrees (WGS 84), Decimal(9, 6): a place to about a decimetre."""

    widget: ClassVar[str] = "number"
    lake: ClassVar[str] = "DECIMAL(9,6)"
    defaults: ClassVar[dict[str, Any]] = {"max_digits": 9, "decimal_places": 6}
    own_options: ClassVar[dict[str, Any]] = {"minimum": -180, "maximum": 180}

    def parse(self, raw: Any) -> Decimal:
        """The angle; what a device measured beyond six decimals is rounded."""
        return Decimal(self.bounded(read_number(raw))).quantize(MICRO, ROUND_HALF_UP)

    def display(self, value: Any) -> str:
        """31.23042°: about a metre."""
        return EMPTY_MARK if is_empty(value) else f"{value:.5f}°".replace("-", "−")

    def to_json(self, value: Any) -> Any:
        """The exact number as text."""
        return None if value is None else f"{Decimal(value):.6f}"

    def api_schema(self) -> dict[str, Any]:
        """A decimal as text."""
        pattern = r"^-?[0-9]{1,3}(\.[0-9]+)?$"
        return {"type": "string", "format": "decimal", "pattern": pattern}
