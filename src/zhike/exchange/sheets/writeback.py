"""Give the user's own file back with the bad cells red and the reasons in a last column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .layout import REASON_HEADERS
from .limits import Limits
from .problems import CellProblem
from .sandbox import run

__all__ = ["REASON_HEADERS", "WriteBack", "write_back"]


@dataclass(frozen=True)
class WriteBack:
    """What was written: ``method`` is "edited" (the user's layout), "rewritten" or "csv"."""

    rows: int
    method: str


def write_back(
    original_path: Path | str,
    out_path: Path | str,
    problems: Mapping[int, Sequence[CellProblem]],
    *,
    only_bad_rows: bool,
    language: str = "zh-hans",
    name: str | None = None,
    sheet: str | None = None,
    limits: Limits | None = None,
) -> WriteBack:
    """Write the file that the user corrects and uploads again.

    An xlsx original is edited in place, its layout untouched; with ``only_bad_rows`` its
    formulas become their values, since the cells they refer to may be gone. Above
    ``annotate.EDITABLE_CELLS`` cells, and for xls and csv originals, the table is written
    anew with values, dates and column widths only. The reader ignores the reason column.

    Args:
        original_path: the upload as stored.
        out_path: the new file; .csv gives csv (in the original's encoding), else xlsx.
        problems: by the user's own row number.
        only_bad_rows: leave good rows out; otherwise they are marked as passed.
        language: of the reason column's header, "zh-hans" or "en".
        name: the user's name of the file, if ``original_path`` has no useful extension.
        sheet: the sheet that was read; by default as ``open_sheet`` chooses.
        limits: as for ``open_sheet``.

    Raises:
        SheetError: the original cannot be read, or the work breaks a limit.
    """
    source = Path(original_path)
    english = language.startswith("en")
    request: dict[str, object] = {
        "path": str(source.resolve()),
        "out": str(Path(out_path).resolve()),
        "name": name or source.name,
        "sheet": sheet,
        "only_bad_rows": only_bad_rows,
        "reason_header": REASON_HEADERS[1 if english else 0],
        "passed": "OK" if english else "通过",
        "problems": {
            row: [[problem.column, str(problem.message)] for problem in found]
            for row, found in problems.items()
            if found
        },
    }
    return WriteBack(**run("write_back", request, limits or Limits()))
