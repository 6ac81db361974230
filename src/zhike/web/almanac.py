"""The line under the greeting: date, lunar date, the next solar term or festival."""

import datetime as dt
import functools
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.web import formats

HORIZON = 45
LEGAL = {
    (1, 1): "春节",
    (1, 15): "元宵节",
    (5, 5): "端午节",
    (7, 7): "七夕",
    (8, 15): "中秋节",
    (9, 9): "重阳节",
    (12, 8): "腊八节",
}
SOLAR = {(1, 1): "元旦", (5, 1): "劳动节", (10, 1): "国庆节"}


@dataclass(frozen=True, slots=True)
class Today:
    """What stands under the greeting."""

    greeting: str
    date: str
    lunar: str
    ahead: str
    short: str


def greeting(now: dt.datetime) -> str:
    """Return the greeting of the hour."""
    hour = timezone.localtime(now).hour
    if hour < 5:
        return _("夜深了")
    if hour < 11:
        return _("早上好")
    if hour < 13:
        return _("中午好")
    return _("下午好") if hour < 18 else _("晚上好")


def today(now: dt.datetime | None = None) -> Today:
    """Return the line of this moment."""
    moment = now or timezone.now()
    day = timezone.localtime(moment).date()
    year, month_day, ahead = _looked_up(day)
    weekday = f"{day.year}年{day.month}月{day.day}日 {_long_weekday(day)}"
    if formats.is_english():
        weekday = f"{day:%A}, {day.day} {day:%B %Y}"
    return Today(
        greeting(moment),
        weekday,
        _("农历%(year)s年%(day)s") % {"year": year, "day": month_day},
        _ahead(day, ahead),
        f"{formats.day(day, with_weekday=True)} · " + _("农历%s") % month_day,
    )


def _long_weekday(day: dt.date) -> str:
    return "星期" + "一二三四五六日"[day.weekday()]


@functools.lru_cache(maxsize=8)
def _looked_up(day: dt.date) -> tuple[str, str, tuple[dt.date, str] | None]:
    """Return year, month and day of the lunar calendar, and what comes next: slow, so kept."""
    from lunar_python import Solar

    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    month_day = f"{lunar.getMonthInChinese()}月{lunar.getDayInChinese()}"
    return lunar.getYearInGanZhi(), month_day, coming(day)


def coming(day: dt.date) -> tuple[dt.date, str] | None:
    """Return the nearest solar term or festival from a day on, None if none is near."""
    last = day + dt.timedelta(days=HORIZON)
    near = [pair for pair in (*_terms(day), *_festivals(day)) if day <= pair[0] <= last]
    return min(near, default=None)


def _ahead(day: dt.date, found: tuple[dt.date, str] | None) -> str:
    if found is None:
        return ""
    when, name = found
    if when == day:
        return _("今天是%s") % _(name)
    return _("距%(name)s %(days)s 天") % {"name": _(name), "days": (when - day).days}


def _terms(day: dt.date) -> list[tuple[dt.date, str]]:
    from lunar_python import Solar

    found = []
    for year in (day.year, day.year + 1):
        table = Solar.fromYmd(year, 6, 1).getLunar().getJieQiTable()
        for name, at in table.items():
            if not name.isascii():
                found.append((dt.date(at.getYear(), at.getMonth(), at.getDay()), name))
    return found


def _festivals(day: dt.date) -> list[tuple[dt.date, str]]:
    from lunar_python import Lunar

    found = []
    for year in (day.year - 1, day.year, day.year + 1):
        for (month, number), name in LEGAL.items():
            at = Lunar.fromYmd(year, month, number).getSolar()
            found.append((dt.date(at.getYear(), at.getMonth(), at.getDay()), name))
        found += [(dt.date(year, month, number), name) for (month, number), name in SOLAR.items()]
    return found
