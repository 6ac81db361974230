"""What one file may cost, and the refusal that the child process reports."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Ceilings for one file; the defaults serve an office machine with 2 GB to spare.

    Sizes are bytes, times seconds. ``ratio`` is unpacked ÷ packed size and only counts above
    ``ratio_floor``: ordinary workbooks reach 5–30, a bomb 250 and more.
    """

    max_bytes: int = 200 * MEBIBYTE
    max_entries: int = 5_000
    max_unpacked: int = 600 * MEBIBYTE
    ratio: int = 100
    ratio_floor: int = 20 * MEBIBYTE
    max_sheets: int = 255
    max_rows: int = 1_048_576
    max_columns: int = 500
    max_cells: int = 10_000_000
    memory: int = 1536 * MEBIBYTE
    seconds: int = 120


class Refusal(Exception):
    """The file is refused; ``code`` and ``params`` are worded by ``problems`` in the parent."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
