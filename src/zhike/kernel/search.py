"""The one search box: hanzi substrings, pinyin, initials, codes and phone endings, in PostgreSQL.

Terms live in a ``tsvector`` on each Searchable record and commit with the row. The plan guard
keeps every query in milliseconds: for a rare query the matches are collected first through the
GIN index, for a common one the newest rows are walked in order until enough matched. Left alone,
the planner picks the wrong one of the two and takes seconds.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import BooleanField, Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from zhike.chinese import terms
from zhike.kernel.actor import Actor
from zhike.kernel.records import Searchable
from zhike.kernel.registry import registry

_QUOTED = re.compile(r"['\\:\s]")
COMMON_ROWS = 4_000
UNLISTED_FREQUENCY = 0.0005
STATISTICS_AGE = 300


@dataclass(frozen=True, slots=True)
class Hit:
    """One found record, ready to show."""

    resource: str
    id: int
    title: str
    subtitle: str
    url: str
    badge: str = ""


def lexemes(words: Iterable[str]) -> str:
    """Return words as a tsvector literal; on the hot path of imports."""
    unique = set(words)
    unique.discard("")
    text = "\0".join(unique)
    if "'" in text or "\\" in text:
        text = text.replace("\\", "\\\\").replace("'", "''")
    return "'" + text.replace("\0", "' '") + "'" if unique else ""


def vector_of(row: Searchable) -> str:
    """Return the search terms of a row as a tsvector literal, from the kinds of its fields."""
    words: list[str] = []
    for name in row.search_fields:
        kind: Any = row._meta.get_field(name)
        words += kind.search_terms(getattr(row, name))
    return lexemes(words)


def matching(rows: "QuerySet[Any]", query: str, *, by: Actor) -> "QuerySet[Any]":
    """Restrict rows of a Searchable to those that match, under the plan guard."""
    model = rows.model
    text = terms.to_tsquery(query, masked=_phones_masked(model, by))
    if not text:
        return rows.none()
    table = model._meta.db_table
    sql = f'"{table}"."search_tsv" @@ %s::tsquery'
    matches = RawSQL(sql, [text], output_field=BooleanField())  # noqa: S611
    if expected_rows(model, text) >= COMMON_ROWS:
        return rows.filter(matches)
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT id FROM "{table}" WHERE search_tsv @@ %s::tsquery LIMIT %s',  # noqa: S608
            [text, COMMON_ROWS * 5],
        )
        ids = [row[0] for row in cursor.fetchall()]
    return rows.filter(pk__in=ids)


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
    share = 1.0
    for piece in text.split(" & "):
        share *= min(
            1.0,
            sum(
                _frequency(word, is_prefix, frequencies)
                for word, is_prefix in terms.lexemes_of(piece)
            ),
        )
    return share * total


def _frequency(word: str, is_prefix: bool, frequencies: dict[str, float]) -> float:
    if not is_prefix:
        return frequencies.get(word, UNLISTED_FREQUENCY)
    known = [share for element, share in frequencies.items() if element.startswith(word)]
    return sum(known) if known else UNLISTED_FREQUENCY


def _statistics(table: str) -> tuple[float, dict[str, float]]:
    name = f"search:{table}"
    found: tuple[float, dict[str, float]] | None = cache.get(name)
    if found is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [table])
            total = max(cursor.fetchone()[0], 0.0)
            cursor.execute(
                "SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_stats"
                " WHERE tablename = %s AND attname = 'search_tsv'",
                [table],
            )
            row = cursor.fetchone()
        elements, freqs = row if row and row[0] else ([], [])
        found = (total, dict(zip(elements, freqs, strict=False)))
        cache.set(name, found, STATISTICS_AGE)
    return found


def search(query: str, *, by: Actor, limit: int = 8, only: str = "") -> dict[str, list[Hit]]:
    """Return up to ``limit`` hits for each searchable resource that the actor may see.

    Args:
        query: what was typed; one character is enough.
        only: restrict to one resource key.
    """
    found: dict[str, list[Hit]] = {}
    for key, resource in registry.resources.items():
        if (only and key != only) or not issubclass(resource.model, Searchable):
            continue
        if not by.may(key, "view"):
            continue
        rows = matching(resource.model.objects.visible_to(by), query, by=by)
        hits = [resource.hit(row, by) for row in rows.order_by("-id")[: limit * 3]]
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
