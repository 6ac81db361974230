"""The working calendar: a year's notice taken in as a whole, single days, weekly hours."""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.identity import journal
from zhike.identity.actions.notices import notify
from zhike.identity.events import CalendarChanged
from zhike.identity.holiday_file import BadFile, NamedDay, read_entries, read_file
from zhike.identity.models import CalendarDay, Notice
from zhike.identity.queries import administrators
from zhike.identity.queries.calendar import calendar_day, missing_years
from zhike.kernel.actions import authored, authorise, recorded, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.events import emit

FILE = Path(__file__).parent.parent / "data" / "holidays.yaml"
PAGE = "/settings/calendar/"
FIRST_YEAR, LAST_YEAR = 2000, 2100
TURN = dt.timedelta(days=31)  # a notice may name days of the neighbouring December and January


@cache
def bundled() -> dict[int, list[NamedDay]]:
    """Return the years that ship with the product."""
    found = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {int(year): read_entries(entries) for year, entries in found.items()}


def ensure_bundled_years() -> int:
    """Write the shipped years of which nothing is known yet; returns the number of days.

    Safe after every migration: a year that somebody took in, changed or emptied stays as it is.
    """
    by = SYSTEM(reason="bundled holidays")
    with recorded(by, "identity.ensure_bundled_years"):
        _one_at_a_time()
        known = set(CalendarDay.unscoped.values_list("year", flat=True))
        taken = set(CalendarDay.unscoped.filter(archived_at=None).values_list("day", flat=True))
        days = [
            (year, one)
            for year, year_days in bundled().items()
            for one in year_days
            if year not in known and one.day not in taken
        ]
        _insert(days, by)
    return len(days)


def take_in_year(
    year: int, name: str, content: bytes, *, by: Actor, replace: bool = False
) -> list[NamedDay]:
    """Take in a year's holidays from a file: all of it or nothing.

    Args:
        name: the file's name, whose ending tells JSON from CSV; replace: put the file in the place
            of what is known of the year.

    Raises:
        Forbidden; Invalid: every fault of the file, days of another year, days that stand in the
            calendar already, or a known year without ``replace``.
    """
    for verb in ("create", "archive"):
        authorise(by, CalendarDay.key(), verb)
    days = _checked(year, name, content)
    with recorded(by, "identity.take_in_year", reason=name):
        _one_at_a_time()
        old = CalendarDay.unscoped.filter(year=year, archived_at=None)
        if old.exists() and not replace:
            message = _("%d 年已经录入，要换成这份文件请勾选“替换”。") % year
            raise Invalid(fields={"replace": [message]})
        old.update(archived_at=timezone.now(), **authored(by))
        _refuse_taken(days)
        _insert([(year, one) for one in days], by)
        journal.note("calendar_year", by=by, details={"year": year, "days": len(days)})
        emit(CalendarChanged(year=year), by=by)
    return days


def _checked(year: int, name: str, content: bytes) -> list[NamedDay]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid(fields={"year": [_("年份应在 2000 到 2100 之间。")]})
    try:
        days = read_file(name, content)
    except BadFile as error:
        raise Invalid(fields={"file": error.faults}) from error
    first, last = dt.date(year, 1, 1) - TURN, dt.date(year, 12, 31) + TURN
    strange = [one.day for one in days if not first <= one.day <= last]
    if strange or not any(one.day.year == year for one in days):
        day = (strange or [days[0].day])[0]
        message = _("%(day)s 不属于 %(year)d 年的安排。") % {"day": day, "year": year}
        raise Invalid(fields={"file": [message]})
    return days


def _refuse_taken(days: list[NamedDay]) -> None:
    rows = CalendarDay.unscoped.filter(archived_at=None, day__in=[one.day for one in days])
    taken = [
        _("%(day)s 已登记为“%(name)s”，请先移除。") % {"day": row.day, "name": row.name}
        for row in rows.order_by("day")
    ]
    if taken:
        raise Invalid(fields={"file": taken[:20]})


def _insert(days: list[tuple[int, NamedDay]], by: Actor) -> None:
    now = timezone.now()
    rows = [
        CalendarDay(
            day=one.day,
            kind=CalendarDay.Kind.WORK if one.worked else CalendarDay.Kind.OFF,
            name=one.name,
            year=year,
            created_at=now,
            updated_at=now,
            created_by_id=by.user_id,
        )
        for year, one in days
    ]
    CalendarDay.unscoped.bulk_create(rows)


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7452)")


def set_calendar_day(day: dt.date, kind: str, name: str = "", *, by: Actor) -> CalendarDay | None:
    """Say of one day that it is off or worked, or with ``week`` that it follows the week again.

    Raises:
        Forbidden; Invalid: no name, or no such kind.
    """
    for verb in ("create", "change"):
        authorise(by, CalendarDay.key(), verb)
    if kind not in {*CalendarDay.Kind.values, "week"}:
        raise Invalid(fields={"kind": [_("请选择放假、调休上班或按周安排。")]})
    with recorded(by, "identity.set_calendar_day"):
        _one_at_a_time()
        return _set_day(day, kind, name, by)


def _set_day(day: dt.date, kind: str, name: str, by: Actor) -> CalendarDay | None:
    row = calendar_day(day)
    if kind == "week":
        if row is None:
            return None
        row.archived_at = timezone.now()
        changed = store(row, by=by, fields=["archived_at"])
    elif row is None:
        changed = store(CalendarDay(day=day, kind=kind, name=name), by=by)
    else:
        row.kind, row.name = kind, name
        changed = store(row, by=by, fields=["kind", "name"])
    journal.note("calendar_day", by=by, row=changed, details={"day": str(day), "kind": kind})
    emit(CalendarChanged(year=day.year), by=by)
    return changed


def tell_of_missing_years(on: dt.date | None = None) -> int:
    """Tell the system administrators once of every year that the calendar lacks."""
    by, told = SYSTEM(reason="working calendar"), 0
    with recorded(by, "identity.tell_of_missing_years"):
        for year in missing_years(on):
            url = f"{PAGE}?year={year}"
            people: Any = administrators("system").order_by("pk")
            informed = Notice.unscoped.filter(url=url).values("user_id")
            waiting = list(people.exclude(pk__in=informed).values_list("pk", flat=True))
            title = _("工作日历缺少 %d 年的节假日安排") % year
            body = _("未录入前，该年的期限只按周末休息计算。请在“工作日历”中上传。")
            told += notify(waiting, title, by=by, body=body, url=url, icon="calendar-event")
    return told
