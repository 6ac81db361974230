"""The raw cells of one sheet, as the parsers hand them over. Runs in the child process."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

Range = tuple[tuple[int, int], tuple[int, int]]


class Mark(NamedTuple):
    """Something to tell the user about the sheet or one cell.

    ``row`` is the user's own row number and ``column`` the index from 0 (A); None means the
    whole row or sheet. ``detail`` fills the message that belongs to ``code``.
    """

    code: str
    row: int | None = None
    column: int | None = None
    detail: str = ""


@dataclass
class Grid:
    """Rows from ``first_row`` on (numbered from 1); each row starts at ``first_column`` (A = 0).

    ``merges`` are ((row, column), (row, column)), both counted from 0 and inclusive.
    """

    rows: list[list[object]] = field(default_factory=list)
    first_row: int = 1
    first_column: int = 0
    merges: list[Range] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    format: str = "csv"
    encoding: str = ""
    sheet_name: str = ""
    sheet_names: list[str] = field(default_factory=list)


def letter(column: int) -> str:
    """The column name that the user sees: 0 → A, 26 → AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_index(letters: str) -> int:
    """The inverse of ``letter``."""
    number = 0
    for character in letters:
        number = number * 26 + ord(character) - 64
    return number - 1
