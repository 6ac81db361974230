"""The temporary table of one chunk: COPY in, INSERT … SELECT and UPDATE … FROM out."""

# ruff: noqa: S608 - names come from the models, values are parameters

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection

from zhike.exchange.models import ImportRow

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

    def fill(self, lines: str) -> None:
        """Send the lines."""
        with self.cursor.copy(f"COPY {STAGE} FROM STDIN") as copy:
            copy.write(lines)

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
        sequence = f"pg_get_serial_sequence('{self.table}', 'id')"
        self._renew(sequence)
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

    def _renew(self, sequence: str) -> None:
        """Give each new record its id, so that its row can be noted by it."""
        self.cursor.execute(f"UPDATE {STAGE} SET record = nextval({sequence}) WHERE seen = 0")
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
