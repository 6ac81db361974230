"""Write tables for people: xlsx with real dates and text codes, csv that runs no formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal
from unicodedata import east_asian_width

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from .cells import LAST_ROW, NUMBER_FORMATS, OPTIONS, ColumnFormat, plain, write_cell
from .neutral import neutralise
from .problems import refuse

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
        styles = {
            kind: book.add_format({"num_format": NUMBER_FORMATS[kind]}) for kind in NUMBER_FORMATS
        }
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
        for row in rows:
            out.writerow([plain(value) for value in row])
            count += 1
    return count
