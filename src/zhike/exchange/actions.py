"""What people do with files: upload, map, check, correct, import, undo, discard, export."""

import datetime as dt
import logging
import uuid
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhike.exchange.engine import check, mapping
from zhike.exchange.engine.fields import match_choices, targets
from zhike.exchange.models import ExportFile, ImportBatch
from zhike.exchange.sheets.container import FAMILIES
from zhike.exchange.sheets.limits import Limits
from zhike.kernel.actions import authorise, recorded
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Invalid, NotFound
from zhike.kernel.jobs import defer
from zhike.kernel.registry import registry

log = logging.getLogger(__name__)

MAX_CORRECTIONS = 200
EXPORT_HOURS = 24
Status = ImportBatch.Status


def import_folder() -> Path:
    """Return the directory of uploaded files, readable by this user only."""
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def upload(
    resource_key: str, file_name: str, chunks: Iterable[bytes], size: int, *, by: Actor
) -> ImportBatch:
    """Keep an uploaded file and let the worker read it.

    Args:
        chunks: the content, streamed; its size is checked against what arrives, too.

    Raises:
        Forbidden: no right to import; Invalid: no spreadsheet, empty or too big.
    """
    resource = check.resource_of(resource_key)
    authorise(by, resource.key, "import")
    suffix = Path(file_name).suffix.lower()
    limit = Limits().max_bytes
    if suffix not in FAMILIES:
        raise Invalid(fields={"file": [_("请上传 .xlsx、.xls 或 .csv 文件。")]})
    if size > limit:
        raise Invalid(fields={"file": [_too_big(limit)]})
    path = import_folder() / f"{uuid.uuid4().hex}{suffix}"
    written = _store(path, chunks, limit)
    now = timezone.now()
    batch = ImportBatch(
        user_id=by.user_id,
        resource=resource.key,
        file_name=Path(file_name).name[-200:],
        path=str(path),
        size=written,
        options={"language": get_language() or settings.LANGUAGE_CODE},
        mode=ImportBatch.Mode.UPSERT,
        created_at=now,
        updated_at=now,
        created_by_id=by.user_id,
        updated_by_id=by.user_id,
    )
    with recorded(by, "exchange.upload", reason=batch.file_name):
        batch.save()
        defer("exchange.inspect_batch", batch_id=batch.pk)
    return batch


def _too_big(limit: int) -> str:
    return _("文件超过 %d MB，请拆成几个文件。") % (limit // 2**20)


def _store(path: Path, chunks: Iterable[bytes], limit: int) -> int:
    written = 0
    with path.open("xb") as out:
        for chunk in chunks:
            written += len(chunk)
            if written > limit:
                break
            out.write(chunk)
    path.chmod(0o600)
    if 0 < written <= limit:
        return written
    path.unlink()
    message = _("文件是空的。请检查是否选对了文件。") if not written else _too_big(limit)
    raise Invalid(fields={"file": [message]})


def own_batch(batch_id: int, *, by: Actor) -> ImportBatch:
    """Return the actor's batch, who still has the right to import.

    Raises:
        NotFound, Forbidden
    """
    batch = ImportBatch.objects.visible_to(by).filter(pk=batch_id).first()
    if batch is None:
        raise NotFound
    authorise(by, batch.resource, "import")
    return batch  # type: ignore[no-any-return]


def _step(
    batch_id: int, name: str, allowed: set[str], change: Callable[[ImportBatch], None], *, by: Actor
) -> ImportBatch:
    """Change a batch under lock if its state allows, and set the worker to work."""
    own_batch(batch_id, by=by)
    with recorded(by, f"exchange.{name}"):
        batch = ImportBatch.unscoped.select_for_update().get(pk=batch_id)
        if batch.status not in allowed:
            raise Conflict(
                _("这个导入批次现在是“%s”，不能执行这一步。") % batch.get_status_display()
            )
        change(batch)
        batch.version += 1
        batch.updated_at = timezone.now()
        batch.save()
    return batch


def choose_mapping(
    batch_id: int,
    chosen: Mapping[str, str],
    *,
    by: Actor,
    mode: str,
    match_key: str = "",
    sheet_name: str = "",
) -> ImportBatch:
    """Set which column fills which field, and check all rows.

    Raises:
        Invalid: the mapping cannot be used; nothing was started.
    """
    batch = own_batch(batch_id, by=by)
    resource = check.resource_of(batch.resource)
    if mode not in ImportBatch.Mode.values:
        raise Invalid(fields={"mode": [_("请选择重复时的处理方式。")]})
    other_sheet = bool(sheet_name) and sheet_name != batch.sheet_name
    if other_sheet and sheet_name not in batch.options.get("sheets", []):
        raise Invalid(fields={"sheet": [_("没有名为“%s”的工作表。") % sheet_name]})
    if not other_sheet:
        found = mapping.checked(resource, batch.headers, chosen, by, mode=mode)
        _check_key(resource, by, match_key, mode, {t.name for t in found.values()})

    def change(row: ImportBatch) -> None:
        if other_sheet:
            row.sheet_name, row.headers, row.status = sheet_name, [], Status.UPLOADED
            row.options = {k: v for k, v in row.options.items() if k != "corrections"}
            defer("exchange.inspect_batch", batch_id=row.pk)
            return
        row.mapping = {h: chosen.get(h, mapping.SKIP) for h in row.headers}
        row.mode, row.match_key, row.status, row.message = mode, match_key, Status.CHECKING, ""
        defer("exchange.check_batch", batch_id=row.pk)

    return _step(
        batch_id, "choose_mapping", {Status.UPLOADED, Status.CHECKED, Status.FAILED}, change, by=by
    )


def _check_key(resource: Any, by: Actor, key: str, mode: str, mapped: set[str]) -> None:
    if key and key not in {t.name for t in match_choices(resource, by)}:
        raise Invalid(fields={"match_key": [_("不能用这个字段查找已有记录。")]})
    if key and key not in mapped:
        raise Invalid(fields={"match_key": [_("匹配字段没有对应的列。")]})
    if not key and mode != ImportBatch.Mode.INSERT:
        raise Invalid(fields={"match_key": [_("更新已有记录需要选择匹配字段。")]})


def correct_cell(
    batch_id: int, row_number: int, header: str, text: str, *, by: Actor
) -> ImportBatch:
    """Change one cell as if the person had changed the file, and check again.

    Raises:
        Invalid: the new value does not fit its field either, or too many corrections.
    """
    batch = own_batch(batch_id, by=by)
    name = batch.mapping.get(header, "")
    target = targets(check.resource_of(batch.resource), by).get(name)
    if target is None:
        raise Invalid(fields={header: [_("这一列没有导入。")]})
    if text and not target.is_link:
        try:
            target.kind.clean_value(text)
        except ValidationError as error:
            raise Invalid(fields={header: list(error.messages)}) from error

    def change(row: ImportBatch) -> None:
        corrections = row.options.setdefault("corrections", {})
        corrections.setdefault(str(int(row_number)), {})[header] = text[:2000]
        if sum(map(len, corrections.values())) > MAX_CORRECTIONS:
            raise Invalid(
                _("在页面上最多修改 %d 个单元格，更多请下载错误行修改后重新上传。")
                % MAX_CORRECTIONS
            )
        row.status = Status.CHECKING
        defer("exchange.check_batch", batch_id=row.pk)

    return _step(batch_id, "correct_cell", {Status.CHECKED, Status.CHECKING}, change, by=by)


def start_import(batch_id: int, *, by: Actor) -> ImportBatch:
    """Import the good rows of a checked batch in the background."""

    def change(row: ImportBatch) -> None:
        if row.to_create:
            authorise(by, row.resource, "create")
        if row.to_update:
            authorise(by, row.resource, "change")
        if not row.to_create + row.to_update:
            raise Conflict(_("没有可以导入的行。"))
        row.status, row.started_at, row.processed = Status.IMPORTING, timezone.now(), 0
        defer("exchange.import_batch", batch_id=row.pk)

    return _step(batch_id, "start_import", {Status.CHECKED}, change, by=by)


def undo_import(batch_id: int, *, by: Actor) -> ImportBatch:
    """Take a whole batch back within the days allowed.

    Raises:
        Conflict: not imported, or too late.
    """

    def change(row: ImportBatch) -> None:
        if row.undo_until is None or row.undo_until < timezone.now():
            raise Conflict(_("撤销期限已过，请逐条修改。"))
        row.status, row.processed = Status.UNDOING, 0
        defer("exchange.undo_batch", batch_id=row.pk)

    return _step(batch_id, "undo_import", {Status.DONE}, change, by=by)


def discard(batch_id: int, *, by: Actor) -> ImportBatch:
    """Give a batch up before it was imported; the file is deleted."""

    def change(row: ImportBatch) -> None:
        row.status = Status.DISCARDED
        row.rows.all().delete()
        Path(row.path).unlink(missing_ok=True)

    return _step(
        batch_id, "discard", {Status.UPLOADED, Status.CHECKED, Status.FAILED}, change, by=by
    )


def start_export(
    resource_key: str, query: str, *, by: Actor, purpose: str, file_format: str = "xlsx"
) -> ExportFile:
    """Register the export of a list as its reader sees it; written at once or by the worker.

    Raises:
        Forbidden: no right to export; Invalid: no purpose, unknown format; BadQuery.
    """
    from zhike.exchange import exports

    resource = registry.resources.get(resource_key)
    if resource is None:
        raise NotFound
    authorise(by, resource_key, "export")
    if not purpose.strip():
        raise Invalid(fields={"purpose": [_("请填写导出用途，它会写入审计记录。")]})
    if file_format not in exports.FORMATS:
        raise Invalid(fields={"format": [_("请选择 xlsx 或 csv。")]})
    listing = exports.listing(resource, query, by)
    rows = exports.count(listing)
    now = timezone.now()
    file = ExportFile(
        user_id=by.user_id,
        resource=resource_key,
        query=query,
        purpose=purpose.strip()[:120],
        format=file_format,
        rows=rows,
        expires_at=now + dt.timedelta(hours=EXPORT_HOURS),
        created_at=now,
        updated_at=now,
        created_by_id=by.user_id,
        updated_by_id=by.user_id,
    )
    with recorded(by, "exchange.export", reason=file.purpose):
        file.save()
        exports.note_audit(file, by)
        if rows > exports.AT_ONCE:
            defer("exchange.write_export", export_id=file.pk)
    if rows <= exports.AT_ONCE:
        exports.write(file, by)
    return file
