"""Date, DateTime (Asia/Shanghai) and LunarDate."""

# mypy: disable-error-code="type-arg"

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhike.chinese.almanac import lunar_day
from zhike.chinese.lunar_words import lunar_words, read_lunar_words
from zhike.chinese.script import half_width

from .base import (
    EMPTY_MARK,
    CleanColumn,
    Kind,
    as_text,
    english,
    is_empty,
    refuse,
    shown,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST_YEAR, LAST_YEAR = 1800, 2200
_DAY = re.compile(
    r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})[日号]?|(\d{2})(\d{2}))"
    r"(?:(?:\s*T\s*|\s+|(?<=[日号]))(.+))?",
    re.ASCII | re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?P<noon>上午|下午|晚上)?\s*(\d{1,2})(?::|时|点)(\d{1,2})?(?::|分)?(?:(\d{1,2})(?:\.(\d{1,6})\d*)?秒?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2}(?::?\d{2})?)?",
    re.ASCII | re.IGNORECASE,
)


def from_serial(number: float | Decimal, *, date1904: bool = False) -> datetime:
    """The moment of a sheet's serial number; ``date1904`` is the calendar of old Macintosh files.

    Raises:
        ValidationError: out of range, or 60 (29 February 1900, which never was).
    """
    serial = Decimal(str(number))
    low, high = (0, 2957003) if date1904 else (1, 2958465)
    if not (low <= serial < high + 1) or (not date1904 and 60 <= serial < 61):
        raise refuse(_("“%(found)s”不是表格的日期序号"), found=shown(number))
    origin = date(1904, 1, 1) if date1904 else date(1899, 12, 31 if serial < 60 else 30)
    start = datetime.combine(origin, time())
    return start + timedelta(days=int(serial), seconds=round(float(serial % 1) * 86400))


def _checked(year: int, month: int, day: int, raw: Any) -> date:
    try:
        result = date(year, month, day)
    except ValueError as error:
        raise refuse(_("没有这一天：%(found)s"), found=shown(raw)) from error
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise refuse(_("年份应在 %(first)s 至 %(last)s 之间，当前 %(found)s"),
                     first=FIRST_YEAR, last=LAST_YEAR, found=year)  # fmt: skip
    return result


def _in_shanghai(moment: datetime) -> datetime:
    """The same moment on Shanghai's clock; a moment without a zone is Shanghai's already."""
    _checked(moment.year, moment.month, moment.day, moment)
    return moment.astimezone(SHANGHAI) if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _split(raw: Any) -> tuple[date, str]:
    """The day of a text and what follows it."""
    text = half_width(as_text(raw))
    found = _DAY.fullmatch(text)
    if not found:
        if re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}", text):
            raise refuse(_("“%(found)s”有歧义，请写成 年-月-日，例如 2026-01-05"), found=shown(raw))
        raise refuse(
            _("应为日期，例如 2026-01-05、2026.1.5、2026年1月5日，当前是“%(found)s”"),
            found=shown(raw),
        )
    year, _sep, m1, d1, m2, d2, m3, d3, rest = found.groups()
    return _checked(int(year), int(m1 or m2 or m3), int(d1 or d2 or d3), raw), (rest or "").strip()


class Date(Kind, models.DateField):
    """A calendar day without a zone, so that a birthday never shifts."""

    operators: ClassVar[tuple[str, ...]] = ("is", "gte", "lte", "quiet", "between", "empty")
    widget: ClassVar[str] = "date"
    lake: ClassVar[str] = "DATE"
    schema: ClassVar[dict[str, Any]] = {"type": "string", "format": "date"}

    def parse(self, raw: Any, *, date1904: bool = False) -> date:
        """The day of ISO, 2026.1.5, 2026年1月5日, 20260105 or a sheet's serial number."""
        if isinstance(raw, datetime):
            raw = _in_shanghai(raw).date()
        if isinstance(raw, date):
            return _checked(raw.year, raw.month, raw.day, raw)
        if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
            day = from_serial(raw, date1904=date1904).date()
            return _checked(day.year, day.month, day.day, raw)
        day, rest = _split(raw)
        if rest:
            return read_moment(day, rest, raw).astimezone(SHANGHAI).date()
        return day

    def clean_column(self, raw: Sequence[Any], *, date1904: bool = False) -> CleanColumn:
        """As ``clean_value``; ``date1904`` is a property of the workbook."""
        if date1904:
            raw = [
                from_serial(item, date1904=True)
                if isinstance(item, int | float)
                and not isinstance(item, bool)
                and 0 <= item < 2957003
                else item
                for item in raw
            ]
        return super().clean_column(raw)

    def certain(self, item: Any) -> Any:
        """A day, or a text in ISO form."""
        if (
            type(item) is str
            and len(item) == 10
            and item[4] == "-" == item[7]
            and "18" <= item[:2] < "22"
        ):
            try:
                return date.fromisoformat(item)
            except ValueError:
                return None
        return item if type(item) is date and FIRST_YEAR <= item.year <= LAST_YEAR else None

    def display(self, value: Any) -> str:
        """ISO, as in tables over years."""
        return EMPTY_MARK if is_empty(value) else value.isoformat()

    def brief(self, value: Any, today: date) -> str:
        """For prose: 11月20日 this year, ISO otherwise."""
        if is_empty(value) or value.year != today.year:
            return self.display(value)
        return f"{value.day} {value:%b}" if english() else f"{value.month}月{value.day}日"

    def to_json(self, value: Any) -> Any:
        """ISO 8601."""
        return None if value is None else value.isoformat()

    def to_sheet(self, value: Any) -> Any:
        """A real date."""
        return value


def read_moment(day: date, text: str, raw: Any) -> datetime:
    """The moment of a day and a clock text; without a zone it is Shanghai's."""
    found = _CLOCK.fullmatch(text)
    if not found:
        raise refuse(_("应为时间，例如 2026-01-05 14:30，当前是“%(found)s”"), found=shown(raw))
    noon, hour, minute, second, fraction, zone = found.groups()
    hours = int(hour) + (12 if noon in {"下午", "晚上"} and int(hour) < 12 else 0)
    try:
        clock = time(
            hours, int(minute or 0), int(second or 0), int((fraction or "").ljust(6, "0") or 0)
        )
        if zone and zone.upper() != "Z":
            tz = datetime.strptime(zone.replace(":", ""), "%z").tzinfo
        else:
            tz = ZoneInfo("UTC") if zone else SHANGHAI
        return datetime.combine(day, clock, tz)
    except ValueError as error:
        raise refuse(_("没有这个时间：%(found)s"), found=shown(raw)) from error


class DateTime(Kind, models.DateTimeField):
    """A moment; read and shown in Asia/Shanghai."""

    operators: ClassVar[tuple[str, ...]] = ("gte", "lte", "quiet", "between", "empty")
    widget: ClassVar[str] = "datetime"
    lake: ClassVar[str] = "TIMESTAMPTZ"
    schema: ClassVar[dict[str, Any]] = {"type": "string", "format": "date-time"}

    def parse(self, raw: Any) -> datetime:
        """An aware moment; a bare day is its midnight."""
        if isinstance(raw, datetime):
            return _in_shanghai(raw)
        if isinstance(raw, date):
            _checked(raw.year, raw.month, raw.day, raw)
            return datetime.combine(raw, time(), SHANGHAI)
        if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
            return _in_shanghai(from_serial(raw))
        day, rest = _split(raw)
        return read_moment(day, rest or "0:00", raw)

    def display(self, value: Any) -> str:
        """To the minute, in Shanghai."""
        return EMPTY_MARK if is_empty(value) else f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"

    def to_json(self, value: Any) -> Any:
        """ISO 8601 with its offset."""
        return None if value is None else value.astimezone(SHANGHAI).isoformat()

    def to_sheet(self, value: Any) -> Any:
        """Shanghai's clock without a zone, as sheets want it."""
        return None if value is None else value.astimezone(SHANGHAI).replace(tzinfo=None)


class LunarDate(Kind, models.CharField):
    """A yearly day of the lunar calendar, stored as L10-15, in a leap month L06r-15."""

    operators: ClassVar[tuple[str, ...]] = ("is", "empty")
    widget: ClassVar[str] = "lunar"
    schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": "^L(0[1-9]|1[0-2])r?-(0[1-9]|[12][0-9]|30)$",
    }
    defaults: ClassVar[dict[str, Any]] = {"max_length": 7}

    def parse(self, raw: Any) -> str:
        """The stored form of 十月十五, 闰六月初三, 腊月三十, 农历10月15日, 10-15."""
        found = read_lunar_words(half_width(as_text(raw)))
        if not found:
            raise refuse(
                _("应为农历日期，例如 十月十五、闰六月初三，当前是“%(found)s”"), found=shown(raw)
            )
        month, day, leap = found
        return f"L{month:02d}{'r' if leap else ''}-{day:02d}"

    def display(self, value: Any) -> str:
        """十月十五; with 闰 for a leap month."""
        return EMPTY_MARK if is_empty(value) else lunar_words(*lunar_parts(value))

    @staticmethod
    def next_occurrence(value: str, on: date | None = None) -> date:
        """The Gregorian day, from ``on`` (today) onwards, on which the lunar day is kept."""
        start = on or timezone.localdate(timezone=SHANGHAI)
        days = (gregorian(value, start.year + step) for step in (-1, 0, 1))
        return next(day for day in days if day >= start)


def lunar_parts(value: str) -> tuple[int, int, bool]:
    """Month, day and whether the month is a leap one."""
    month, _dash, day = value[1:].partition("-")
    return int(month.removesuffix("r")), int(day), month.endswith("r")


def gregorian(value: str, lunar_year: int) -> date:
    """The Gregorian day of a lunar day in one lunar year, so that it is kept exactly once in each.

    A 30th in a month of 29 days is kept on its last day; a day of a leap month that the year lacks,
    in the ordinary month of that number.
    """
    month, day, leap = lunar_parts(value)
    return lunar_day(lunar_year, month, day, leap=leap)
