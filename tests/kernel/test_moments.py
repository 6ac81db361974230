"""A day begins and ends at midnight in Shanghai."""

from datetime import UTC, date, datetime

from zhike.kernel.moments import day_bounds, midnight


def test_a_day_lasts_from_midnight_here_to_the_next():
    assert midnight(date(2026, 3, 4)) == datetime(2026, 3, 3, 16, tzinfo=UTC)
    assert day_bounds(date(2026, 2, 28)) == (
        midnight(date(2026, 2, 28)),
        midnight(date(2026, 3, 1)),
    )
    assert day_bounds(date(2026, 3, 1), date(2026, 3, 4)) == (
        midnight(date(2026, 3, 1)),
        midnight(date(2026, 3, 5)),
    )
