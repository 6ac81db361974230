"""Text tables: find the encoding and the delimiter, then split. Runs in the child process."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from .grid import Grid
from .limits import Limits, Refusal
from .neutral import restore

DELIMITERS = ",;\t"
SAMPLE_LINES = 50
ROWS_AT_ONCE = 1_000
_SEPARATOR_LINE = re.compile(r"\A\"?sep=(.)\"?\r?\n", re.IGNORECASE)


def read_delimited(path: Path, limits: Limits) -> Grid:
    """The rows of a csv file, every cell as text, formula guards taken off again."""
    text, encoding = decode(path.read_bytes())
    declared = _SEPARATOR_LINE.match(text)
    delimiter = declared.group(1) if declared else find_delimiter(text)
    csv.field_size_limit(limits.max_bytes)
    stream = io.StringIO(text[declared.end() :] if declared else text, newline="")
    grid = Grid(first_row=2 if declared else 1, format="csv", encoding=encoding)
    cells, guarded = 0, "'" in text
    try:
        lines: Iterator[list[Any]] = csv.reader(stream, delimiter=delimiter)
        while rows := list(islice(lines, ROWS_AT_ONCE)):
            cells += sum(map(len, rows))
            if len(grid.rows) + len(rows) > limits.max_rows or cells > limits.max_cells:
                raise Refusal("too_many_cells", rows=limits.max_rows, cells=limits.max_cells)
            grid.rows.extend([restore(cell) for cell in row] if guarded else row for row in rows)
    except csv.Error as error:
        raise Refusal("damaged") from error
    return grid


def decode(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: UTF-8, UTF-16 or GB18030, with or without BOM."""
    for bom, codec in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(bom):
            return _decode_strictly(content, codec), codec
    if b"\0" in content[:4096]:
        codec = _bare_utf16(content[:4096])
        return _decode_strictly(content, codec), codec
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decode_strictly(content, "gb18030"), "gb18030"


def _decode_strictly(content: bytes, codec: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refusal("unknown_encoding", line=line) from error


def _bare_utf16(head: bytes) -> str:
    """UTF-16 without BOM shows as zero bytes on one side only; anything else is binary."""
    high, low = head[1::2].count(0), head[0::2].count(0)
    few = len(head) // 50
    if high > max(few, 4 * low):
        return "utf-16-le"
    if low > max(few, 4 * high):
        return "utf-16-be"
    raise Refusal("not_a_table")


def find_delimiter(text: str) -> str:
    """The delimiter that splits the first lines into the most even number of cells."""
    lines = text[:200_000].splitlines(keepends=True)[:SAMPLE_LINES]
    best, best_score = ",", 0
    for delimiter in DELIMITERS:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if any(row)]
        if not widths or max(widths) == 1:
            continue
        usual = max(set(widths), key=lambda width: (widths.count(width) * (width > 1), width))
        score = widths.count(usual) * usual
        if score > best_score:
            best, best_score = delimiter, score
    return best
