"""Open an uploaded spreadsheet; the file itself is parsed in a child process with limits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .grid import letter
from .layout import REASON_HEADERS
from .limits import Limits
from .problems import CellProblem, SheetNote, refuse
from .sandbox import run

__all__ = ["REASON_HEADERS", "Limits", "Sheet", "open_sheet"]

_FROM_ISO = {
    "date": dt.date.fromisoformat,
    "datetime": dt.datetime.fromisoformat,
    "time": dt.time.fromisoformat,
}


@dataclass
class Sheet:
    """One table, column by column.

    ``columns[i][k]`` is the cell under ``headers[i]`` in the user's row ``row_numbers[k]``:
    None, str, bool, int, float, date, datetime or time. Cells of a csv file are always text.
    ``letters`` are the columns' names in the file, ``format`` is xlsx, xls or csv,
    ``encoding`` that of a csv file, ``sheet_names`` the visible sheets to choose from.
    """

    headers: list[str]
    columns: list[list[object]]
    row_numbers: list[int]
    header_row: int
    letters: list[str]
    format: str
    encoding: str
    sheet_name: str
    sheet_names: list[str]
    warnings: list[SheetNote] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.row_numbers)

    def cell_problems(self) -> dict[int, list[CellProblem]]:
        """Cells whose value is lost or unclear, by the user's row number; as write-back takes them.

        A duplicate header concerns no data row: it stays in ``warnings`` alone.
        """
        found: dict[int, list[CellProblem]] = {}
        for note in self.warnings:
            if note.blocks and note.row is not None and note.row != self.header_row:
                problem = CellProblem(note.header, note.message)
                found.setdefault(note.row, []).append(problem)
        return found


def open_sheet(
    path: Path | str, *, name: str, limits: Limits | None = None, sheet: str | None = None
) -> Sheet:
    """Read the file at ``path`` that the user calls ``name``.

    Args:
        path: where the upload was stored; its own name does not matter.
        name: the user's file name; its extension must be that of a spreadsheet.
        limits: ceilings on size, memory and time.
        sheet: a sheet's name; by default the first visible one with content.

    Raises:
        SheetError: the file cannot be used; the message says what the user should do.
    """
    limits = limits or Limits()
    source = Path(path)
    size = source.stat().st_size
    if size > limits.max_bytes:
        raise refuse("file_too_big", size=size // 2**20, limit=limits.max_bytes // 2**20)
    request: dict[str, object] = {"path": str(source.resolve()), "name": name, "sheet": sheet}
    return unpack(run("read", request, limits))


def unpack(result: dict[str, Any]) -> Sheet:
    """The Sheet that the child's answer describes."""
    headers: list[str] = result["headers"]
    names = dict(zip(result["positions"], headers, strict=True))
    return Sheet(
        headers=headers,
        columns=[unpack_column(column) for column in result["columns"]],
        row_numbers=result["row_numbers"],
        header_row=result["header_row"],
        letters=[letter(position) for position in result["positions"]],
        format=result["format"],
        encoding=result["encoding"],
        sheet_name=result["sheet_name"],
        sheet_names=result["sheet_names"],
        warnings=[unpack_note(mark, names) for mark in result["marks"]],
    )


def unpack_column(column: dict[str, list[Any]]) -> list[object]:
    """The values with their dates and times restored."""
    values: list[object] = column["values"]
    for kind, from_iso in _FROM_ISO.items():
        for index in column.get(kind, ()):
            values[index] = from_iso(str(values[index]))
    return values


def unpack_note(mark: list[Any], names: dict[int, str]) -> SheetNote:
    """The note for one mark of the child."""
    code, row, column, detail = mark
    return SheetNote(
        code=code,
        row=row,
        letter=None if column is None else letter(column),
        header=names.get(column),
        details=tuple(detail.split("\0")),
    )
