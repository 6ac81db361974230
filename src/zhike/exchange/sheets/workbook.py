"""Workbooks: xlsx and xls through calamine, plus what calamine does not tell.

calamine gives an empty string for an error cell and for a formula that was never calculated;
both must reach the user, so the sheet's own markup is scanned for them. Runs in the child.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import python_calamine as calamine
from defusedxml import ElementTree

from .grid import Grid, Mark, column_index
from .limits import Limits, Refusal

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
SIGNS = (b'"e"', b"'e'", b"<f", b":f")
CHUNK = 4 * 1024 * 1024
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*[^/])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_REFERENCE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_ERROR = re.compile(rb"""\bt=["']e["']""")
_TEXT = re.compile(rb"""\bt=["']str["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)")


def read_workbook(path: Path, kind: str, sheet: str | None, limits: Limits) -> Grid:
    """The cells of ``sheet``, or of the first visible sheet that holds any."""
    with path.open("rb") as stream:
        try:
            book = calamine.CalamineWorkbook.from_filelike(stream)
            names = visible_sheets(book, limits)
            chosen = choose(book, names, sheet)
            grid = Grid(format=kind, sheet_name=chosen.name, sheet_names=names)
            fill(grid, chosen, limits)
        except calamine.PasswordError as error:
            raise Refusal("encrypted") from error
        except calamine.CalamineError as error:
            raise Refusal("damaged") from error
    if kind == "xlsx":
        grid.marks.extend(suspect_cells(path, chosen.name))
    return grid


def visible_sheets(book: calamine.CalamineWorkbook, limits: Limits) -> list[str]:
    """Names of the sheets that the user can see; hidden ones carry lists, not data."""
    if len(book.sheets_metadata) > limits.max_sheets:
        raise Refusal("too_many_sheets", count=len(book.sheets_metadata), limit=limits.max_sheets)
    names = [
        entry.name
        for entry in book.sheets_metadata
        if entry.typ == calamine.SheetTypeEnum.WorkSheet
        and entry.visible == calamine.SheetVisibleEnum.Visible
    ]
    if not names:
        raise Refusal("empty_sheet")
    return names


def choose(
    book: calamine.CalamineWorkbook, names: list[str], wanted: str | None
) -> calamine.CalamineSheet:
    """The wanted sheet, else the first with content, else the first."""
    if wanted is not None:
        if wanted not in names:
            raise Refusal("no_such_sheet", sheet=wanted, sheets="、".join(names[:20]))
        return book.get_sheet_by_name(wanted)
    first = None
    for name in names:
        candidate = book.get_sheet_by_name(name)
        if candidate.height:
            return candidate
        first = first or candidate
    assert first is not None  # noqa: S101  visible_sheets never returns an empty list
    return first


def fill(grid: Grid, sheet: calamine.CalamineSheet, limits: Limits) -> None:
    """Copy the used area of ``sheet`` into ``grid``."""
    if sheet.start is None or not sheet.height:
        return
    if sheet.height * sheet.width > limits.max_cells or sheet.height > limits.max_rows:
        raise Refusal("too_many_cells", rows=limits.max_rows, cells=limits.max_cells)
    grid.rows = [list(row) for row in sheet.to_python(skip_empty_area=True)]
    grid.first_row, grid.first_column = sheet.start[0] + 1, sheet.start[1]
    grid.merges = list(sheet.merged_cell_ranges or [])


def suspect_cells(path: Path, sheet: str) -> Iterator[Mark]:
    """Error cells, and formulas without a stored result, of one xlsx sheet."""
    with zipfile.ZipFile(path) as archive:
        part = sheet_part(archive, sheet)
        if part is None:
            return
        for block in row_blocks(archive, part):
            if not any(sign in block for sign in SIGNS):
                continue
            for cell in _CELL.finditer(block):
                mark = judge(cell.group(1), cell.group(2))
                if mark:
                    yield mark


def judge(attributes: bytes, content: bytes) -> Mark | None:
    """The mark for one cell of the markup, or None for an ordinary cell."""
    value = _VALUE.search(content)
    if _ERROR.search(attributes):
        detail = value.group(1).decode("utf-8", "replace")[:20] if value else "#N/A"
        code = "error_value"
    elif (
        _FORMULA.search(content) and not (value and value.group(1)) and not _TEXT.search(attributes)
    ):
        code, detail = "formula_without_value", ""
    else:
        return None
    place = _REFERENCE.search(attributes)
    if place is None:
        return Mark(code, detail=detail)
    return Mark(code, int(place.group(2)), column_index(place.group(1).decode()), detail)


def row_blocks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The part in pieces that never cut a cell in two."""
    rest = b""
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            data = rest + chunk
            cut = max(data.rfind(b"<c "), data.rfind(b":c "), 0)
            rest = data[cut:]
            yield data[:cut]
    yield rest


def sheet_part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The zip entry that holds ``sheet``, found through the workbook's relations."""
    try:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except (KeyError, ElementTree.ParseError) as error:
        raise Refusal("damaged") from error
    targets = {link.get("Id"): link.get("Target") for link in links}
    for entry in book.iter(f"{MAIN}sheet"):
        if entry.get("name") == sheet:
            target = targets.get(entry.get(RELATION)) or ""
            part = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
            return part if part in archive.namelist() else None
    return None
