"""A list as its reader sees it, written to a file: columns, order, filters and masks alike."""

import logging
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.exchange.events import ExportReady
from zhike.exchange.models import ExportFile
from zhike.exchange.sheets.cells import ColumnFormat
from zhike.exchange.sheets.problems import SheetError
from zhike.exchange.sheets.writer import write_csv, write_xlsx
from zhike.kernel import kinds
from zhike.kernel.actions import recorded
from zhike.kernel.actor import Actor
from zhike.kernel.clearance import permitted
from zhike.kernel.columns import BoundColumn
from zhike.kernel.errors import Refusal
from zhike.kernel.events import emit
from zhike.kernel.listing import Listing
from zhike.kernel.registry import registry
from zhike.kernel.resources import Resource

log = logging.getLogger(__name__)

FORMATS = ("xlsx", "csv")
AT_ONCE = 5_000
FETCH = 2_000
PAGING = {"page", "per_page", "after", "peek"}


def listing(resource: Resource, query: str, by: Actor) -> Listing:
    """Return the list of a query string, without its paging.

    Raises:
        BadQuery
    """
    pairs = {k: v for k, v in parse_qsl(query.lstrip("?")) if k not in PAGING}
    found = Listing(resource, by, pairs)
    assert found.columns is not None  # noqa: S101  raises BadQuery early
    return found


def rows_of(found: Listing) -> "models.QuerySet[Any]":
    """Return the rows: seen in the list, and inside the reader's right to export."""
    model = found.resource.model
    return found.filtered.filter(permitted(model, found.by, "export")).order_by(*found.order)


def count(found: Listing) -> int:
    """Return the exact number of rows."""
    return rows_of(found).order_by().count()


def note_audit(file: ExportFile, by: Actor) -> None:
    """Enter the export into the audit trail: who, what, why, how many."""
    from zhike.trust import actions

    actions.note_audit(
        "export",
        by=by,
        resource=file.resource,
        details={"purpose": file.purpose, "rows": file.rows, "query": file.query[:500],
                 "format": file.format, "file": file.pk},
    )  # fmt: skip


def export_folder() -> Path:
    """Return the directory of export files, readable by this user only."""
    folder = Path(settings.MEDIA_ROOT) / "exports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def write(file: ExportFile, by: Actor) -> ExportFile:
    """Write the file; a refusal ends it with a message."""
    resource = registry.resource(file.resource)
    path = export_folder() / f"{uuid.uuid4().hex}.{file.format}"
    try:
        rows = write_rows(listing(resource, file.query, by), path, by)
        status, message = ExportFile.Status.READY, ""
    except (Refusal, SheetError) as error:
        rows, status, message = 0, ExportFile.Status.FAILED, str(error)
    with recorded(by, "exchange.export", reason=file.purpose):
        file.rows, file.status, file.message = rows, status, message
        file.path = str(path) if status == ExportFile.Status.READY else ""
        file.save(update_fields=["rows", "status", "message", "path"])
        if status == ExportFile.Status.READY:
            emit(ExportReady(file.pk, file.resource, rows, file.user_id), by=by)
    return file


def write_rows(found: Listing, path: Path, by: Actor) -> int:
    """Write a listing's rows to ``path`` (.xlsx or .csv); returns their number."""
    columns = found.columns
    headers = _headers(columns)
    lines = _lines(found, columns)
    if path.suffix == ".csv":
        written = write_csv(path, headers, lines)
    else:
        stamp = timezone.localtime().strftime("%Y-%m-%d %H:%M")
        written = write_xlsx(
            path,
            headers,
            lines,
            formats=[_format(c) for c in columns],
            sheet_name=str(found.resource.title)[:31],
            watermark=_("%(who)s 导出于 %(when)s") % {"who": by.name, "when": stamp},
        )
    path.chmod(0o600)
    return written


def _headers(columns: list[BoundColumn]) -> list[str]:
    """Return the titles, made unique so that the file can be imported again."""
    seen: dict[str, int] = {}
    found = []
    for column in columns:
        seen[column.title] = seen.get(column.title, 0) + 1
        again = seen[column.title] > 1
        found.append(f"{column.title} {seen[column.title]}" if again else column.title)
    return found


def _lines(found: Listing, columns: list[BoundColumn]) -> Iterator[list[Any]]:
    sources = [c.source for c in columns]
    rows = rows_of(found).values_list(*dict.fromkeys(sources))
    places = {source: at for at, source in enumerate(dict.fromkeys(sources))}
    chosen = [(c, places[c.source]) for c in columns]
    for row in rows.iterator(chunk_size=FETCH):
        yield [_cell(column, row[at]) for column, at in chosen]


def _cell(column: BoundColumn, value: Any) -> Any:
    cell = column.sheet(value)
    if hasattr(cell, "astimezone") and getattr(cell, "tzinfo", None):
        return timezone.localtime(cell).replace(tzinfo=None)
    return cell


def _format(column: BoundColumn) -> ColumnFormat:
    f = column.field
    if isinstance(f, kinds.Money):
        return "money"
    if isinstance(f, models.DateTimeField):
        return "datetime"
    if isinstance(f, models.DateField):
        return "date"
    if isinstance(f, models.IntegerField):
        return "number"
    text = isinstance(f, models.CharField | models.TextField | models.ForeignKey)
    return "text" if text else "general"
