"""Write tables for people: xlsx with real dates and text codes, csv that runs no formula."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from unicodedata import east_asian_width

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from .neutral import neutralise
from .problems import refuse

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

Cells = Iterable[Sequence[object]]


def by_row(columns: Sequence[Sequence[object]]) -> Iterable[tuple[object, ...]]:
    """The rows of column arrays, for ``write_xlsx`` and ``write_csv``."""
    return zip(*columns, strict=True)


def write_xlsx(
    path: Path | str,
    headers: Sequence[str],
    rows: Cells,
    *,
    formats: Sequence[ColumnFormat] | None = None,
    sheet_name: str = "Sheet1",
    watermark: str = "",
) -> int:
    """Write one sheet row by row in constant memory; returns the number of data rows.

    Args:
        path: the new file; replaced if it exists.
        headers: bold, frozen first row.
        rows: any iterable, read once; use ``by_row`` for column arrays.
        formats: one per column; a text column keeps codes such as 007 and long numbers.
        sheet_name: at most 31 characters.
        watermark: who exported when, on every printed page and in the file's properties;
            it is no cell, so that the file can be imported again.

    Raises:
        SheetError: more rows than a sheet of Excel holds.
    """
    kinds: Sequence[ColumnFormat] = formats or ["general"] * len(headers)
    book = xlsxwriter.Workbook(str(path), {**OPTIONS, "constant_memory": True})
    try:
        sheet = book.add_worksheet(sheet_name)
        styles = {kind: book.add_format({"num_format": NUMBER_FORMATS[kind]}) for kind in NUMBER_FORMATS}
        start_sheet(book, sheet, headers, kinds, styles, watermark)
        count = 0
        for count, row in enumerate(rows, 1):
            if count >= LAST_ROW:
                raise refuse("too_many_rows")
            for column, value in enumerate(row):
                if value is not None:
                    write_cell(sheet, count, column, value, kinds[column], styles)
    finally:
        book.close()
    return count


def start_sheet(
    book: xlsxwriter.Workbook,
    sheet: Worksheet,
    headers: Sequence[str],
    kinds: Sequence[ColumnFormat],
    styles: Mapping[ColumnFormat, Format],
    watermark: str,
) -> None:
    """Header row, widths, frozen pane, watermark; constant memory wants these first."""
    bold = book.add_format({"bold": True, "bg_color": "#F1F5F9", "bottom": 1, "num_format": "@"})
    for column, (header, kind) in enumerate(zip(headers, kinds, strict=True)):
        sheet.set_column(column, column, max(width_of(header), 12), styles[kind])
        sheet.write_string(0, column, header, bold)
    sheet.freeze_panes(1, 0)
    if watermark:
        escaped = watermark.replace("&", "&&")[:200]
        sheet.set_header(f"&R&8{escaped}")
        book.set_properties({"comments": watermark})


def width_of(text: str) -> int:
    """Column width in characters: hanzi take two, four more for the filter arrow and air."""
    wide = sum(1 for character in text if east_asian_width(character) in "WF")
    return min(len(text) + wide + 4, 60)


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
            sheet.write_number(row, column, value, style)  # type: ignore[arg-type]
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
    """A real date where Excel has one (from 1900, no zone), else its ISO text."""
    if isinstance(value, dt.datetime | dt.time):
        value = value.replace(tzinfo=None)
    if kind == "text" or (not isinstance(value, dt.time) and value.year < 1900):
        sheet.write_string(row, column, value.isoformat(), styles["text"])
    else:
        fitting = kind if kind in {"date", "datetime", "time"} else TYPE_FORMATS[type(value)]
        sheet.write_datetime(row, column, value, styles[fitting])


def write_csv(
    path: Path | str,
    headers: Sequence[str],
    rows: Cells,
    *,
    encoding: Literal["utf-8-sig", "utf-8", "gb18030"] = "utf-8-sig",
) -> int:
    """Write comma-separated rows as they come; returns the number of data rows.

    Every text is quoted and guarded by ``neutral.neutralise``, so that nothing is evaluated
    under any list separator; ``open_sheet`` gives the original text back.
    """
    count = 0
    with Path(path).open("w", encoding=encoding, errors="replace", newline="") as stream:
        out: Any = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
        out.writerow([neutralise(header) for header in headers])
        for count, row in enumerate(rows, 1):
            out.writerow([plain(value) for value in row])
    return count


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
