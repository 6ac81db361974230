"""The days of the lunar calendar in words: 十月十五, 闰六月初三, 腊月三十."""

import re

_DIGITS = "〇一二三四五六七八九"
_DAYS = [
    "", *(f"初{d}" for d in "一二三四五六七八九十"), *(f"十{d}" for d in "一二三四五六七八九"),
    "二十", *(f"廿{d}" for d in "一二三四五六七八九"), "三十",
]  # fmt: skip
_MONTHS = ["", "正月", *(f"{d}月" for d in "二三四五六七八九十"), "冬月", "腊月"]
_MONTH_WORDS = {
    **{name: n for n, name in enumerate(_MONTHS) if name},
    "一月": 1,
    "十一月": 11,
    "十二月": 12,
}
_DAY_WORDS = {
    **{name: n for n, name in enumerate(_DAYS) if name},
    **{f"二十{d}": 20 + n for n, d in enumerate("一二三四五六七八九", 1)},
    **{d: n for n, d in enumerate(_DIGITS) if n}, "十": 10, "廿": 20,
}  # fmt: skip
_LUNAR = re.compile(
    r"(?:农历|阴历|L)?(闰)?(?:(\d{1,2})(r?)[-/.](\d{1,2})|(\d{1,2}月|[^\d闰]{1,3}月)(.{1,3}?)[日号]?)"
)


def lunar_words(month: int, day: int, leap: bool) -> str:
    """Return 十月十五; with 闰 for a leap month."""
    return f"{'闰' if leap else ''}{_MONTHS[month]}{_DAYS[day]}"


def read_lunar_words(text: str) -> tuple[int, int, bool] | None:
    """Return month, day and whether the month is a leap one; None for what is no lunar day.

    Also reads 农历10月15日, 10-15 and the stored form L06r-15.
    """
    found = _LUNAR.fullmatch(text.replace(" ", ""))
    if not found:
        return None
    leap, m1, mark, d1, m2, d2 = found.groups()
    month = int(m1) if m1 else _MONTH_WORDS.get(m2) or _number(m2.removesuffix("月"))
    day = int(d1) if d1 else _DAY_WORDS.get(d2) or _number(d2)
    fits = 1 <= month <= 12 and 1 <= day <= 30
    return (month, day, bool(leap or mark)) if fits else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
