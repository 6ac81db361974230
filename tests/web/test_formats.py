"""Numbers, money, dates and spans in both languages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from zhike.web import formats, monogram

# 2026-11-20 15:00 in Shanghai, a Friday.
NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def shanghai():
    with timezone.override("Asia/Shanghai"), translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        (0, "¥0"),
        (3864000, "¥3,864,000"),
        (Decimal("1280.50"), "¥1,280.50"),
        (Decimal("-12.3"), "−¥12.30"),
        (Decimal("0.004"), "¥0"),
    ],
)
def test_money_in_tables(value, text):
    assert formats.money(value) == text


def test_other_currencies_keep_their_sign():
    assert formats.money(1200, "USD") == "$1,200"
    assert formats.money(1200, "CHF") == "CHF 1,200"


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (9_999, "¥9,999", "¥10.0K"),
        (Decimal("9999.99"), "¥9,999.99", "¥10.0K"),
        (412_500, "¥41.3万", "¥412.5K"),
        (3_864_000, "¥386.4万", "¥3.86M"),
        (99_999_999, "¥1.0亿", "¥100.00M"),
        (124_000_000, "¥1.2亿", "¥124.00M"),
        (999_999, "¥100.0万", "¥1.00M"),
        (-3_864_000, "−¥386.4万", "−¥3.86M"),
        (860, "¥860", "¥860"),
        (None, "—", "—"),
    ],
)
def test_money_in_summaries(value, chinese, english):
    assert formats.money_short(value) == chinese
    with translation.override("en"):
        assert formats.money_short(value) == english


def test_money_parts_separate_the_unit():
    assert formats.money_parts(3_864_000) == ("¥386.4", "万")
    assert formats.money_parts(None) == ("—", "")


def test_numbers_have_a_real_minus_and_no_negative_nought():
    assert formats.number(1284) == "1,284"
    assert formats.number(Decimal("28.40")) == "28.4"
    assert formats.number(-0.1) == "−0.1"
    assert formats.number(-0.04, 1) == "0.0"
    assert formats.percent(0.864) == "86.4%"
    assert formats.delta(8) == "+8"
    assert formats.delta(0) == "0"
    assert formats.trend(0.126) == "↑ 12.6%"
    assert formats.trend(-0.126) == "↓ 12.6%"
    assert formats.quantity(Decimal("28.4"), "吨") == "28.4 吨"


def test_dates():
    assert formats.day(date(2026, 11, 20), today=TODAY) == "11月20日"
    assert formats.day(date(2026, 11, 20), with_weekday=True, today=TODAY) == "11月20日 周五"
    assert formats.day(date(2025, 11, 20), today=TODAY) == "2025-11-20"
    assert formats.iso_day(datetime(2026, 11, 19, 17, 0, tzinfo=UTC)) == "2026-11-20"
    assert formats.stamp(NOW) == "2026-11-20 15:00:00"
    assert formats.day(None) == "—"
    with translation.override("en"):
        assert formats.day(date(2026, 11, 20), today=TODAY) == "20 Nov"


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (timedelta(seconds=20), "刚刚"),
        (timedelta(minutes=41), "41 分钟前"),
        (timedelta(minutes=59, seconds=59), "59 分钟前"),
        (timedelta(hours=2), "今天 13:00"),
        (timedelta(hours=22, minutes=40), "昨天 16:20"),
        (timedelta(days=7), "7 天前"),
        (timedelta(days=8), "11月12日"),
        (timedelta(days=400), "2025-10-16"),
        (timedelta(minutes=-5), "今天 15:05"),
    ],
)
def test_past_moments(before, text):
    assert formats.ago(NOW - before, now=NOW) == text


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(hours=3, minutes=18, seconds=42), "剩 03:18:42"),
        (timedelta(days=28, hours=3), "剩 28 天"),
        (timedelta(0), "剩 00:00:00"),
        (-timedelta(seconds=10), "逾期 1 分钟"),
        (-timedelta(hours=3, minutes=5), "逾期 3 小时"),
        (-timedelta(days=2, hours=1), "逾期 2 天"),
    ],
)
def test_time_left(span, text):
    assert formats.left(NOW + span, now=NOW) == text


def test_days_left():
    assert formats.days_left(date(2026, 12, 18), today=TODAY) == "剩 28 天"
    assert formats.days_left(TODAY, today=TODAY) == "今天"
    assert formats.days_left(date(2026, 11, 18), today=TODAY) == "逾期 2 天"


@pytest.mark.parametrize(
    ("left", "state"), [(2.6, ""), (2.5, "soon"), (1.1, "soon"), (1, "late"), (-1, "late")]
)
def test_colour_of_a_clock_over_ten_hours(left, state):
    end = NOW + timedelta(hours=left)
    assert formats.urgency(end, end - timedelta(hours=10), now=NOW) == state


def test_lunar_dates_come_first():
    assert formats.lunar(date(2026, 11, 23), today=TODAY) == "十月十五（11月23日）"
    late_evening_utc = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
    assert formats.lunar(late_evening_utc, today=TODAY) == "十月十五（11月23日）"
    assert formats.lunar(date(2025, 7, 25), today=TODAY) == "闰六月初一（2025-07-25）"


def test_file_sizes():
    assert formats.file_size(820) == "820 B"
    assert formats.file_size(1_887_437) == "1.8 MB"
    assert formats.file_size(1_048_575) == "1.0 MB"


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("山东锐恒精细化工有限公司", "锐"),
        ("华东蓝屿化工有限公司", "蓝"),
        ("天津津沽化工贸易有限公司", "津"),
        ("江苏省苏州市沐辰电子材料有限公司", "沐"),
        ("上海化工有限公司", "上"),
        ("北京", "北"),
        ("acme Ltd", "A"),
        ("", ""),
    ],
)
def test_company_monograms(name, letter):
    assert monogram.company_monogram(name) == letter


def test_person_monograms():
    assert monogram.person_monogram("陆知行") == "行"
    assert monogram.person_monogram("陆知行", 2) == "知行"
    assert monogram.person_monogram("顾**") == "顾"
    assert monogram.person_monogram("Ann Lee") == "AL"


def test_tints_are_stable():
    assert monogram.tint(42) == monogram.tint("42")
    assert {monogram.tint(key) for key in range(200)} == set(range(monogram.TINTS))
