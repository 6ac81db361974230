"""The company's calendar: taken in, changed, asked in Python and in SQL alike."""

import datetime as dt
import json

import pytest
from django.db import DataError, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.identity.world import BY, actor, person
from zhike.identity import queries
from zhike.identity.actions.calendar import (
    ensure_bundled_years,
    set_calendar_day,
    take_in_year,
    tell_of_missing_years,
)
from zhike.identity.models import CalendarDay, Notice, User, WorkWeek
from zhike.kernel.actions import create_record
from zhike.kernel.errors import Forbidden, Invalid
from zhike.kernel.registry import registry

pytestmark = pytest.mark.django_db
DAY = dt.date
PAGE = "/settings/calendar/"
NEXT = (
    "日期,名称,类型\n2027-01-01,元旦,放假\n2027-01-02,元旦,放假\n2027-01-03,元旦,放假\n"
    "2027-02-20,春节,调休上班\n"
)


@pytest.fixture
def years():
    ensure_bundled_years()


def browsing(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def sql(statement: str, *values: object) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {statement}", values)
        return cursor.fetchone()[0]


def test_bundled_years_are_written_once_and_never_against_a_person(years):
    count = CalendarDay.unscoped.count()
    assert ensure_bundled_years() == 0
    set_calendar_day(DAY(2026, 10, 10), "week", by=BY)
    assert ensure_bundled_years() == 0
    assert CalendarDay.unscoped.filter(archived_at=None).count() == count - 1
    assert not queries.is_working_day(DAY(2026, 10, 10))


def test_a_year_comes_in_whole_or_not_at_all(years):
    admin = actor(person("admin1", "system_administrator"))
    take_in_year(2027, "2027.csv", NEXT.encode(), by=admin)
    assert queries.is_working_day(DAY(2027, 2, 20))
    assert not queries.is_working_day(DAY(2027, 1, 1))
    before = set(CalendarDay.unscoped.values_list("pk", "archived_at"))
    for year, text, field in (
        (2027, NEXT, "replace"),
        (2028, NEXT, "file"),
        (2028, "日期,名称,类型\n2028-01-01,元旦,放假\n2028-01-01,元旦,放假\n", "file"),
        (1999, NEXT, "year"),
    ):
        with pytest.raises(Invalid) as refused:
            take_in_year(year, "a.csv", text.encode(), by=admin)
        assert field in refused.value.fields
    set_calendar_day(DAY(2028, 5, 20), "off", "厂庆", by=admin)
    text = "日期,名称,类型\n2028-01-01,元旦,放假\n2028-05-20,劳动节,放假\n"
    with pytest.raises(Invalid) as refused:
        take_in_year(2028, "a.csv", text.encode(), by=admin)
    assert "厂庆" in refused.value.fields["file"][0]
    assert before == set(CalendarDay.unscoped.exclude(name="厂庆").values_list("pk", "archived_at"))


def test_replacing_keeps_the_own_days_and_the_history(years):
    set_calendar_day(DAY(2026, 5, 20), "off", "厂庆", by=BY)
    take_in_year(2026, "a.json", json.dumps(
        [{"date": "2026-01-01", "name": "元旦", "isOffDay": True}]
    ).encode(), by=BY, replace=True)  # fmt: skip
    assert queries.is_working_day(DAY(2026, 10, 1))
    assert not queries.is_working_day(DAY(2026, 5, 20))
    assert CalendarDay.unscoped.filter(year=2026, archived_at__isnull=False).count() == 39


def test_only_administrators_change_it(years):
    sales = actor(person("sales1", "sales"))
    assert sales.may("identity.calendarday", "view")
    for call in (
        lambda: set_calendar_day(DAY(2026, 5, 20), "off", "厂庆", by=sales),
        lambda: take_in_year(2027, "a.csv", NEXT.encode(), by=sales),
    ):
        with pytest.raises(Forbidden):
            call()


def test_weekly_hours_with_dates(years, clock):
    six = dict.fromkeys(WorkWeek.DAYS[:6], "09:00-12:00") | {"valid_from": DAY(2026, 4, 1)}
    create_record(WorkWeek, {**six, "monday": "8:00—12:00、13:00-17:00"}, by=BY)
    assert WorkWeek.unscoped.get().monday == "08:00-12:00 13:00-17:00"
    assert not queries.is_working_day(DAY(2026, 3, 28))
    assert queries.is_working_day(DAY(2026, 4, 11))
    assert sql("zhike_is_working_day(%s)", DAY(2026, 4, 11)) is True
    zone = dt.timezone(dt.timedelta(hours=8))
    friday = dt.datetime(2026, 4, 10, 11, tzinfo=zone)
    assert queries.add_working_time(friday, 2) == dt.datetime(2026, 4, 11, 10, tzinfo=zone)
    for bad in (
        dict.fromkeys(WorkWeek.DAYS, ""),
        {"monday": "12:00-09:00"},
        {"monday": "八点到五点"},
    ):
        with pytest.raises(Invalid) as refused:
            create_record(WorkWeek, {"valid_from": DAY(2026, 6, 1), **bad}, by=BY)
        assert "monday" in refused.value.fields


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dates(DAY(2023, 12, 1), DAY(2027, 12, 1)), st.integers(-40, 40))
def test_sql_counts_as_python_does(years, day, count):
    calendar = queries.working_calendar()
    end = calendar.add_working_days(day, count)
    assert sql("zhike_add_working_days(%s, %s)", day, count) == end
    between = calendar.working_days_between(day, end)
    assert sql("zhike_working_days(%s, %s)", day, end) == between
    assert sql("zhike_is_working_day(%s)", day) is calendar.is_working_day(day)


def test_sql_with_nothing_and_too_much():
    assert sql("zhike_add_working_days(NULL, 3)") is None
    assert sql("zhike_working_days(NULL, NULL)") is None
    for text in (
        "zhike_add_working_days('infinity', 1)",
        "zhike_add_working_days('2026-01-01', 9999)",
    ):
        with pytest.raises(DataError), transaction.atomic():
            sql(text)


@pytest.mark.parametrize(
    ("today", "known", "missing"),
    [
        (DAY(2026, 10, 31), (2026,), []),
        (DAY(2026, 11, 1), (2026,), [2027]),
        (DAY(2026, 11, 1), (2026, 2027), []),
        (DAY(2027, 1, 1), (2026,), [2027]),
        (DAY(2027, 12, 1), (2026,), [2027, 2028]),
    ],
)
def test_when_a_year_is_missed(today, known, missing):
    policy = registry.policies["identity.calendar_coverage"]
    decision = policy.decide(policy.Facts(today=today, known_years=known), policy.default())
    assert decision.outcome == missing
    assert decision.reasons


def test_administrators_are_told_once(years):
    admin, sales = person("admin1", "system_administrator"), person("sales1", "sales")
    assert tell_of_missing_years(DAY(2026, 10, 31)) == 0
    assert tell_of_missing_years(DAY(2026, 11, 1)) == 1
    assert tell_of_missing_years(DAY(2026, 11, 2)) == 0
    notice = Notice.unscoped.get(user=admin)
    assert "2027" in notice.title
    assert not Notice.unscoped.filter(user=sales).exists()


def test_the_page(years, clock):
    browser = browsing(person("admin1", "system_administrator"))
    page = browser.get(PAGE).content.decode()
    assert "2026 年工作日历" in page
    assert "工作日 248 天" in page
    assert "还没有录入" not in page
    assert "没有录入" in browser.get(f"{PAGE}?year=2031").content.decode()
    for strange in ("?year=99999", "?year=x", "?day=2026-02-30", "?day=9999-01-01"):
        assert browser.get(PAGE + strange).status_code == 200
    answer = browser.post(PAGE, {"do": "day", "day": "2026-05-20", "kind": "off", "name": "厂庆"})
    assert answer.status_code == 302
    assert "厂庆" in browser.get(f"{PAGE}?day=2026-05-20").content.decode()
    assert browser.post(PAGE, {"do": "day", "day": "2026-05-21", "kind": "off"}).status_code == 422
    week = {"do": "week", "valid_from": "2026-04-01", "monday": "9-5"}
    assert "08:30-12:00 13:30-17:30" in browser.post(PAGE, week).content.decode()
    clock.move_to(dt.datetime(2026, 11, 1, 4, tzinfo=dt.UTC))
    browser = browsing(person("admin2", "system_administrator"))
    assert "2027 年的节假日安排还没有录入" in browser.get(PAGE).content.decode()


def test_a_file_through_the_page(years, clock, tmp_path):
    browser = browsing(person("admin1", "system_administrator"))
    path = tmp_path / "2027.csv"
    path.write_text(NEXT, "utf-8")
    with path.open("rb") as file:
        answer = browser.post(PAGE, {"do": "year", "year": "2027", "file": file})
    assert answer["Location"] == f"{PAGE}?year=2027"
    path.write_text(NEXT + "2027-01-01,元旦,放假\n2027-13-01,元旦,放假\n", "utf-8")
    with path.open("rb") as file:
        answer = browser.post(PAGE, {"do": "year", "year": "2028", "file": file})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "重复" in text
    assert "第 6 项" in text


def test_others_read_the_page(years, clock):
    page = browsing(person("sales1", "sales")).get(PAGE).content.decode()
    assert "2026 年工作日历" in page
    assert 'name="do"' not in page
