"""The one search box: hanzi substrings, pinyin, initials, codes and phone endings, in PostgreSQL.

Terms live in a ``tsvector`` on each Searchable record and commit with the row. The plan guard
keeps every query in milliseconds: for a rare query the matches are collected first through the
GIN index, for a common one the newest rows are walked in order until enough matched. Left alone,
the planner picks the wrong one of the two and takes seconds.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db import connection
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet, Subquery, TextField, Value
from django.db.models.expressions import RawSQL

from zhike.chinese import terms, vectors
from zhike.chinese.selectivity import matching_share
from zhike.kernel import kinds
from zhike.kernel.actor import Actor
from zhike.kernel.prepared import Id, Ids, Text, prepared, replanned
from zhike.kernel.records import Searchable
from zhike.kernel.registry import registry
from zhike.kernel.scope import ArrayOf, EqualsAny, among

_CODE = re.compile(r"(?=[^0-9]*[0-9])[0-9A-Z]+(?:[-./][0-9A-Z]*)*")
COMMON_ROWS = 10_000
NEWEST_ROWS = 5_000
SOME_ROWS = 2_000
MOST_ROWS = 20_000
OVERFETCH = 2  # so that hits whose title shows the words can come first
STATISTICS_AGE = 300
_read: dict[tuple[str, str], tuple[float, Any]] = {}


def forget_statistics() -> None:
    """Read the statistics of tables anew at the next search."""
    _read.clear()


@dataclass(frozen=True, slots=True)
class Hit:
    """One found record, ready to show."""

    resource: str
    id: int
    title: str
    subtitle: str
    url: str
    badge: str = ""


def vector_of(row: Searchable) -> str:
    """Return the search terms of a row as a tsvector literal, from the kinds of its fields."""
    words: list[str] = []
    for name in row.search_fields:
        kind: Any = row._meta.get_field(name)
        words += kind.search_terms(getattr(row, name))
    return vectors.literal(words)


def vectors_of(
    model: type[Searchable], columns: Mapping[str, Sequence[Any]], count: int
) -> list[str]:
    """Return the search terms of ``count`` rows as tsvector literals, from full columns by name."""
    found = [
        vectors.column(type(kind).lexemes, columns[name])
        for name in model.search_fields
        if name in columns and (kind := cast("Any", model._meta.get_field(name))).lexemes
    ]
    return [" ".join(filter(None, row)) for row in zip(*found, strict=True)] or [""] * count


def matching(rows: "QuerySet[Any]", query: str, *, by: Actor) -> "QuerySet[Any]":
    """Restrict rows of a Searchable to those that match, under the plan guard."""
    text = terms.to_tsquery(query, masked=_phones_masked(rows.model, by))
    if not text:
        return rows.none()
    common = expected_rows(rows.model, text) >= COMMON_ROWS
    return rows.filter(_Matches(text)) if common else _collected(rows, text, by)


class _Matches(Func):
    """``search_tsv @@ '…'::tsquery``; unlike raw SQL it follows its table into a sub-query."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()

    def __init__(self, text: str, **extra: Any) -> None:
        query = RawSQL("%s::tsquery", [text], output_field=TextField())
        super().__init__(F("search_tsv"), query, **extra)


def _collected(rows: "QuerySet[Any]", text: str, by: Actor) -> "QuerySet[Any]":
    """The rows that match, as an init plan: before any sorting, whatever PostgreSQL estimates.

    Whoever sees own records only has few; they are found among the matches or the other way round.
    Who sees whole units must not make PostgreSQL read all ids of those: the GIN index comes first.
    """
    if by.breadth(rows.model.key(), "view").own_only:
        return _gathered(rows, text, MOST_ROWS)
    table = rows.model._meta.db_table
    found = f'SELECT id FROM "{table}" WHERE search_tsv @@ %s::tsquery LIMIT %s'  # noqa: S608
    sql = f'"{table}"."id" = ANY(ARRAY({found}))'
    return rows.filter(RawSQL(sql, [text, MOST_ROWS], output_field=BooleanField()))  # noqa: S611


def _gathered(rows: "QuerySet[Any]", text: str, most: int) -> "QuerySet[Any]":
    """Those of the rows that match, with the conditions of the rows applied before any sorting."""
    found = rows.order_by().filter(_Matches(text)).values("id")[:most]
    return rows.filter(Q(EqualsAny(F("id"), ArrayOf(Subquery(found)))))


def _newest(keys: Sequence[str], query: str, by: Actor, limit: int) -> dict[str, list[Any]]:
    """Return the newest matches of each kind, at most ``limit``.

    Rare words are looked up in all kinds by one statement, common ones kind by kind.
    """
    texts = {covered: terms.to_tsquery(query, masked=covered) for covered in (False, True)}
    rare: tuple[list[str], list[str]] = ([], [])
    found: dict[str, list[Any]] = {}
    for key in keys:
        model = cast("type[Searchable]", registry.resource(key).model)
        covered = _phones_masked(model, by)
        text = texts[covered]
        if text and expected_rows(model, text) < COMMON_ROWS:
            rare[covered].append(key)
        elif text:
            found[key] = _common(by, key, query, text, limit)
    if any(rare):
        ids_of: dict[str, list[int]] = {}
        for key, pk in _rare(by, *map(tuple, rare), texts[False], texts[True], limit):
            ids_of.setdefault(key, []).append(pk)
        found.update({key: _found(by, key, ids) for key, ids in ids_of.items()})
    return found


def _common(by: Actor, key: str, query: str, text: str, limit: int) -> list[Any]:
    """Return the newest matches of a word that many records hold.

    Whose own records are all he sees, for him those are read through. For others the beginning of a
    code is read off the codes, and another word looked for among the newest records first. Where
    those do not hold enough, its matches within the reader's scope are collected and sorted:
    walking on could pass half of the table, as when all that matches is old.
    """
    own = by.breadth(key, "view").own_only
    found = [] if own else _begun(by, key, query, limit)
    if found:
        return found
    floor = 0 if own else _floor(cast("type[Searchable]", registry.resource(key).model))
    found = _walked(by, key, text, floor, limit)
    return found if len(found) == limit or not floor else _old(by, key, text, limit)


def _ordered(by: Actor, key: str) -> "QuerySet[Any]":
    resource = registry.resource(key)
    rows = resource.model.objects.visible_to(by).order_by("-id")
    return rows.only(*resource.hit_fields) if resource.hit_fields else rows


@prepared
def _rare(
    by: Actor, clear: tuple[str, ...], covered: tuple[str, ...], text: Text, less: Text, limit: int
) -> "QuerySet[Any, Any]":
    """(resource, id) of the newest of each kind; ``less`` finds no digit that is not at an end."""
    parts: list[QuerySet[Any, Any]] = []
    for key, words in (*((key, text) for key in clear), *((key, less) for key in covered)):
        rows = _collected(_ordered(by, key), words, by).annotate(kind=Value(key))
        parts.append(rows.values_list("kind", "pk")[:limit])
    return parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]


@prepared
def _found(by: Actor, key: str, ids: Ids) -> "QuerySet[Any]":
    return _ordered(by, key).filter(among("id", ids))


@replanned
def _walked(by: Actor, key: str, text: Text, floor: Id, limit: int) -> "QuerySet[Any]":
    # A function call cannot use the GIN index, which would read all that ever matched.
    match = _Matches(text, template="ts_match_vq(%(expressions)s)", arg_joiner=", ")
    return _ordered(by, key).filter(match, pk__gte=floor)[:limit]


@replanned
def _old(by: Actor, key: str, text: Text, limit: int) -> "QuerySet[Any]":
    return _gathered(_ordered(by, key), text, SOME_ROWS)[:limit]


def _begun(by: Actor, key: str, query: str, limit: int) -> list[Any]:
    """Return the records with the highest codes that begin as typed; none for too few of them."""
    code = query.strip().upper()
    rows = _ordered(by, key)
    names = [f.name for f in rows.model._meta.fields if isinstance(f, kinds.Code) and f.unique]
    if not names or not _CODE.fullmatch(code):
        return []
    found = list(rows.filter(**{f"{names[0]}__startswith": code}).order_by(f"-{names[0]}")[:limit])
    return found if len(found) == limit else []


def _floor(model: type[Model]) -> int:
    """Return the id from which on records count as new, 0 where all are."""
    rows: QuerySet[Any] = model._default_manager.filter(archived_at__isnull=True).order_by("-id")
    newer = rows.values_list("id", flat=True)[NEWEST_ROWS:]
    return cast("int", _known(f"floor:{model._meta.db_table}", lambda: newer.first() or 0))


def _known(name: str, read: Callable[[], Any]) -> Any:
    """Return what a process knows of a table for some minutes; a cache would pickle it each time."""
    key, now = (connection.settings_dict["NAME"], name), time.monotonic()
    if key not in _read or _read[key][0] < now:
        _read[key] = now + STATISTICS_AGE, read()
    return _read[key][1]


def _phones_masked(model: type[Searchable], by: Actor) -> bool:
    """Whether any searched personal field is not clear to the actor; then no digit is uncovered."""
    return any(
        getattr(model._meta.get_field(name), "personal", False)
        and by.field_access(model.key(), name, personal=True) in {"hidden", "masked"}
        for name in model.search_fields
    )


def expected_rows(model: type[Model], text: str) -> float:
    """Return the planner-like estimate of matches from the column's most common elements."""
    total, frequencies = _statistics(model._meta.db_table)
    return total * matching_share(text, frequencies)


def _statistics(table: str) -> tuple[float, dict[str, float]]:
    """Return the number of rows and the share of each common element, sorted by element."""

    def read() -> tuple[float, dict[str, float]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT greatest(reltuples, 0), most_common_elems::text::text[], most_common_elem_freqs"
                " FROM pg_class LEFT JOIN pg_stats ON tablename = relname AND attname = 'search_tsv'"
                " WHERE relname = %s",
                [table],
            )
            total, elements, shares = cursor.fetchone()
        return total, dict(sorted(zip(elements or (), shares or (), strict=False)))

    return cast("tuple[float, dict[str, float]]", _known(f"terms:{table}", read))


def search(query: str, *, by: Actor, limit: int = 8, only: str = "") -> dict[str, list[Hit]]:
    """Return up to ``limit`` hits for each searchable resource that the actor may see.

    Args:
        query: what was typed; one character is enough.
        only: restrict to one resource key.
    """
    keys = [
        key
        for key, resource in registry.resources.items()
        if (not only or key == only)
        and issubclass(resource.model, Searchable)
        and by.may(key, "view")
    ]
    rows = _newest(keys, query, by, limit * OVERFETCH)
    found: dict[str, list[Hit]] = {}
    for key in keys:
        hits = registry.resources[key].hits(rows.get(key, ()), by)
        hits.sort(key=lambda hit: query not in hit.title)
        if hits:
            found[key] = hits[:limit]
    return found


def narrow(rows: "QuerySet[Any]", query: str, *, by: Actor) -> "QuerySet[Any]":
    """Restrict a list to a typed text: by search terms where the model has them, else by title."""
    if issubclass(rows.model, Searchable):
        return matching(rows, query, by=by)
    resource = registry.resource(rows.model)
    condition = Q(pk__in=[])
    for name in resource.search:
        condition |= Q(**{f"{name.replace('.', '__')}__icontains": query})
    return rows.filter(condition)
