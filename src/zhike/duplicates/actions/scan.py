"""The comparison of everybody with everybody, and what it writes: pairs for people to judge."""

import json
import time
from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.duplicates.events import ScanFinished
from zhike.duplicates.matching import scan as matcher
from zhike.duplicates.models import CUSTOMER, PERSON, Scan
from zhike.duplicates.policies import likeness
from zhike.duplicates.queries import live
from zhike.duplicates.queries.columns import read
from zhike.kernel.actions import authorise, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict
from zhike.kernel.events import emit
from zhike.kernel.jobs import defer
from zhike.kernel.policy_store import in_force

STEPS = 6
MOST_PAIRS = 200_000
ABANDONED = 3_600  # seconds; a scan that died does not block the next one

_WRITE = """
INSERT INTO duplicates_pair (version, extra, created_at, updated_at, created_by_id, kind,
    left_{kind}_id, right_{kind}_id, score, level, facts, evidence, status, reason)
SELECT 1, '{{}}', %(now)s, %(now)s, %(user)s, '{kind}', f.one, f.other, f.score, f.level,
       f.facts, f.evidence, 'open', ''
  FROM zk_pairs f
ON CONFLICT (left_{kind}_id, right_{kind}_id) WHERE kind = '{kind}' DO UPDATE SET
    score = excluded.score, level = excluded.level, facts = excluded.facts,
    evidence = excluded.evidence, updated_at = excluded.updated_at,
    version = duplicates_pair.version + 1
WHERE duplicates_pair.status = 'open' AND duplicates_pair.score <> excluded.score"""

_FORGET = """
DELETE FROM duplicates_pair p WHERE p.kind = '{kind}' AND p.status = 'open' AND NOT EXISTS (
    SELECT FROM zk_pairs f WHERE f.one = p.left_{kind}_id AND f.other = p.right_{kind}_id)"""


def start_scan(*, by: Actor) -> Scan:
    """Begin a comparison of everybody in the background; its progress is on the page.

    Raises:
        Forbidden: the actor may not. Conflict: one is running.
    """
    authorise(by, Scan.key(), "create")
    with recorded(by, "duplicates.start_scan"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('duplicates.scan'))")
        running = Scan.unscoped.filter(status=Scan.Status.RUNNING).order_by("-id").first()
        if running and (timezone.now() - running.updated_at).total_seconds() < ABANDONED:
            raise Conflict(_("扫描正在进行，请稍候。"))
        if running:
            running.status = Scan.Status.FAILED
            store(running, by=by, fields=["status"])
        scan = Scan(total=STEPS, step=_("等待开始"))
        store(scan, by=by)
        defer("duplicates.run_scan", scan_id=scan.pk)
    return scan


def run_scan(scan: Scan, *, by: Actor) -> Scan:
    """Compare everybody with everybody and write the pairs; may be run again."""
    began = time.perf_counter()
    found = records = 0
    for at, kind in enumerate((CUSTOMER, PERSON)):
        count, pairs, words = _scan_kind(kind, scan, at * 3, by)
        records, found = records + count, found + pairs
        if kind == CUSTOMER:
            scan.shares = words
    scan.status, scan.step, scan.done = Scan.Status.DONE, "", STEPS
    scan.records, scan.pairs = records, found
    scan.seconds = round(time.perf_counter() - began)
    with recorded(by, "duplicates.run_scan"):
        store(scan, by=by)
        emit(ScanFinished(scan.pk, records, found), by=by)
    live.forget_vocabulary()
    return scan


def fail_scan(scan: Scan, *, by: Actor) -> None:
    """Note that a scan did not come to its end."""
    with recorded(by, "duplicates.fail_scan"):
        scan.status = Scan.Status.FAILED
        store(scan, by=by, fields=["status"])


def _progress(scan: Scan, done: int, step: str, by: Actor) -> None:
    with recorded(by, "duplicates.run_scan"):
        scan.done, scan.step = done, step
        store(scan, by=by, fields=["done", "step"])


def _scan_kind(kind: str, scan: Scan, done: int, by: Actor) -> tuple[int, int, dict[str, float]]:
    """Return how many records were compared, how many pairs were found, and the vocabulary."""
    __, params = in_force(live.POLICIES[kind])
    what = _("客户") if kind == CUSTOMER else _("联系人")
    _progress(scan, done, _("读取%s") % what, by)
    ids, columns = read(kind)
    _progress(scan, done + 1, _("寻找相近的%s") % what, by)
    pairs = matcher.all_pairs(columns)
    _progress(scan, done + 2, _("比较%s") % what, by)
    words = columns.vocabulary()
    lines: list[tuple[Any, ...]] = []
    for part in matcher.scored(
        columns, pairs, words, rate=lambda f: live.score(kind, f, params), least=params.likely
    ):
        lines += _lines(kind, ids, part, params)
    lines.sort(key=lambda line: -line[2])
    with recorded(by, "duplicates.run_scan"):
        _write(kind, lines[:MOST_PAIRS], by)
    return len(ids), min(len(lines), MOST_PAIRS), words.shares


def _lines(kind: str, ids: list[int], part: matcher.Scored, params: Any) -> list[tuple[Any, ...]]:
    names = tuple(live.facts_type(kind).model_fields)
    found = []
    for at in range(len(part.one)):
        facts = {n: round(v, 4) for n, v in part.facts.row(at, names).items() if v}
        one, other = sorted((ids[int(part.one[at])], ids[int(part.other[at])]))
        score = float(part.score[at])
        found.append((
            one, other, int(np.floor(score * 100)), likeness.level(score, params),
            json.dumps(facts), json.dumps(live.evidence(kind, facts), ensure_ascii=False),
        ))  # fmt: skip
    return found


def _write(kind: str, lines: list[tuple[Any, ...]], by: Actor) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE zk_pairs (one bigint, other bigint, score bigint, level text,"
            " facts jsonb, evidence jsonb) ON COMMIT DROP"
        )
        with cursor.copy("COPY zk_pairs FROM STDIN") as copy:
            for line in lines:
                copy.write_row(line)
        # Records that went away since they were read.
        table = f"customers_{kind}"
        cursor.execute(
            f"DELETE FROM zk_pairs f WHERE NOT EXISTS (SELECT FROM {table} c WHERE c.id = f.one AND"  # noqa: S608
            f" c.archived_at IS NULL) OR NOT EXISTS (SELECT FROM {table} c WHERE c.id = f.other AND"
            " c.archived_at IS NULL)"
        )
        cursor.execute(_FORGET.format(kind=kind))
        cursor.execute(_WRITE.format(kind=kind), {"now": timezone.now(), "user": by.user_id})
        cursor.execute("DROP TABLE zk_pairs")
