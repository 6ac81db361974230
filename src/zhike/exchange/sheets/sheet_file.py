"""One file to one table, whatever its format. Runs in the child process."""

from __future__ import annotations

from pathlib import Path

from .container import FAMILIES, identify
from .delimited import read_delimited
from .grid import Grid, Mark
from .layout import Table, lay_out
from .limits import Limits
from .workbook import read_workbook


def read_grid(path: Path, name: str, sheet: str | None, limits: Limits) -> Grid:
    """The raw cells of the file; raises Refusal."""
    kind = identify(path, name, limits)
    if kind == "csv":
        grid = read_delimited(path, limits)
    else:
        grid = read_workbook(path, kind, sheet, limits)
    suffix = Path(name).suffix.lower()
    if FAMILIES[suffix] != kind:
        grid.marks.append(Mark("extension_mismatch", detail=f"{suffix}\0{kind}"))
    return grid


def read_file(path: Path, name: str, sheet: str | None, limits: Limits) -> tuple[Grid, Table]:
    """The raw cells and the table found in them; raises Refusal."""
    grid = read_grid(path, name, sheet, limits)
    return grid, lay_out(grid, limits)
