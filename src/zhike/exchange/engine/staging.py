"""A chunk into its table: by COPY, or by way of a temporary table and INSERT or UPDATE from it."""

# ruff: noqa: S608 - names come from the models, values are parameters

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import connection

from zhike.exchange.models import ImportRow

if TYPE_CHECKING:
    from zhike.exchange.engine.write import Chunk

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_SPECIAL = ("\\", "\t", "\n", "\r")
STAGE = "exchange_stage"


def encode(values: Sequence[Any]) -> list[str]:
    """Return a column in the text format of COPY."""
    texts = [v if type(v) is str else _text(v) for v in values]
    whole = "".join([v for v in values if type(v) is str])
    if any(sign in whole for sign in _SPECIAL):
        texts = [
            v.translate(_ESCAPES) if type(raw) is str else v
            for v, raw in zip(texts, values, strict=True)
        ]
    return texts


def _text(value: Any) -> str:
    if value is None:
        return "\\N"
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False).translate(_ESCAPES)
    return str(value)


def quote(name: str) -> str:
    """Return an identifier for SQL."""
    return connection.ops.quote_name(name)


def settle_constraints() -> None:
    """Check the foreign keys now: at the commit the batch is locked, and another writer waits."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def copy_new(
    cursor: Any, model: Any, batch_id: int, chunk: "Chunk", constants: Mapping[Any, Any]
) -> list[int]:
    """Copy the new records and their notes straight into the tables; returns the ids.

    Args:
        constants: field -> value of the columns that the chunk does not hold; where it does, the
        value of its empty cells.

    Raises:
        psycopg.errors.UniqueViolation: nothing can be kept of this transaction.
    """
    table = quote(model._meta.db_table)
    cursor.execute(
        f"SELECT nextval({_sequence(table)}) FROM generate_series(1, %s)", [len(chunk.lines)]
    )
    ids = [row[0] for row in cursor.fetchall()]
    lines = _completed(chunk, constants)
    rest = {f: v for f, v in constants.items() if f not in chunk.fields and v is not None}
    columns = ", ".join(quote(f.column) for f in (*chunk.fields, *rest))
    tail = "".join(f"\t{text}" for text in encode(list(rest.values()))) + "\n"
    with cursor.copy(f"COPY {table} (id, {columns}) FROM STDIN") as copy:
        copy.write("".join([f"{pk}\t{line}{tail}" for pk, line in zip(ids, lines, strict=True)]))
    rows = quote(ImportRow._meta.db_table)
    noted = "batch_id, row_number, object_id, problems, cells, fate, created, version"
    with cursor.copy(f"COPY {rows} ({noted}) FROM STDIN") as copy:
        pairs = zip(chunk.numbers, ids, strict=True)
        copy.write("".join([f"{batch_id}\t{n}\t{pk}\t[]\t[]\tcreated\tt\t1\n" for n, pk in pairs]))
    return ids


def _sequence(table: str) -> str:
    """Return what the ids of a table are drawn from, looked up once instead of for each row."""
    return f"(SELECT pg_get_serial_sequence('{table}', 'id')::regclass)"


def _completed(chunk: "Chunk", constants: Mapping[Any, Any]) -> list[str]:
    """Fill the empty cells of authors and dates of an old system."""
    filled = {at: encode([constants[f]])[0] for at, f in enumerate(chunk.fields) if f in constants}
    if not filled:
        return chunk.lines
    found = []
    for line in chunk.lines:
        cells = line.split("\t")
        for at, text in filled.items():
            if cells[at] == "\\N":
                cells[at] = text
        found.append("\t".join(cells))
    return found


class Stage:
    """A chunk on its way into a table."""

    def __init__(self, cursor: Any, model: Any, fields: Sequence[Any]) -> None:
        self.cursor, self.model, self.fields = cursor, model, fields
        self.table = quote(model._meta.db_table)
        self.rows = quote(ImportRow._meta.db_table)
        types = ", ".join(f"{quote(f.column)} {f.db_type(connection)}" for f in fields)
        extra = f", {types}" if types else ""
        cursor.execute(f"DROP TABLE IF EXISTS {STAGE}")
        cursor.execute(
            f"CREATE TEMP TABLE {STAGE} (row_number integer, record bigint, seen integer{extra})"
            " ON COMMIT DROP"
        )

    def fill(self, chunk: "Chunk") -> None:
        """Send the chunk; a row of a new record has no record yet and has seen version 0."""
        records: Sequence[tuple[Any, int]] = chunk.records or [("\\N", 0)] * len(chunk.numbers)
        rows = zip(chunk.numbers, records, chunk.lines, strict=True)
        lines = [f"{number}\t{pk}\t{seen}\t{line}\n" for number, (pk, seen), line in rows]
        with self.cursor.copy(f"COPY {STAGE} FROM STDIN") as copy:
            copy.write("".join(lines))

    def _analyze(self) -> None:
        """Give the planner numbers; without them its joins are loops over all pairs of rows."""
        self.cursor.execute(f"ANALYZE {STAGE} (row_number, record, seen)")

    def insert(self, batch_id: int, constants: Mapping[Any, Any]) -> int:
        """Insert the new records; a unique value that somebody took meanwhile leaves its row out."""
        staged = {f.column for f in self.fields}
        columns, sources, params = ["id"], ["s.record"], []
        for f in self.fields:
            if f not in constants:
                columns.append(quote(f.column))
                sources.append(f"s.{quote(f.column)}")
        for f, value in constants.items():
            columns.append(quote(f.column))
            cast = f"%s::{f.db_type(connection)}"
            own = f.column in staged
            sources.append(f"COALESCE(s.{quote(f.column)}, {cast})" if own else cast)
            params.append(f.get_db_prep_save(value, connection))
        self._renew()
        self.cursor.execute(
            f"WITH made AS (INSERT INTO {self.table} ({', '.join(columns)})"
            f" SELECT {', '.join(sources)} FROM {STAGE} s WHERE s.seen = 0 ORDER BY s.row_number"
            " ON CONFLICT DO NOTHING RETURNING id)"
            f" INSERT INTO {self.rows}"
            " (batch_id, row_number, problems, cells, fate, object_id, created, version)"
            f" SELECT %s, s.row_number, '[]', '[]', 'created', s.record, true, 1 FROM {STAGE} s"
            f" JOIN made ON made.id = s.record WHERE s.seen = 0",
            [*params, batch_id],
        )
        return int(self.cursor.rowcount)

    def _renew(self) -> None:
        """Give each new record its id, so that its row can be noted by it."""
        self.cursor.execute(
            f"UPDATE {STAGE} SET record = nextval({_sequence(self.table)}) WHERE seen = 0"
        )
        self._analyze()

    def update(self, batch_id: int, user_id: int | None) -> int:
        """Update the records that still have the version seen by the check."""
        self._analyze()
        kept = {"created_at", "created_by", "updated_at", "updated_by"}
        plain = [f for f in self.fields if f.name not in kept]
        sets = [f"{quote(f.column)} = s.{quote(f.column)}" for f in plain]
        originals = [f for f in self.fields if f.name in {"created_at", "created_by"}]
        sets += [
            f"{quote(f.column)} = COALESCE(s.{quote(f.column)}, t.{quote(f.column)})"
            for f in originals
        ]
        before = ", ".join(f"'{f.column}', t.{quote(f.column)}" for f in (*plain, *originals))
        self.cursor.execute(
            f"WITH old AS (SELECT s.row_number, t.id, jsonb_build_object({before},"
            " 'updated_at', t.updated_at, 'updated_by_id', t.updated_by_id) AS former"
            f" FROM {STAGE} s JOIN {self.table} t ON t.id = s.record AND t.version = s.seen"
            " WHERE s.seen > 0 FOR UPDATE OF t),"
            f" done AS (UPDATE {self.table} t SET {', '.join(sets)}, version = t.version + 1,"
            f" updated_at = now(), updated_by_id = %s FROM {STAGE} s JOIN old ON old.id = s.record"
            " WHERE t.id = old.id RETURNING t.id, t.version)"
            f" INSERT INTO {self.rows}"
            " (batch_id, row_number, problems, cells, fate, object_id, created, before, version)"
            " SELECT %s, old.row_number, '[]', '[]', 'updated', old.id, false, old.former,"
            " done.version"
            " FROM old JOIN done ON done.id = old.id",
            [user_id, batch_id],
        )
        return int(self.cursor.rowcount)

    def written(self, batch_id: int, numbers: Sequence[int]) -> list[int]:
        """Return the ids of the records written for these rows."""
        self.cursor.execute(
            f"SELECT object_id FROM {self.rows} WHERE batch_id = %s AND object_id IS NOT NULL"
            " AND row_number = ANY(%s)",
            [batch_id, list(numbers)],
        )
        return [row[0] for row in self.cursor.fetchall()]
