"""Stored customers and persons as columns for the matcher."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from zhike.customers.models import Customer, Person
from zhike.duplicates.matching.compare import Customers, Persons
from zhike.duplicates.models import CUSTOMER
from zhike.kernel.scope import array_text

CUSTOMER_FIELDS = ("name", "short_name", "credit_code", "phone", "email", "website", "address")
PERSON_FIELDS = ("name", "mobile", "email", "wecom", "id_number", "birthday", "customer_id")
FIELDS = {CUSTOMER: CUSTOMER_FIELDS, "person": PERSON_FIELDS}
TABLES = {CUSTOMER: Customer._meta.db_table, "person": Person._meta.db_table}


def as_columns(kind: str, rows: Iterable[Sequence[Any]]) -> Customers | Persons:
    """Return rows of ``FIELDS[kind]`` as columns of text."""
    columns = [
        [value if type(value) is str else str(value or "") for value in column]
        for column in zip(*rows, strict=True)
    ]
    if not columns:
        columns = [[] for _name in FIELDS[kind]]
    return Customers(*columns) if kind == CUSTOMER else Persons(*columns)


def read(kind: str, ids: Sequence[int] | None = None) -> tuple[list[int], Customers | Persons]:
    """Return the active records of a kind, all or these: ids and columns."""
    sql = f"SELECT id, {', '.join(FIELDS[kind])} FROM {TABLES[kind]} WHERE archived_at IS NULL"  # noqa: S608
    with connection.cursor() as cursor:
        if ids is None:
            cursor.execute(sql)
        else:
            cursor.execute(f"{sql} AND id = ANY(%s::bigint[])", [array_text(ids)])
        rows = cursor.fetchall()
    return [row[0] for row in rows], as_columns(kind, (row[1:] for row in rows))
