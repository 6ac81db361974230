"""The check while somebody types, saves, imports or asks: who is there already (DAT-024, DAT-025)."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zhike.duplicates.matching.compare import (
    COMMON,
    FLAT,
    CustomerComparer,
    Customers,
    PersonComparer,
    Persons,
)
from zhike.duplicates.matching.encode import Ints, Vocabulary
from zhike.duplicates.models import CUSTOMER, SUBJECTS, Scan
from zhike.duplicates.policies import (
    CustomerFacts,
    CustomerLikeness,
    PersonFacts,
    PersonLikeness,
    likeness,
)
from zhike.duplicates.queries.columns import FIELDS, as_columns, read
from zhike.kernel.actor import ANONYMOUS, Actor
from zhike.kernel.policy_store import in_force
from zhike.kernel.prepared import Ids, prepared
from zhike.kernel.registry import registry
from zhike.kernel.scope import among

POLICIES = {CUSTOMER: CustomerLikeness.id, "person": PersonLikeness.id}
PER_KEY = 20
MOST = 600
VOCABULARY_SECONDS = 600
ANY_ID = 2**63 - 1
_kept: list[tuple[float, Vocabulary]] = []

_CANDIDATES = f"""
SELECT string_agg(asked.at::text, ','), string_agg(found.record_id::text, ',')
  FROM unnest(%s::bigint[]) WITH ORDINALITY asked(key, at)
 CROSS JOIN LATERAL (SELECT record_id FROM duplicates_key
                      WHERE key = asked.key AND kind = %s AND record_id <= %s
                      LIMIT {PER_KEY}) found"""  # noqa: S608


@dataclass(frozen=True)
class Candidate:
    """A record that may be the one that is asked for.

    A reader without access gets ``title`` and ``url`` empty and nothing but state and department.
    """

    id: int
    score: float
    level: str
    evidence: Sequence[str]
    visible: bool
    title: str = ""
    url: str = ""
    state: str = ""
    unit: str = ""
    same_code: bool = False
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def percent(self) -> int:
        """The score as people read it."""
        return round(self.score * 100)


@dataclass(frozen=True)
class Match:
    """A stored record beside a row that was asked for, before anybody's rights are looked at."""

    id: int
    score: float
    facts: Mapping[str, float]


def vocabulary(kind: str) -> Vocabulary:
    """Return how telling characters are among our customers, as the last scan counted them.

    Kept in this process: taking a table of 65,536 weights from a cache costs more than the check.
    """
    if kind != CUSTOMER:
        return FLAT
    now = time.monotonic()
    if _kept and now - _kept[0][0] < VOCABULARY_SECONDS:
        return _kept[0][1]
    rows = Scan.unscoped.filter(status=Scan.Status.DONE).order_by("-id")
    found = Vocabulary(rows.values_list("shares", flat=True).first() or COMMON)
    _kept[:] = [(now, found)]
    return found


def forget_vocabulary() -> None:
    """Read the vocabulary anew in this process; a scan has counted it."""
    _kept.clear()


def comparer(kind: str, one: Any, other: Any, words: Vocabulary) -> Any:
    """Return the comparer of two sets of records of one kind."""
    made: Any = CustomerComparer if kind == CUSTOMER else PersonComparer
    return made(one, other, words)


def score(kind: str, found: Any, params: Any) -> Any:
    """Return the probabilities of the compared pairs."""
    rate: Any = likeness.customer_score if kind == CUSTOMER else likeness.person_score
    return rate(found, params)


def facts_type(kind: str) -> Any:
    """Return the facts on which the rule of a kind decides."""
    return CustomerFacts if kind == CUSTOMER else PersonFacts


def evidence(kind: str, facts: Mapping[str, float]) -> list[str]:
    """Return what speaks for one record, as message ids."""
    made = facts_type(kind)(**facts)
    if kind == CUSTOMER:
        return likeness.customer_evidence(made)
    return likeness.person_evidence(made)


def matches(
    kind: str, rows: Sequence[Mapping[str, Any]], *, least: float, but: int | None = None,
    newest: int = ANY_ID,
) -> list[list[Match]]:  # fmt: skip
    """Return for each asked row the stored records it may be, most probable first.

    Args:
        rows: field -> value as in ``FIELDS``; missing fields are empty. least: lowest probability.
        but: id of a record that is not looked for, because it is the one being edited. newest: the
        last id that is looked for.
    """
    asked = as_columns(kind, [[row.get(name) for name in FIELDS[kind]] for row in rows])
    at, ids = _candidates(kind, asked, newest)
    result: list[list[Match]] = [[] for _row in rows]
    if not len(ids):
        return result
    known, stored = read(kind, np.unique(ids).tolist())
    i, j = _placed(at, ids, known, but)
    if not len(i):
        return result
    _version, params = in_force(POLICIES[kind])
    found = comparer(kind, asked, stored, vocabulary(kind)).facts(
        i, j, lambda best: score(kind, best, params) >= least
    )
    scores = score(kind, found, params)
    names = tuple(facts_type(kind).model_fields)
    for k in np.flatnonzero(scores >= least):
        facts = found.row(int(k), names)
        result[int(i[k])].append(Match(known[int(j[k])], float(scores[k]), facts))
    for matched in result:
        matched.sort(key=lambda one: (-one.score, one.id))
    return result


def _placed(at: Ints, ids: Ints, known: list[int], but: int | None) -> tuple[Ints, Ints]:
    """Return the pairs, each once, as (asked row, place among the known records)."""
    if not known:
        return at[:0], at[:0]
    order = np.argsort(known)
    ordered = np.array(known, np.int64)[order]
    place = np.minimum(np.searchsorted(ordered, ids), len(ordered) - 1)
    there = ordered[place] == ids
    if but is not None:
        there &= ids != but
    pairs = np.unique(at[there] * len(known) + order[place[there]])
    return np.divmod(pairs, len(known))


def _candidates(kind: str, asked: Customers | Persons, newest: int) -> tuple[Ints, Ints]:
    """Return (asked row, id) of all that share a key; the same two may meet more than once."""
    rows, keys = asked.keys()
    if not len(keys):
        return keys, keys
    # Each key once and in the order of the index: neighbours lie on the same pages.
    wanted, which = np.unique(keys, return_inverse=True)
    with connection.cursor() as cursor:
        text = "{" + ",".join(map(str, wanted.tolist())) + "}"
        cursor.execute(_CANDIDATES, [text, kind[0], newest])
        met, ids = (_numbers(text) for text in cursor.fetchone())
        cursor.execute(
            "SELECT record_id FROM duplicates_waiting WHERE kind = %s AND record_id <= %s LIMIT %s",
            [kind[0], newest, MOST],
        )
        waiting = [row[0] for row in cursor.fetchall()]
    at, ids = _spread(rows, which, met - 1, ids)
    if len(asked) > 1:
        return at, ids
    # What was saved a moment ago has no keys yet: it is compared with everybody that is asked for.
    ids = np.concatenate([ids, np.array(waiting, np.int64)])
    return np.zeros(len(ids), np.int64), ids


def _numbers(text: str | None) -> Ints:
    return np.fromstring(text or "", np.int64, sep=",")


def _spread(rows: Ints, which: Ints, met: Ints, ids: Ints) -> tuple[Ints, Ints]:
    """Return the rows that asked for each key beside the ids that were met under it.

    Args:
        rows, which: a row and the number of a key it has; met, ids: the number of a key and an id.
    """
    order = np.argsort(which, kind="stable")
    starts = np.searchsorted(which[order], met)
    sizes = np.searchsorted(which[order], met, side="right") - starts
    step = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return rows[order][np.repeat(starts, sizes) + step], np.repeat(ids, sizes)


def candidates(
    kind: str, values: Mapping[str, Any], *, by: Actor, least: float, limit: int,
    but: int | None = None,
) -> list[Candidate]:  # fmt: skip
    """Return the look-alikes of one record as this reader may know them (DAT-025)."""
    found = matches(kind, [values], least=least, but=but)[0][:limit]
    if not found:
        return []
    ids = [one.id for one in found]
    mine = {pk for (pk,) in _mine(by, kind, ids)}
    rows: dict[int, Any] = {row.pk: row for row in _stored(ANONYMOUS, kind, ids)}
    resource = registry.resource(cast("Any", SUBJECTS[kind]))
    _version, params = in_force(POLICIES[kind])
    return [
        _seen(kind, one, rows[one.id], resource if one.id in mine else None, by, params)
        for one in found
    ]


@prepared
def _mine(by: Actor, kind: str, ids: Ids) -> "QuerySet[Any, tuple[int]]":
    model: Any = SUBJECTS[kind]
    rows: QuerySet[Any, tuple[int]] = model.objects.visible_to(by).order_by().values_list("pk")
    return rows.filter(among("id", ids))


@prepared
def _stored(_by: Actor, kind: str, ids: Ids) -> "QuerySet[Any]":
    model: Any = SUBJECTS[kind]
    rows: QuerySet[Any] = model.unscoped.filter(among("id", ids))
    return rows.select_related("unit", "owner")


def _seen(
    kind: str, one: Match, row: Any, resource: Any, by: Actor, params: Any
) -> Candidate:  # fmt: skip
    """Return one look-alike; without its resource the reader may not see it."""
    visible = resource is not None
    state = str(row.get_lifecycle_display()) if kind == CUSTOMER else ""
    unit = str(row.unit) if row.unit_id else _("未分配部门")
    spoken = [_(text) for text in evidence(kind, one.facts)]
    return Candidate(
        id=row.pk if visible else 0,
        score=one.score,
        level=likeness.level(one.score, params),
        evidence=spoken if visible else [],
        visible=visible,
        title=resource.title_of(row, by) if visible else "",
        url=resource.record_url(row.pk) if visible else "",
        state=state,
        unit=unit,
        same_code=one.facts.get("code", 0) > 0,
        details={"owner": str(row.owner or ""), "code": getattr(row, "code", "")}
        if visible
        else {},
    )
