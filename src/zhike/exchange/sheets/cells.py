"""How one value becomes one cell, in xlsx and in csv. Knows nothing of Django."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from .neutral import neutralise

ColumnFormat = Literal["general", "text", "date", "datetime", "time", "money", "number", "percent"]
NUMBER_FORMATS: Mapping[ColumnFormat, str] = {
    "general": "General",
    "text": "@",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm",
    "time": "hh:mm",
    "money": "#,##0.00",
    "number": "#,##0",
    "percent": "0.00%",
}
TYPE_FORMATS: Mapping[type, ColumnFormat] = {
    dt.date: "date",
    dt.datetime: "datetime",
    dt.time: "time",
    Decimal: "money",
}
CELL_LENGTH = 32_767
LAST_ROW = 1_048_576
EXACT_DIGITS = 15
OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}


def write_cell(
    sheet: Worksheet,
    row: int,
    column: int,
    value: object,
    kind: ColumnFormat,
    styles: Mapping[ColumnFormat, Format],
) -> None:
    """Write one value by its own type; text stays text whatever it looks like."""
    if kind == "general":
        kind = TYPE_FORMATS.get(type(value), kind)
    style = styles[kind]
    if isinstance(value, str):
        sheet.write_string(row, column, value[:CELL_LENGTH], style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, int | float | Decimal):
        if kind == "text" or (isinstance(value, int) and len(str(abs(value))) > EXACT_DIGITS):
            sheet.write_string(row, column, str(value), styles["text"])
        else:
            sheet.write_number(row, column, value, style)
    elif isinstance(value, dt.datetime | dt.date | dt.time):
        write_moment(sheet, row, column, value, kind, styles)
    else:
        sheet.write_string(row, column, str(value)[:CELL_LENGTH], style)


def write_moment(
    sheet: Worksheet,
    row: int,
    column: int,
    value: dt.datetime | dt.date | dt.time,
    kind: ColumnFormat,
    styles: Mapping[ColumnFormat, Format],
) -> None:
    """A real date where Excel has one (from 1900), else its ISO text.

    Excel knows no time zones: the wall clock of ``value`` is written, so localise it before.
    """
    if isinstance(value, dt.datetime | dt.time):
        value = value.replace(tzinfo=None)
    if kind == "text" or (not isinstance(value, dt.time) and value.year < 1900):
        sheet.write_string(row, column, value.isoformat(), styles["text"])
    else:
        fitting = kind if kind in {"date", "datetime", "time"} else TYPE_FORMATS[type(value)]
        sheet.write_datetime(row, column, value, styles[fitting])


def plain(value: object) -> object:
    """The csv form of one value: numbers as they are, the rest as safe text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return neutralise(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None).isoformat(" ", "seconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, int) and len(str(abs(value))) > EXACT_DIGITS:
        return str(value)
    return value if isinstance(value, int | float | Decimal) else neutralise(str(value))
