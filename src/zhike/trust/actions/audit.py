"""The audit trail: append-only, each entry bound to the one before by a keyed digest.

The key comes from the instance's secret, so that somebody with the database alone cannot write the
chain anew; the daily anchors outside the database prove that its end was not cut off.
"""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden
from zhike.kernel.records import Record
from zhike.trust.models import AuditEntry

SALT = "zhike.trust.audit"
LOCK = 7453
RIGHTS_KINDS = frozenset(
    {
        "role_assigned",
        "role_withdrawn",
        "user_deactivated",
        "unit_joined",
        "unit_left",
        "unit_moved",
    }
    | {"grant_changed", "field_rule_changed", "team_right_changed"}
)


def note_audit(
    kind: str,
    *,
    by: Actor,
    row: Record | None = None,
    resource: str = "",
    object_id: int | None = None,
    succeeded: bool = True,
    address: str | None = None,
    details: "dict[str, Any] | None" = None,
) -> AuditEntry:
    """Append an entry in the running transaction: the act and its proof stand or fall together.

    Args:
        kind: what was done, such as ``sign_in``, ``reveal``, ``export``.
        row: the record it was done to; else ``resource`` and ``object_id``.
        details: plain JSON values; never a secret, never personal data in clear.
    """
    entry = AuditEntry(
        at=timezone.now(),
        user_id=by.user_id,
        actor=(by.name or by.system_reason)[:80],
        kind=kind,
        resource=row.key() if row is not None else resource,
        object_id=row.pk if row is not None else object_id,
        succeeded=succeeded,
        address=address,
        channel=by.channel,
        request_id=by.request_id[:40],
        details=details or {},
    )
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        last = AuditEntry.objects.order_by("-pk").values_list("digest", flat=True).first()
        entry.digest = _digest(entry, last or "")
        entry.save(force_insert=True)
    if kind in RIGHTS_KINDS:
        from zhike.trust.queries import forget_rights

        transaction.on_commit(forget_rights)
    return entry


def note_refusal(error: Forbidden, *, by: Actor, path: str, address: str | None = None) -> None:
    """Write that somebody tried what he has no right to; for the doors, after the roll-back."""
    note_audit(
        "refused",
        by=by,
        resource=error.resource,
        succeeded=False,
        address=address,
        details={"verb": error.verb, "path": path[:300]},
    )


def _digest(entry: AuditEntry, previous: str) -> str:
    facts = [
        entry.at.astimezone(dt.UTC).isoformat(),
        entry.user_id,
        entry.actor,
        entry.kind,
        entry.resource,
        entry.object_id,
        entry.succeeded,
        entry.address,
        entry.channel,
        entry.request_id,
        entry.details,
    ]
    text = json.dumps([previous, *facts], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return salted_hmac(SALT, text, algorithm="sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Proof:
    """What the check of the trail found: ``broken_at`` is the first entry that does not fit."""

    whole: bool
    entries: int
    broken_at: int | None = None
    missing_anchor: int | None = None


def verify_chain() -> Proof:
    """Walk the whole trail: alteration, deletion, insertion and a cut-off end are found."""
    previous, seen = "", 0
    anchors = _anchors()
    for entry in AuditEntry.objects.order_by("pk").iterator(chunk_size=2_000):
        if entry.digest != _digest(entry, previous):
            return Proof(False, seen, broken_at=entry.pk)
        if entry.pk in anchors and anchors.pop(entry.pk) != entry.digest:
            return Proof(False, seen, broken_at=entry.pk)
        previous, seen = entry.digest, seen + 1
    if anchors:
        return Proof(False, seen, missing_anchor=min(anchors))
    return Proof(True, seen)


def anchor_audit() -> int | None:
    """Write the newest entry's digest to the anchor file, which may leave the machine.

    Returns the entry's id, or None for an empty trail.
    """
    last = AuditEntry.objects.order_by("-pk").first()
    if last is None:
        return None
    path = Path(settings.AUDIT_ANCHORS)
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"database": _database(), "id": last.pk, "digest": last.digest})
    with path.open("a", encoding="ascii") as file:
        file.write(line + "\n")
    path.chmod(0o600)
    return int(last.pk)


def _anchors() -> dict[int, str]:
    path = Path(settings.AUDIT_ANCHORS)
    if not path.is_file():
        return {}
    lines = [json.loads(line) for line in path.read_text(encoding="ascii").splitlines() if line]
    mine = _database()
    return {line["id"]: line["digest"] for line in lines if line["database"] == mine}


def _database() -> str:
    """Return what tells one database from another, so that a restored copy has its own anchors."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT oid::text FROM pg_database WHERE datname = current_database()")
        found: str = cursor.fetchone()[0]
    return found


def audit_export(by: Actor, rows: int, conditions: str) -> None:
    """Write that the trail itself was exported."""
    note_audit("audit_exported", by=by, details={"rows": rows, "conditions": conditions[:300]})
