"""A column and its values are cleaned alike, and what a sheet gets reads back."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhike.kernel.kinds.base import message_of

from .test_values import ACCEPTED, KINDS, REFUSED

SEEDS = [
    raw for _kind, raw, _value in [*ACCEPTED, *REFUSED] if isinstance(raw, str) and len(raw) < 99
]
NASTY = "0123456789. ,-+%¥万元年月日:/XxEe有限公司（）曾国AaOo@\u3000\u200b\u202e\x00\t１２"


@st.composite
def edited(draw):
    """A known value with a character put in, taken out or exchanged."""
    text = draw(st.sampled_from(SEEDS))
    at = draw(st.integers(0, len(text)))
    return text[:at] + draw(st.sampled_from(["", *NASTY])) + text[at + draw(st.integers(0, 1)) :]


CELLS = st.one_of(
    st.sampled_from(SEEDS),
    edited(),
    st.text(max_size=30),
    st.text(NASTY, max_size=20),
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.dates(),
    st.datetimes(min_value=datetime(1900, 1, 1)),  # noqa: DTZ001
    st.decimals(allow_nan=False),
    st.lists(st.integers(), max_size=1),
)


@pytest.mark.requirement("DAT-021")
@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cells=st.lists(CELLS, max_size=8))
def test_column_agrees_with_values(name, cells):
    kind = KINDS[name]
    if name == "credit":
        cells *= 32  # long enough for the vectorised way
    column = kind.clean_column(cells)
    assert len(column.values) == len(cells)
    for row, cell in enumerate(cells):
        try:
            expected, message = kind.clean_value(cell), None
        except ValidationError as error:
            expected, message = None, message_of(error)
        assert column.values[row] == expected
        assert type(column.values[row]) is type(expected)
        assert column.errors.get(row) == message


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cell=CELLS)
def test_clean_values_stay_as_they_are(name, cell):
    kind = KINDS[name]
    try:
        value = kind.clean_value(cell)
    except ValidationError:
        return
    if value in (None, ""):
        return
    assert kind.clean_value(value) == value
    assert kind.clean_value(kind.to_sheet(value)) == kind.clean_value(value) or name == "datetime"
    assert kind.clean_value(kind.to_json(value)) == value
    assert isinstance(kind.display(value), str)
    assert isinstance(kind.mask(value), str)
    assert isinstance(kind.to_sheet(value), str | int | float | date | Decimal)
