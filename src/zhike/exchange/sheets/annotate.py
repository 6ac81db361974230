"""The child's side of write-back: edit the user's workbook, or write its table anew."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from .cells import NUMBER_FORMATS, OPTIONS, plain, write_cell
from .grid import Grid
from .layout import Table
from .limits import Limits
from .sheet_file import read_file
from .workbook import sheet_part

EDITABLE_CELLS = 600_000
"""openpyxl needs up to 52 s and 650 MB per million cells; larger sheets are written anew."""

BAD_FILL = "FFC7CE"
REASON_FONT = "9C0006"
REASON_WIDTH = 48
_COLUMN = re.compile(rb"<col\s[^>]*>")
_ATTRIBUTE = re.compile(rb'\b(min|max|width)="([\d.]+)"')


@dataclass(frozen=True)
class Plan:
    """What to write where. Rows are the user's numbers, columns count from 0."""

    header_row: int
    rows: list[int]
    bad: dict[int, tuple[set[int], str]]
    reason_column: int
    reason_header: str
    passed: str
    only_bad_rows: bool

    def kept(self) -> list[int]:
        """The data rows that stay in the file."""
        return [row for row in self.rows if row in self.bad or not self.only_bad_rows]

    def reason(self, row: int) -> str:
        """The text of the reason column for one row."""
        return self.bad[row][1] if row in self.bad else self.passed


def annotate(path: Path, request: dict[str, Any], limits: Limits) -> dict[str, object]:
    """Write ``request["out"]``; the fields of WriteBack."""
    grid, table = read_file(path, request["name"], request["sheet"], limits)
    plan = make_plan(grid, table, request)
    out = Path(request["out"])
    if out.suffix.lower() == ".csv":
        method = "csv"
        write_text(out, grid, plan)
    elif grid.format == "xlsx" and sum(map(len, grid.rows)) <= EDITABLE_CELLS:
        method = "edited"
        edit(path, out, grid.sheet_name, plan)
    else:
        method = "rewritten"
        rewrite(path, out, grid, plan)
    return {"rows": len(plan.kept()), "method": method}


def make_plan(grid: Grid, table: Table, request: dict[str, Any]) -> Plan:
    """Translate headers to places and join the reasons of each row."""
    places = dict(zip(table.headers, table.positions, strict=True))
    bad: dict[int, tuple[set[int], str]] = {}
    for row, found in request["problems"].items():
        columns = {places[column] for column, _message in found if column in places}
        reasons = (f"{column}：{message}" if column else message for column, message in found)
        bad[int(row)] = (columns, "；".join(reasons))
    width = grid.first_column + max(map(len, grid.rows))
    return Plan(
        header_row=table.header_row,
        rows=table.row_numbers,
        bad=bad,
        reason_column=width if table.reason is None else table.reason,
        reason_header=request["reason_header"],
        passed=request["passed"],
        only_bad_rows=request["only_bad_rows"],
    )


def edit(path: Path, out: Path, sheet_name: str, plan: Plan) -> None:
    """Change the user's own workbook: red cells, reasons, good rows out."""
    book = openpyxl.load_workbook(path, data_only=plan.only_bad_rows)
    sheet = book[sheet_name]
    reason_column = plan.reason_column + 1
    fill = PatternFill("solid", start_color=BAD_FILL, end_color=BAD_FILL)
    font, wrap = Font(color=REASON_FONT), Alignment(wrap_text=True, vertical="top")
    header = sheet.cell(plan.header_row, reason_column)
    header._style = copy(sheet.cell(plan.header_row, plan.reason_column or 1)._style)  # noqa: SLF001
    header.value = plan.reason_header
    sheet.column_dimensions[get_column_letter(reason_column)].width = REASON_WIDTH
    if plan.only_bad_rows:
        split_merged(sheet, plan.header_row)
    for row in plan.kept():
        for column in plan.bad.get(row, (set(), ""))[0]:
            sheet.cell(row, column + 1).fill = fill
        cell = sheet.cell(row, reason_column)
        set_text(cell, plan.reason(row))
        if row in plan.bad:
            cell.font, cell.alignment = font, wrap
    if plan.only_bad_rows:
        close_up(sheet, plan)
    book.save(out)


def set_text(cell: Any, text: str) -> None:
    """Text as text: openpyxl would make a formula of whatever starts with an equals sign."""
    cell.value = openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"


def split_merged(sheet: Worksheet, header_row: int) -> None:
    """Dissolve merged data cells, each row keeping the value, so that rows can leave."""
    for area in list(sheet.merged_cells.ranges):
        if area.min_row <= header_row:
            continue
        anchor = sheet.cell(area.min_row, area.min_col)
        sheet.unmerge_cells(area.coord)
        for row in range(area.min_row + 1, area.max_row + 1):
            copy_cell(anchor, sheet.cell(row, area.min_col))


def copy_cell(source: Any, target: Any) -> None:
    """Value, type and look of one cell to another."""
    target.value = source.value
    target.data_type = source.data_type
    target._style = copy(source._style)  # noqa: SLF001


def close_up(sheet: Worksheet, plan: Plan) -> None:
    """Move the bad rows up under the header and remove everything below them.

    Deleting the good rows one by one would take quadratic time.
    """
    kept, width = plan.kept(), sheet.max_column
    for target, source in enumerate(kept, plan.header_row + 1):
        if target != source:
            for column in range(1, width + 1):
                copy_cell(sheet.cell(source, column), sheet.cell(target, column))
    end = plan.header_row + len(kept)
    if sheet.max_row > end:
        sheet.delete_rows(end + 1, sheet.max_row - end)


def lines(grid: Grid, plan: Plan) -> Iterator[tuple[list[object], set[int]]]:
    """The rows of the new file from its top, padded to column A, with their bad columns."""
    kept = set(plan.kept())
    yield from (([], set()) for _row in range(1, grid.first_row))
    for number, cells in enumerate(grid.rows, grid.first_row):
        if number > plan.header_row and number not in kept and plan.only_bad_rows:
            continue
        row: list[object] = [None] * grid.first_column + list(cells)
        row += [None] * (plan.reason_column + 1 - len(row))
        if number == plan.header_row:
            row[plan.reason_column] = plan.reason_header
        elif number in kept:
            row[plan.reason_column] = plan.reason(number)
        yield row, plan.bad.get(number, (set(), ""))[0]


def rewrite(path: Path, out: Path, grid: Grid, plan: Plan) -> None:
    """A new workbook with the old values, dates and column widths."""
    book = xlsxwriter.Workbook(str(out), {**OPTIONS, "constant_memory": True})
    sheet = book.add_worksheet(grid.sheet_name or "Sheet1")
    good = {kind: book.add_format({"num_format": code}) for kind, code in NUMBER_FORMATS.items()}
    red = {
        kind: book.add_format({"num_format": code, "bg_color": f"#{BAD_FILL}"})
        for kind, code in NUMBER_FORMATS.items()
    }
    for first, last, width in column_widths(path, grid):
        sheet.set_column(first - 1, last - 1, width)
    sheet.set_column(plan.reason_column, plan.reason_column, REASON_WIDTH)
    for index, (row, bad) in enumerate(lines(grid, plan)):
        for column, value in enumerate(row):
            styles = red if column in bad else good
            if value is not None and value != "":
                write_cell(sheet, index, column, value, "general", styles)
            elif column in bad:
                sheet.write_blank(index, column, None, red["general"])
    book.close()


def column_widths(path: Path, grid: Grid) -> list[tuple[int, int, float]]:
    """(first, last, width) of an xlsx sheet's columns, counted from 1."""
    if grid.format != "xlsx":
        return []
    with zipfile.ZipFile(path) as archive:
        part = sheet_part(archive, grid.sheet_name)
        if part is None:
            return []
        with archive.open(part) as stream:
            head = stream.read(65_536)
    found = [dict(_ATTRIBUTE.findall(column)) for column in _COLUMN.findall(head)]
    return [
        (int(entry[b"min"]), int(entry[b"max"]), float(entry[b"width"]))
        for entry in found
        if len(entry) == len((b"min", b"max", b"width"))
    ]


def write_text(out: Path, grid: Grid, plan: Plan) -> None:
    """The same as csv, in the original's encoding."""
    encoding = {"": "utf-8-sig", "utf-8": "utf-8-sig"}.get(grid.encoding, grid.encoding)
    with out.open("w", encoding=encoding, errors="replace", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
        for row, _bad in lines(grid, plan):
            writer.writerow([plain(value) for value in row])
