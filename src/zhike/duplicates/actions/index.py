"""Keeps the keys of the live check in line with customers and persons."""

from collections.abc import Iterator, Sequence

from django.db import connection, transaction

from zhike.duplicates.models import CUSTOMER, PERSON
from zhike.duplicates.queries.columns import TABLES, read

SLICE = 5_000
_TAKE = """
DELETE FROM duplicates_waiting WHERE (kind, record_id) IN (
    SELECT kind, record_id FROM duplicates_waiting WHERE kind = %s
    ORDER BY record_id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING record_id"""


def index_waiting(*, most: int = 200_000) -> int:
    """Renew the keys of the records that changed; returns how many. May run any number of times."""
    done = 0
    for kind in (CUSTOMER, PERSON):
        while done < most:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_TAKE, [kind[0], SLICE])
                ids = [row[0] for row in cursor.fetchall()]
                if ids:
                    write_keys(kind, ids)
            done += len(ids)
            if len(ids) < SLICE:
                break
    return done


def write_keys(kind: str, ids: Sequence[int]) -> None:
    """Write the keys of these records anew; archived ones lose theirs."""
    known, columns = read(kind, ids)
    rows, keys = columns.keys()
    found = set(zip(keys.tolist(), [known[row] for row in rows.tolist()], strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM duplicates_key WHERE record_id = ANY(%s) AND kind = %s",
            [list(ids), kind[0]],
        )
        with cursor.copy("COPY duplicates_key (key, kind, record_id) FROM STDIN") as copy:
            for key, pk in sorted(found):
                copy.write_row((key, kind[0], pk))


def reindex(kind: str) -> int:
    """Write the keys of everybody anew, slice by slice; for the first start and after an upgrade."""
    total = 0
    for ids in _slices(kind):
        with transaction.atomic():
            write_keys(kind, ids)
        total += len(ids)
    return total


def _slices(kind: str) -> Iterator[list[int]]:
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id FROM {TABLES[kind]} WHERE id > %s ORDER BY id LIMIT %s",  # noqa: S608
                [last, SLICE * 4],
            )
            ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return
        last = ids[-1]
        yield ids
