"""The child process: sets its own limits, does one task, writes one JSON answer.

Started by ``sandbox`` as ``python -m zhike.exchange.sheets.child``; the request comes on
standard input. The answer is JSON, not pickle: a parser that a hostile file has taken over
must not be able to run code in the parent.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from .limits import Limits, Refusal


def main() -> None:
    """Read the request, work, answer; exit code 3 means out of memory."""
    request: dict[str, Any] = json.load(sys.stdin)
    limits = Limits(**request["limits"])
    restrain(limits)
    gc.disable()  # a short life with millions of small objects and no cycles
    answer: dict[str, object]
    try:
        answer = {"result": perform(request, limits)}
    except Refusal as refusal:
        answer = {"refusal": refusal.code, "params": refusal.params}
    except MemoryError:
        os._exit(3)
    with Path(request["answer"]).open("w", encoding="utf-8", errors="replace") as stream:
        stream.write(json.dumps(answer, ensure_ascii=False))


def restrain(limits: Limits) -> None:
    """Bound memory, processor time and the size of any file this process writes."""
    with suppress(ValueError, OSError):  # a stricter limit from outside stays
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 5))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**31, 2**31))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def perform(request: dict[str, Any], limits: Limits) -> object:
    """Do the task named in the request; imports wait until the limits hold."""
    from .sheet_file import read_file

    path = Path(request["path"])
    if request["task"] == "write_back":
        from .annotate import annotate

        return annotate(path, request, limits)
    grid, table = read_file(path, request["name"], request["sheet"], limits)
    return {
        "format": grid.format,
        "encoding": grid.encoding,
        "sheet_name": grid.sheet_name,
        "sheet_names": grid.sheet_names,
        "header_row": table.header_row,
        "headers": table.headers,
        "positions": table.positions,
        "row_numbers": table.row_numbers,
        "marks": table.marks,
        "columns": [pack(column) for column in table.columns],
    }


def pack(column: list[object]) -> dict[str, list[object]]:
    """JSON has no dates: they travel as ISO text with their indices beside them."""
    packed: dict[str, list[object]] = {"values": column}
    if not {dt.date, dt.datetime, dt.time}.intersection(map(type, column)):
        return packed
    for index, value in enumerate(column):
        if isinstance(value, dt.date | dt.time):
            packed.setdefault(type(value).__name__, []).append(index)
            column[index] = value.isoformat()
    return packed


if __name__ == "__main__":
    main()
