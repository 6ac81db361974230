"""Imports and exports in one call, for the command line, tests and the demo company."""

import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.exchange import actions, exports
from zhike.exchange.engine import run
from zhike.exchange.engine.check import resource_of
from zhike.exchange.engine.mapping import checked, suggest
from zhike.exchange.engine.match import find_lookalikes
from zhike.exchange.engine.plan import Plan
from zhike.exchange.models import ImportBatch
from zhike.exchange.sheets.problems import SheetError
from zhike.exchange.sheets.reader import Sheet
from zhike.identity.models import User
from zhike.kernel.actions import authorise
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.registry import registry
from zhike.trust.queries import actor_for


class CannotImport(Exception):
    """The file, the resource or the person does not allow it; the message is for the terminal."""


def actor(username: str | None) -> Actor:
    """Return the person's rights, or the audited system actor."""
    if not username:
        return SYSTEM(reason="zhike import")
    user = User.unscoped.filter(username__iexact=username, is_active=True).first()
    if user is None:
        raise CannotImport(_("没有账号“%s”。") % username)
    return actor_for(user, channel="cli")


def import_file(
    key: str,
    path: Path,
    *,
    by: Actor,
    mapping: Mapping[str, str] | None = None,
    mode: str = "insert",
    key_field: str = "",
    sheet: str = "",
    dry_run: bool = False,
) -> dict[str, Any]:
    """Check a file and import its good rows; returns counts, problems and the batch's id.

    Args:
        mapping: header -> field; recognised by the headers where it is left out.
        mode: insert, update or upsert; key_field: how existing records are found.

    Raises:
        CannotImport, Invalid, Forbidden: nothing was written.
    """
    resource = resource_of(key)
    authorise(by, key, "import")
    if not path.is_file():
        raise CannotImport(_("没有文件 %s。") % path)
    batch = _batch(key, path, by=by, mode=mode, key_field=key_field, sheet=sheet, keep=not dry_run)
    try:
        table = run.read(batch)
    except SheetError as error:
        raise CannotImport(error.message) from error
    batch.headers, batch.sheet_name = table.headers, table.sheet_name
    chosen = {h: f for h, f in (mapping or {}).items() if f}
    batch.mapping = (
        {**dict.fromkeys(table.headers, ""), **chosen}
        if mapping
        else suggest(resource, table.headers, by)
    )
    checked(resource, table.headers, batch.mapping, by, mode=mode)
    if key_field and key_field not in batch.mapping.values():
        raise Invalid(_("匹配字段没有对应的列。"))
    plan = _dry(batch, table, by) if dry_run else _import(batch, table, by)
    return {
        "resource": key,
        "file": path.name,
        "dry_run": dry_run,
        "batch": batch.pk,
        "counts": plan.counts(),
        "mapping": {h: f for h, f in batch.mapping.items() if f},
        "problems": _problems(plan),
    }


def _dry(batch: ImportBatch, table: Sheet, by: Actor) -> Plan:
    plan = run.judge(batch, table, by)
    find_lookalikes(plan, by)
    return plan


def _import(batch: ImportBatch, table: Sheet, by: Actor) -> Plan:
    batch.status = ImportBatch.Status.CHECKING
    batch.save()
    plan = run.check_and_carry_out(batch, by, table)
    batch.refresh_from_db()
    return plan


def _batch(
    key: str, path: Path, *, by: Actor, mode: str, key_field: str, sheet: str, keep: bool
) -> ImportBatch:
    now = timezone.now()
    stored = path
    if keep:
        stored = actions.import_folder() / f"{uuid.uuid4().hex}{path.suffix.lower()}"
        shutil.copyfile(path, stored)
        stored.chmod(0o600)
    return ImportBatch(
        user_id=by.user_id,
        resource=key,
        file_name=path.name[-200:],
        path=str(stored),
        size=path.stat().st_size,
        mode=mode,
        match_key=key_field,
        sheet_name=sheet,
        created_at=now,
        updated_at=now,
        created_by_id=by.user_id,
        updated_by_id=by.user_id,
    )


def _problems(plan: Plan) -> list[dict[str, Any]]:
    return [
        {"row": plan.row_numbers[row], **problem.to_json()}
        for row in sorted(plan.problems)
        for problem in plan.problems[row]
    ]


def export_file(key: str, query: str, out: Path, *, by: Actor) -> int:
    """Write a list to ``out``; returns the number of rows.

    Raises:
        CannotImport: no such resource or an unknown file type; Forbidden; BadQuery.
    """
    resource = registry.resources.get(key)
    if resource is None or out.suffix.lstrip(".") not in exports.FORMATS:
        raise CannotImport(_("没有对象“%(key)s”，或文件类型不是 xlsx、csv。") % {"key": key})
    authorise(by, key, "export")
    return exports.write_rows(exports.listing(resource, query, by), out, by)
