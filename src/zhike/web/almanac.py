"""The line under the greeting: date, lunar date, the next solar term or festival."""

import datetime as dt
import functools
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.chinese import almanac
from zhike.web import formats

HORIZON = 45


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
    named = [(when, almanac.FESTIVALS[code]) for when, code in almanac.festivals_between(day, last)]
    terms = [pair for year in (day.year, day.year + 1) for pair in almanac.solar_terms(year)]
    return min((pair for pair in (*terms, *named) if day <= pair[0] <= last), default=None)


def _ahead(day: dt.date, found: tuple[dt.date, str] | None) -> str:
    if found is None:
        return ""
    when, name = found
    if when == day:
        return _("今天是%s") % _(name)
    return _("距%(name)s %(days)s 天") % {"name": _(name), "days": (when - day).days}
