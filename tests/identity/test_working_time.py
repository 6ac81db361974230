"""Counting in working days and hours, without a database."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.identity.actions.calendar import bundled
from zhike.identity.holiday_file import BadFile, read_file
from zhike.identity.working_time import WorkingCalendar, read_periods, write_periods

DAY = dt.date
CALENDAR = WorkingCalendar(
    {one.day: one.worked for days in bundled().values() for one in days},
    years=frozenset(bundled()),
)
SHANGHAI = ZoneInfo("Asia/Shanghai")
days = st.dates(DAY(2023, 12, 1), DAY(2027, 3, 1))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (DAY(2026, 2, 14), True),  # a Saturday, worked for the Spring Festival
        (DAY(2026, 2, 15), False),
        (DAY(2026, 2, 23), False),
        (DAY(2026, 2, 24), True),
        (DAY(2026, 9, 20), True),
        (DAY(2026, 10, 8), True),
        (DAY(2025, 10, 8), False),
        (DAY(2024, 2, 9), True),  # the eve was worked that year
        (DAY(2027, 10, 1), True),  # unknown year: a Friday like any other
        (DAY(2027, 10, 2), False),
    ],
)
def test_bundled_years(day, worked):
    assert CALENDAR.is_working_day(day) is worked


def test_working_days_of_the_bundled_years():
    # 2024: 366 days, 251 worked; 2025: 248; 2026: 248.
    found = [
        sum(CALENDAR.is_working_day(DAY(year, 1, 1) + dt.timedelta(n)) for n in range(length))
        for year, length in ((2024, 366), (2025, 365), (2026, 365))
    ]
    assert found == [251, 248, 248]


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (DAY(2026, 2, 13), 1, DAY(2026, 2, 14)),
        (DAY(2026, 2, 13), 2, DAY(2026, 2, 24)),
        (DAY(2026, 2, 24), -1, DAY(2026, 2, 14)),
        (DAY(2026, 10, 1), 0, DAY(2026, 10, 8)),
        (DAY(2026, 10, 8), 0, DAY(2026, 10, 8)),
        (DAY(2026, 11, 20), 3, DAY(2026, 11, 25)),
    ],
)
def test_adding(start, count, end):
    assert CALENDAR.add_working_days(start, count) == end


@given(days, st.integers(-60, 60).filter(bool))
def test_between_is_the_inverse_of_adding(start, count):
    end = CALENDAR.add_working_days(start, count)
    assert CALENDAR.is_working_day(end)
    assert CALENDAR.working_days_between(start, end) == count


@given(days, days, days)
def test_between_adds_up(a, b, c):
    between = CALENDAR.working_days_between
    if a <= b <= c:
        assert between(a, b) + between(b, c) == between(a, c)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-04T09:00", 1, "2026-03-04T10:00"),
        ("2026-03-04T11:30", 1, "2026-03-04T14:00"),
        ("2026-03-04T12:10", 0.5, "2026-03-04T14:00"),
        ("2026-03-04T17:00", 1, "2026-03-05T09:00"),
        ("2026-03-06T17:30", 4, "2026-03-09T14:00"),
        ("2026-02-14T16:30", 2, "2026-02-24T09:30"),
        ("2026-02-16T10:00", 3.5, "2026-02-24T12:00"),
        ("2026-03-04T20:00", 0, "2026-03-04T20:00"),
    ],
)
def test_hours_run_within_the_periods(start, hours, end):
    assert CALENDAR.add_working_time(at(start), hours) == at(end)


@given(
    st.datetimes(dt.datetime(2025, 12, 1), dt.datetime(2026, 12, 1)),  # noqa: DTZ001
    st.integers(1, 200),
    st.integers(1, 200),
)
def test_hours_add_up(moment, first, second):
    moment = moment.replace(tzinfo=SHANGHAI)
    step = CALENDAR.add_working_time(moment, first / 4)
    both = CALENDAR.add_working_time(moment, (first + second) / 4)
    assert CALENDAR.add_working_time(step, second / 4) == both


@pytest.mark.parametrize("count", [5_001, -5_001])
def test_endless_counts_are_refused(count):
    with pytest.raises(ValueError):
        CALENDAR.add_working_days(DAY(2026, 1, 1), count)
    with pytest.raises(ValueError):
        CALENDAR.add_working_time(at("2026-01-01T09:00"), count)


def test_periods_are_read_and_written():
    assert write_periods(read_periods("8:30 - 12：00，13:30–17:30")) == "08:30-12:00 13:30-17:30"
    assert read_periods("") == ()
    for bad in ("9-12", "12:00-09:00", "08:00-12:00 11:00-13:00", "25:00-26:00", "周一"):
        with pytest.raises(ValueError):
            read_periods(bad)


GOOD = '{"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}'


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [
        ("a.json", GOOD, 1),
        ("a.json", '[{"from":"2027-10-01","to":"2027-10-07","name":"国庆节","kind":"off"}]', 7),
        ("a.csv", "日期,名称,类型\n2027-01-01,元旦,放假\n2027-01-09,元旦,调休上班\n", 2),
        ("a.csv", "date,name,is_off_day\n2027-01-01,New Year,True\n", 1),
        ("a.csv", "开始,结束,名称,类型\n2027/2/5,2027/2/11,春节,休\n", 7),
    ],
)
def test_files_are_read(name, text, count):
    assert len(read_file(name, text.encode())) == count
    assert len(read_file(name, text.encode("gb18030"))) == count


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("a.csv", "日期,名称,类型\n2027-01-01,元旦,放假\n2027-01-01,元旦,放假\n", "重复"),
        ("a.csv", "开始,结束,名称,类型\n2027-01-01,2027-01-03,元旦,放假\n2027-01-03,,节,班\n", "重复"),
        ("a.csv", "日期,名称,类型\n2027-02-30,元旦,放假\n", "没有这一天"),
        ("a.csv", "日期,名称,类型\n2027-01-01,元旦,半天\n", "类型应为"),
        ("a.csv", "日期,名称,类型\n2027-01-01,,放假\n", "名称应为"),
        ("a.csv", "开始,结束,名称,类型\n2027-01-03,2027-01-01,元旦,放假\n", "31 天内"),
        ("a.csv", "开始,结束,名称,类型\n2027-01-01,2099-01-01,元旦,放假\n", "31 天内"),
        ("a.csv", "a,b\n1,2\n", "首行"),
        ("a.csv", "", "首行"),
        ("a.csv", "日期,名称,类型\n", "没有日期"),
        ("a.json", "{", "JSON"),
        ("a.json", "[1]", "列表"),
        ("a.json", "[" * 5_000, "JSON"),
        ("a.csv", "x" * 300_000, "256 KB"),
    ],
)  # fmt: skip
def test_bad_files_are_named(name, text, word):
    with pytest.raises(BadFile) as refused:
        read_file(name, text.encode())
    assert word in str(refused.value)
