"""Yearly dates: each year exactly once, whatever the calendar lacks (LOY-012)."""

import datetime as dt
import itertools
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.chinese.almanac import (
    Keeping,
    festivals_between,
    kept_between,
    lunar_day,
    lunar_months,
    solar_day,
)
from zhike.kernel.kinds.dates import LunarDate, gregorian

pytestmark = pytest.mark.requirement("LOY-012")
turns = st.sampled_from(["before", "after"])
keepings = st.builds(Keeping, turns, turns, turns)
lunar = st.tuples(st.integers(1, 12), st.integers(1, 30), st.booleans())


@pytest.mark.parametrize(
    ("year", "month", "day", "leap", "expected"),
    [
        (2023, 2, 15, False, "2023-03-06"),
        (2023, 2, 15, True, "2023-04-05"),  # 2023 has a leap second month
        (2024, 2, 15, True, "2024-03-24"),  # 2024 has none: kept in the ordinary one
        (2025, 6, 3, True, "2025-07-27"),
        (2026, 1, 1, False, "2026-02-17"),
        (2023, 12, 30, False, "2024-02-09"),
        (2024, 12, 30, False, "2025-01-28"),  # a month of 29 days: its last day
        (2025, 8, 15, False, "2025-10-06"),
    ],
)
def test_known_days(year, month, day, leap, expected):
    assert lunar_day(year, month, day, leap=leap).isoformat() == expected


def test_the_other_way_of_keeping():
    after = Keeping("after", "after", "after")
    assert lunar_day(2024, 12, 30, keeping=after) == dt.date(2025, 1, 29)  # New Year's day
    assert lunar_day(2024, 2, 15, leap=True, keeping=after) == lunar_day(2024, 3, 15)
    assert solar_day(2025, 2, 29) == dt.date(2025, 2, 28)
    assert solar_day(2025, 2, 29, after) == dt.date(2025, 3, 1)
    assert solar_day(2024, 2, 29, after) == dt.date(2024, 2, 29)


@given(st.integers(1905, 2095))
@settings(max_examples=40, deadline=None)
def test_months_join_without_a_gap(year):
    months = [*lunar_months(year), *lunar_months(year + 1)[:1]]
    assert len(months) - 1 in (12, 13)
    for month, following in itertools.pairwise(months):
        assert month.days in (29, 30)
        assert month.first + dt.timedelta(days=month.days) == following.first


@given(st.integers(1905, 2090), lunar, keepings)
@settings(max_examples=60, deadline=None)
def test_a_lunar_birthday_comes_once_in_each_lunar_year_in_order(year, date, keeping):
    month, day, leap = date
    days = [lunar_day(y, month, day, leap=leap, keeping=keeping) for y in range(year, year + 6)]
    gaps = [(b - a).days for a, b in itertools.pairwise(days)]
    assert all(320 <= gap <= 415 for gap in gaps), gaps


@given(st.dates(dt.date(1990, 1, 1), dt.date(2080, 1, 1)), lunar, keepings)
@settings(max_examples=8, deadline=None)
def test_windows_side_by_side_never_miss_nor_repeat(start, date, keeping):
    """Four years in windows of unequal length find what each year has to have: once, not twice."""
    month, day, leap = date
    key = f"L{month:02d}{'r' if leap else ''}-{day:02d}"
    found, at, length = Counter(), start, 50
    end = start + dt.timedelta(days=4 * 366)
    while at < end:
        until = min(at + dt.timedelta(days=length - 1), end)
        found.update(one for one in kept_between(at, until, keeping) if one[1] == key)
        at, length = until + dt.timedelta(days=1), length + 37
    wanted = {
        lunar_day(y, month, day, leap=leap, keeping=keeping)
        for y in range(start.year - 1, end.year + 1)
    }
    assert set(found) == {(one, key) for one in wanted if start <= one <= end}
    assert set(found.values()) <= {1}


@given(st.integers(1990, 2080), keepings)
@settings(max_examples=10, deadline=None)
def test_every_solar_birthday_is_kept_once_in_a_year(year, keeping):
    kept = kept_between(dt.date(year, 1, 1), dt.date(year, 12, 31), keeping)
    counted = Counter(key for _day, key in kept if not key.startswith("L"))
    assert len(counted) == 366
    assert set(counted.values()) == {1}


def test_the_kind_and_the_calendar_agree():
    assert gregorian("L06r-15", 2025) == lunar_day(2025, 6, 15, leap=True)
    assert LunarDate.next_occurrence("L12-30", dt.date(2025, 1, 29)) == dt.date(2026, 2, 16)


@pytest.mark.requirement("LOY-013")
def test_festivals_in_order():
    found = festivals_between(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert found == sorted(found)
    named = {code: day.isoformat() for day, code in found}
    assert named["spring"] == "2026-02-17"
    assert named["dragon_boat"] == "2026-06-19"
    assert named["mid_autumn"] == "2026-09-25"
    assert named["laba"] == "2026-01-26"
    assert named["national"] == "2026-10-01"
