"""From raw cells to a table: header row, merged cells, clean values. Runs in the child."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .grid import Grid, Mark, letter
from .limits import Limits, Refusal

REASON_HEADERS = ("错误原因", "Error reason")
"""Headers of the column that write-back adds; the reader leaves such a column out."""

HEADER_SEARCH = 30
HEADER_LENGTH = 200
EXACT = 1e15
"""Numbers from here on have 16 digits or more; Excel has already rounded them."""
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SCIENTIFIC = re.compile(r"[+-]?\d(?:\.\d+)?[Ee]\+\d{2,3}")


@dataclass
class Table:
    """Headers with their columns; ``positions`` are the columns' places in the sheet (A = 0).

    ``reason`` is the place of the column that an earlier write-back added.
    """

    header_row: int
    reason: int | None = None
    headers: list[str] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    columns: list[list[object]] = field(default_factory=list)
    row_numbers: list[int] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


def lay_out(grid: Grid, limits: Limits) -> Table:
    """Find the header, fill merged cells, drop blank rows and columns, clean every value."""
    marks = list(grid.marks)
    filled = fill_merged(grid, marks)
    start = find_header(grid, filled)
    table = Table(header_row=grid.first_row + start, marks=marks)
    body = [
        (grid.first_row + index, row)
        for index, row in enumerate(grid.rows[start + 1 :], start + 1)
        if not blank(row)
    ]
    if not body:
        raise Refusal("no_rows")
    table.row_numbers = [number for number, _row in body]
    rows = [row for _number, row in body]
    width = max(len(grid.rows[start]), max(map(len, rows)))
    if any(len(row) != width for row in rows):
        rows = [row + [""] * (width - len(row)) for row in rows]
    name_columns(table, grid, start, list(zip(*rows, strict=True)))
    if len(table.headers) > limits.max_columns:
        raise Refusal("too_many_columns", count=len(table.headers), limit=limits.max_columns)
    text_source = grid.format == "csv"
    for place, (position, column) in enumerate(zip(table.positions, table.columns, strict=True)):
        table.columns[place] = clean(column, position, table, text_source=text_source)
    drop_outside(table)
    return table


def blank(row: Sequence[object]) -> bool:
    """Whether no cell of the row holds anything but white space."""
    for value in row:  # most rows are seen through at the first cell
        filled = value.strip() if isinstance(value, str) else value is not None
        if filled:
            return False
    return True


def fill_merged(grid: Grid, marks: list[Mark]) -> set[int]:
    """Carry each merged value down its own column; tell where cells were merged across.

    A value is never copied sideways: the neighbour column means something else.
    Returns the indices of rows that hold a cell merged across columns.
    """
    across: set[int] = set()
    for (top, left), (bottom, right) in grid.merges:
        first, place = top - grid.first_row + 1, left - grid.first_column
        last = min(bottom - grid.first_row + 1, len(grid.rows) - 1)
        if first < 0 or place < 0 or first >= len(grid.rows) or place >= len(grid.rows[first]):
            continue
        value = grid.rows[first][place]
        for index in range(first, last + 1):
            grid.rows[index][place] = value
        if right > left:
            across.update(range(first, last + 1))
            marks.append(Mark("merged_across", top + 1, left, f"{letter(left)}–{letter(right)}"))
        elif bottom > top:
            marks.append(Mark("merged_down", top + 1, left, f"{top + 1}–{bottom + 1}"))
    return across


def find_header(grid: Grid, merged_across: set[int]) -> int:
    """Index of the header: the first row that is filled nearly as far as the table is wide.

    Titles and instructions above it are short or merged across; they are skipped.
    """
    head = grid.rows[:HEADER_SEARCH]
    counts = [sum(1 for value in row if str(value).strip()) for row in head]
    widest = max(counts, default=0)
    if widest == 0:
        raise Refusal("empty_sheet")
    plain = [index for index in range(len(head)) if index not in merged_across]
    needed = 1 if widest == 1 else max(2, 0.6 * widest)
    for index in plain or range(len(head)):
        words = sum(1 for value in head[index] if isinstance(value, str) and value.strip())
        if counts[index] >= needed and words >= 0.6 * counts[index]:
            return index
    raise Refusal("no_header")


def name_columns(table: Table, grid: Grid, start: int, columns: Sequence[Sequence[object]]) -> None:
    """Give every column with content a header of its own; report what was unclear."""
    header = grid.rows[start]
    seen: dict[str, int] = {}
    for place, column in enumerate(columns):
        position = grid.first_column + place
        name = header_text(header[place]) if place < len(header) else ""
        if name in REASON_HEADERS:
            table.reason = position
            continue
        if not name and blank(column):
            continue
        if not name:
            name = f"（{letter(position)}）"
            table.marks.append(Mark("empty_header", table.header_row, position, letter(position)))
        elif name in seen:
            both = f"{letter(seen[name])}、{letter(position)}"
            table.marks.append(
                Mark("duplicate_header", table.header_row, position, f"{name}\0{both}")
            )
            name = f"{name}（{letter(position)}）"
        seen.setdefault(name, position)
        table.headers.append(name)
        table.positions.append(position)
        table.columns.append(list(column))


def header_text(value: object) -> str:
    """A header on one line, without the asterisk that marks a required column."""
    text = _UNWANTED.sub("", str(value))
    return " ".join(text.split()).strip("*＊ ")[:HEADER_LENGTH]


def clean(column: list[Any], position: int, table: Table, *, text_source: bool) -> list[object]:
    """The column with None for empty, exact integers, and a mark on every doubtful cell.

    Nearly all columns are innocent; those are found out and cleaned as a whole.
    """
    if not suspicious(column, text_source=text_source):
        if text_source:
            return [value if value and not value.isspace() else None for value in column]
        return [
            (value if value and not value.isspace() else None)
            if type(value) is str
            else clean_number(value)
            for value in column
        ]
    doubts = Doubts(table, position)
    return [doubts.clean(value, index, text_source) for index, value in enumerate(column)]


def suspicious(column: list[Any], *, text_source: bool) -> bool:
    """Whether any cell needs a mark."""
    texts = column if text_source else [value for value in column if isinstance(value, str)]
    text = "\n".join(texts)
    return (
        _UNWANTED.search(text) is not None
        or (text_source and ("E+" in text or "e+" in text))
        or max([abs(value) for value in column if type(value) is float], default=0) >= EXACT
    )


def clean_number(value: object) -> object:
    """Excel keeps and shows 15 significant digits; the rest is noise of the file format."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else float(f"{value:.15g}")
    return str(value) if isinstance(value, dt.timedelta) else value


class Doubts:
    """Cleans the cells of one column and marks those that lost something."""

    def __init__(self, table: Table, position: int) -> None:
        self.table = table
        self.position = position

    def mark(self, code: str, index: int, detail: str = "") -> None:
        """Add a mark on the cell in the table's row ``index``."""
        row = self.table.row_numbers[index]
        self.table.marks.append(Mark(code, row, self.position, detail))

    def clean(self, value: object, index: int, text_source: bool) -> object:
        """The clean value of one cell; None if blank."""
        if isinstance(value, float) and abs(value) >= EXACT:
            self.mark("rounded_number", index, f"{value:.0f}")
            return f"{value:.0f}"
        if not isinstance(value, str):
            return clean_number(value)
        if _UNWANTED.search(value):
            self.mark("control_characters", index)
            value = _UNWANTED.sub("", value)
        if text_source and _SCIENTIFIC.fullmatch(value):
            self.mark("scientific_text", index, value)
        return None if not value or value.isspace() else value


def drop_outside(table: Table) -> None:
    """Forget marks on cells that are not part of the table: banners, dropped columns."""
    kept = set(table.positions)
    table.marks = [
        mark
        for mark in table.marks
        if mark.row is None
        or (mark.row >= table.header_row and (mark.column is None or mark.column in kept))
    ]
