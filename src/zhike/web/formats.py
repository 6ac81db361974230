"""How numbers, money, dates and spans of time are written, in Chinese and in English.

Every function takes plain values and returns plain text in the active language (``¥386.4万``,
``¥3.86M``). ``None`` gives an em dash. Moments are shown in the current time zone. Source of the
rules: the user interface design, section "Formats".
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

NONE = "—"
MINUS = "\u2212"
_WAN, _YI = Decimal(10_000), Decimal(100_000_000)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "JP¥", "HKD": "HK$"}

WELL_KEPT, BARELY_KEPT = 0.95, 0.8  # where a bar changes its colour; nothing is decided by them

Number = int | float | Decimal


def is_english() -> bool:
    """Whether the active language is English."""
    return (translation.get_language() or "").startswith("en")


def _decimal(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _round(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def number(value: Number | None, places: int | None = None) -> str:
    """Group thousands and write a real minus: ``1,284``, ``−0.1``.

    Args:
        value: the number, or None for a dash.
        places: decimals to show; None keeps those the value has, without trailing zeros.
    """
    if value is None:
        return NONE
    exact = _decimal(value)
    if places is not None:
        text = f"{_round(exact, places):,f}"
    else:
        text = f"{exact:,f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
    if not text.strip("-0.,"):  # a rounded "-0.0" is nought
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def money(value: Number | None, currency: str = "CNY") -> str:
    """Money in tables and forms: ``¥3,864,000``; two decimals only where there are any."""
    if value is None:
        return NONE
    rounded = _round(_decimal(value), 2)
    places = 0 if rounded == rounded.to_integral_value() else 2
    text = number(abs(rounded), places)
    symbol = _SYMBOLS.get(currency, f"{currency} ")
    return f"{MINUS if rounded < 0 else ''}{symbol}{text}"


def money_parts(value: Number | None, currency: str = "CNY") -> tuple[str, str]:
    """Money in summaries as (figure, unit), the unit may be empty: ``("¥386.4", "万")``."""
    if value is None:
        return NONE, ""
    exact = _decimal(value)
    sign = MINUS if exact < 0 else ""
    symbol = sign + _SYMBOLS.get(currency, f"{currency} ")
    size = abs(exact)
    steps = (
        ((Decimal(10) ** 9, "B", 2), (Decimal(10) ** 6, "M", 2), (Decimal(1000), "K", 1))
        if is_english()
        else ((_YI, "亿", 1), (_WAN, "万", 1))
    )
    for index, (unit, name, places) in enumerate(steps):
        scaled = _round(size / unit, places)
        # 99,999,999 rounds up to 10,000.0万, which is written 1.0亿.
        below = steps[index + 1] if index + 1 < len(steps) else None
        reached = below is not None and _round(size / below[0], below[2]) * below[0] >= unit
        if size >= unit or reached:
            return f"{symbol}{number(scaled, places)}", name
    return money(value, currency), ""


def money_short(value: Number | None, currency: str = "CNY") -> str:
    """Money in summaries: ``¥386.4万``, below 1 万 in full; English ``¥412.5K``, ``¥3.86M``."""
    figure, unit = money_parts(value, currency)
    return f"{figure}{unit}"


def percent(ratio: Number | None, places: int = 1) -> str:
    """A ratio as a percentage: ``0.864`` gives ``86.4%``."""
    return NONE if ratio is None else f"{number(_decimal(ratio) * 100, places)}%"


def tone_kept(share: float) -> str:
    """The tone of a share of work done in time: calm, watch or act."""
    return "zq" if share >= WELL_KEPT else "hu" if share >= BARELY_KEPT else "zhu"


def delta(value: Number | None, places: int | None = None, unit: str = "") -> str:
    """A change with its sign: ``+8``, ``−0.1``, ``0``."""
    if value is None:
        return NONE
    text = number(value, places)
    return f"{'+' if _decimal(value) > 0 and text.strip('0.,') else ''}{text}{unit}"


def trend(ratio: Number | None, places: int = 1) -> str:
    """A relative change with an arrow: ``0.126`` gives ``↑ 12.6%``.

    Whether that is good is for the caller to say.
    """
    if ratio is None:
        return NONE
    exact = _decimal(ratio)
    arrow = "↑ " if exact > 0 else "↓ " if exact < 0 else ""
    return f"{arrow}{percent(abs(exact), places)}"


def quantity(value: Number | None, unit: str, places: int | None = None) -> str:
    """A quantity with its unit after a space: ``28.4 吨``."""
    return NONE if value is None else f"{number(value, places)} {unit}"


_WEEKDAYS = (
    lazy("周一"), lazy("周二"), lazy("周三"), lazy("周四"), lazy("周五"), lazy("周六"),
    lazy("周日"),
)  # fmt: skip


def weekday(value: date) -> str:
    """Day of the week in short: ``周五``, ``Fri``."""
    return str(_WEEKDAYS[value.weekday()])


def _local(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def month_day(value: date, *, english: bool | None = None) -> str:
    """Month and day: ``11月20日``, ``20 Nov``; who writes many tells the language."""
    if is_english() if english is None else english:
        return f"{value.day} {_MONTHS[value.month - 1]}"
    return f"{value.month}月{value.day}日"


def day(
    value: date | datetime | None, *, with_weekday: bool = False, today: date | None = None
) -> str:
    """A date: ``11月20日`` in this year, else ``2025-11-20``; with the weekday when planning."""
    if value is None:
        return NONE
    local = _local(value)
    today = today or timezone.localdate()
    text = month_day(local) if local.year == today.year else local.isoformat()
    return f"{text} {weekday(local)}" if with_weekday else text


def iso_day(value: date | datetime | None) -> str:
    """A date for tables over years and for export: ``2026-11-20``."""
    return NONE if value is None else _local(value).isoformat()


def stamp(value: datetime | None) -> str:
    """The full moment, shown on hover: ``2026-11-20 16:20:05``."""
    return NONE if value is None else f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"


def _days(count: int) -> str:
    return _("%(count)d 天") % {"count": count}


def _hours(count: int) -> str:
    return _("%(count)d 小时") % {"count": count}


def _minutes(count: int) -> str:
    return _("%(count)d 分钟") % {"count": count}


class Moments:
    """``ago`` for all the moments of a page: clock, zone and words are read once."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or timezone.now()
        self._zone = timezone.get_current_timezone()
        self._today = self.now.astimezone(self._zone).date()
        self._english = is_english()
        self._on_day = {0: _("今天 %(time)s"), 1: _("昨天 %(time)s")}
        self._days: dict[date, str] = {}

    def local(self, moment: datetime) -> datetime:
        """The moment on the clock of the page."""
        return moment.astimezone(self._zone)

    def ago(self, local: datetime) -> str:
        """Minutes up to an hour, today and yesterday with time, days up to 7, then the date.

        A moment in the future (a clock that runs ahead) is written as today's time or as its date.
        """
        on = local.date()
        if on in self._days:
            return self._days[on]
        days = (self._today - on).days
        if days in self._on_day:
            return self._recent(local) or self._on_day[days] % {
                "time": f"{local.hour:02d}:{local.minute:02d}"
            }
        if 1 < days <= 7:
            text = _("%(span)s前") % {"span": _days(days)}
        elif on.year == self._today.year:
            text = month_day(on, english=self._english)
        else:
            text = on.isoformat()
        self._days[on] = text
        return text

    def _recent(self, local: datetime) -> str:
        passed = self.now - local
        if not timedelta(0) <= passed < timedelta(hours=1):
            return ""
        minutes = passed // timedelta(minutes=1)
        return _("%(span)s前") % {"span": _minutes(minutes)} if minutes else _("刚刚")


def ago(moment: datetime | None, *, now: datetime | None = None) -> str:
    """A past moment in words, as ``Moments.ago`` writes it."""
    if moment is None:
        return NONE
    moments = Moments(now)
    return moments.ago(moments.local(moment))


def clock(span: timedelta) -> str:
    """A span as a clock: ``03:18:42``; the sign is dropped."""
    seconds = int(abs(span).total_seconds())
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def left(deadline: datetime | None, *, now: datetime | None = None) -> str:
    """Time left or overdue: ``剩 03:18:42`` under 24 h, ``剩 28 天``, ``逾期 3 小时``."""
    if deadline is None:
        return NONE
    span = deadline - (now or timezone.now())
    if span >= timedelta(days=1):
        return _("剩 %(span)s") % {"span": _days(span // timedelta(days=1))}
    if span >= timedelta(0):
        return _("剩 %(span)s") % {"span": clock(span)}
    late = -span
    if late >= timedelta(days=1):
        text = _days(late // timedelta(days=1))
    elif late >= timedelta(hours=1):
        text = _hours(late // timedelta(hours=1))
    else:
        text = _minutes(max(1, late // timedelta(minutes=1)))
    return _("逾期 %(span)s") % {"span": text}


def days_left(until: date | None, *, today: date | None = None) -> str:
    """Days to a date: ``剩 28 天``, ``今天``, ``逾期 2 天``."""
    if until is None:
        return NONE
    days = (until - (today or timezone.localdate())).days
    if days == 0:
        return _("今天")
    return (_("剩 %(span)s") if days > 0 else _("逾期 %(span)s")) % {"span": _days(abs(days))}


def urgency(deadline: datetime, started: datetime, *, now: datetime | None = None) -> str:
    """Colour of a clock: ``"soon"`` at 25 % left or less, ``"late"`` at 10 % or less, else ""."""
    now = now or timezone.now()
    remaining, whole = deadline - now, deadline - started
    if remaining <= timedelta(0) or (whole > timedelta(0) and remaining <= whole * 0.1):
        return "late"
    return "soon" if whole > timedelta(0) and remaining <= whole * 0.25 else ""


def lunar(value: date | datetime | None, *, today: date | None = None) -> str:
    """Lunar date first, Gregorian in brackets: ``十月十五（11月23日）``; a leap month has 闰."""
    if value is None:
        return NONE
    from lunar_python import Solar

    local = _local(value)
    then = Solar.fromYmd(local.year, local.month, local.day).getLunar()
    gregorian = day(local, today=today)
    lunar_text = f"{then.getMonthInChinese()}月{then.getDayInChinese()}"
    return f"{lunar_text} ({gregorian})" if is_english() else f"{lunar_text}（{gregorian}）"


def file_size(size: int | None) -> str:
    """A file size: ``820 B``, ``1.8 MB``."""
    if size is None:
        return NONE
    if size < 1024:
        return f"{size} B"
    scaled, unit = Decimal(size), "B"
    for unit in ("KB", "MB", "GB", "TB"):  # noqa: B007 - the last unit is used after the loop
        scaled /= 1024
        if _round(scaled, 1) < 1024:
            break
    return f"{number(scaled, 1)} {unit}"
