"""What the pages of imports and exports show."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from zhike.exchange.engine.check import resource_of
from zhike.exchange.engine.fields import Target, match_choices, targets
from zhike.exchange.engine.mapping import usual_key
from zhike.exchange.files import BAD
from zhike.exchange.models import ExportFile, ImportBatch, ImportRow
from zhike.kernel.actions import authorise
from zhike.kernel.actor import Actor
from zhike.kernel.errors import NotFound
from zhike.kernel.registry import registry

PAGE = 14
LIST = 50
FATES = ImportRow.Fate
TABS: dict[str, tuple[str, ...]] = {
    "todo": (FATES.ERROR, FATES.SKIPPED, FATES.WARNED),
    "good": (FATES.GOOD, FATES.WARNED),
    "all": (FATES.GOOD, FATES.WARNED, FATES.SKIPPED, FATES.ERROR),
    "kept": (FATES.KEPT, FATES.ARCHIVED),
}


@dataclass(frozen=True)
class Cell:
    """One cell of the file as the page shows it; ``tone`` is error, warn or ""."""

    header: str
    text: str
    tone: str = ""


@dataclass(frozen=True)
class Line:
    """One row of the file with its problems."""

    number: int
    fate: str
    cells: list[Cell]
    problems: list[dict[str, str]]

    @property
    def is_bad(self) -> bool:
        """Whether the row stays out."""
        return self.fate in BAD


def my_batches(by: Actor) -> "QuerySet[ImportBatch]":
    """Return the actor's imports, newest first."""
    found: QuerySet[ImportBatch] = ImportBatch.objects.visible_to(by)
    return found.order_by("-id")[:LIST]


def my_exports(by: Actor) -> "QuerySet[ExportFile]":
    """Return the actor's export files, newest first."""
    found: QuerySet[ExportFile] = ExportFile.objects.visible_to(by)
    return found.order_by("-id")[:LIST]


def shown_headers(batch: ImportBatch, most: int = 6) -> list[str]:
    """Return the headers of the columns shown beside problems: mapped ones, problems' first."""
    mapped = [h for h in batch.headers if batch.mapping.get(h)]
    troubled: dict[str, int] = {}
    for problems in batch.rows.exclude(problems=[]).values_list("problems", flat=True)[:500]:
        for problem in problems:
            troubled[problem["column"]] = troubled.get(problem["column"], 0) + 1
    first = mapped[:2]
    worst = sorted((h for h in mapped if h in troubled), key=lambda h: -troubled[h])
    chosen = [*first, *(h for h in worst if h not in first)]
    chosen += [h for h in mapped if h not in chosen]
    return [h for h in batch.headers if h in chosen[:most]]


def lines(batch: ImportBatch, tab: str, page: int, headers: list[str]) -> tuple[list[Line], bool]:
    """Return one page of rows of a tab, and whether there are more."""
    start = (page - 1) * PAGE
    rows = list(
        batch.rows.filter(fate__in=TABS.get(tab, TABS["todo"])).order_by("row_number", "id")[
            start : start + PAGE + 1
        ]
    )
    places = {h: i for i, h in enumerate(batch.headers)}
    return [_line(row, headers, places) for row in rows[:PAGE]], len(rows) > PAGE


def _line(row: ImportRow, headers: list[str], places: dict[str, int]) -> Line:
    tones = {p["column"]: "warn" if p["level"] != "error" else "error" for p in row.problems}
    cells = [
        Cell(h, row.cells[places[h]] if places[h] < len(row.cells) else "", tones.get(h, ""))
        for h in headers
    ]
    return Line(row.row_number, row.fate, cells, row.problems)


def tab_counts(batch: ImportBatch) -> dict[str, int]:
    """Return the numbers beside the tabs."""
    counts = batch.options.get("counts", {})
    good = counts.get("create", 0) + counts.get("update", 0) + counts.get("same", 0)
    bad = counts.get("error", 0) + counts.get("duplicate", 0)
    return {"all": batch.total, "good": good, "todo": bad + counts.get("warned", 0)}


def field_choices(batch: ImportBatch, by: Actor) -> list[Target]:
    """Return the fields that a column may fill."""
    return list(targets(resource_of(batch.resource), by).values())


def key_choices(batch: ImportBatch, by: Actor) -> list[Target]:
    """Return the fields by which existing records may be found."""
    return match_choices(resource_of(batch.resource), by)


def missing_keys(batch: ImportBatch, by: Actor) -> list[str]:
    """Return the titles of the usual match keys where no column fills any of them, else nothing."""
    resource = resource_of(batch.resource)
    if usual_key(resource, batch.mapping):
        return []
    return [t.title for t in key_choices(batch, by) if t.name in resource.match_keys]


def export_to_read(export_id: int, *, by: Actor) -> ExportFile:
    """Return an export that the actor may read now: own, not expired, right still held.

    Raises:
        NotFound: not there, somebody else's, expired; Forbidden: the right was taken away.
    """
    file: Any = ExportFile.objects.visible_to(by).filter(pk=export_id).first()
    if file is None:
        raise NotFound
    authorise(by, file.resource, "export")
    if file.expires_at and file.expires_at < timezone.now():
        raise NotFound
    if file.status == ExportFile.Status.READY and not Path(file.path).exists():
        raise NotFound
    return file  # type: ignore[no-any-return]


def title_of(key: str) -> str:
    """Return the title of a resource, or its key where it exists no more."""
    found = registry.resources.get(key)
    return str(found.title) if found else key
