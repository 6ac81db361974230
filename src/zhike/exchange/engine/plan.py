"""The plan of an import: what each row of the file will do, and why a row will not."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from zhike.exchange.engine.fields import Target
from zhike.kernel.resources import Resource

CREATE, UPDATE, SAME, DUPLICATE, ERROR, DONE = (
    "create",
    "update",
    "same",
    "duplicate",
    "error",
    "done",
)
GOOD = frozenset({CREATE, UPDATE, SAME})


class _Keep:
    """The mark of an empty cell: an update keeps the stored value."""

    def __repr__(self) -> str:
        return "KEEP"


KEEP: Any = _Keep()
CLEAR_MARKS = frozenset({"【清空】", "[清空]", "【CLEAR】", "【clear】", "[clear]"})


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is not imported, or what the person should look at.

    ``level`` is error (the row stays out), skip (it exists already) or warning (it goes in).
    """

    column: str
    message: str
    level: str = "error"

    def to_json(self) -> dict[str, str]:
        """Return the stored form."""
        return {"column": self.column, "message": self.message, "level": self.level}


@dataclass
class Plan:
    """A file judged row by row; lists run over the rows of the file.

    Attributes:
        headers: field name -> header; values: field name -> cleaned values, ``KEEP`` where empty;
        fates: what becomes of each row; ids: the existing record of an update; existing: the
        stored values of the mapped fields by record id, with ``version``; newest: the id of the last
        record there was before.
    """

    resource: Resource
    mode: str
    key: str
    targets: dict[str, Target]
    headers: dict[str, str]
    row_numbers: list[int]
    values: dict[str, list[Any]] = field(default_factory=dict)
    fates: list[str] = field(default_factory=list)
    ids: list[int | None] = field(default_factory=list)
    versions: dict[int, int] = field(default_factory=dict)
    problems: dict[int, list[Problem]] = field(default_factory=dict)
    newest: int = 0

    def __post_init__(self) -> None:
        self.fates = [CREATE] * len(self.row_numbers)
        self.ids = [None] * len(self.row_numbers)

    def __len__(self) -> int:
        return len(self.row_numbers)

    def refuse(self, row: int, name: str, message: str, *, fate: str = ERROR) -> None:
        """Keep a row out; ``name`` is the field at fault or ""."""
        level = "skip" if fate == DUPLICATE else "error"
        header = self.headers.get(name, "")
        self.problems.setdefault(row, []).append(Problem(header, message, level))
        if self.fates[row] != ERROR:
            self.fates[row] = fate

    def warn(self, row: int, name: str, message: str) -> None:
        """Say something about a row that goes in."""
        header = self.headers.get(name, "")
        self.problems.setdefault(row, []).append(Problem(header, message, "warning"))

    def good(self, row: int) -> bool:
        """Whether the row still goes in."""
        return self.fates[row] in GOOD

    def counts(self) -> dict[str, int]:
        """Return the number of rows by fate, and of good rows with a warning."""
        found = Counter(self.fates)
        warned = sum(1 for row in self.problems if self.good(row))
        return {
            "total": len(self),
            **{f: found.get(f, 0) for f in (CREATE, UPDATE, SAME, DUPLICATE, ERROR)},
            "warned": warned,
        }
