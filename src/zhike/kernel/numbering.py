"""Numbers people read (C-2026-000001), from a sequence: two people never get the same."""

from django.db import connection

from zhike.kernel.records import Record


def next_codes(
    model: type[Record], field: str, sequence: str, prefix: str, count: int = 1
) -> list[str]:
    """Return unused codes ``prefix`` + six digits, in order, skipping any that came from an import.

    Args:
        sequence: a sequence that a migration made; gaps are normal, repetition is impossible.
    """
    found: list[str] = []
    while len(found) < count:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(%s::regclass) FROM generate_series(1, %s)",
                [sequence, count - len(found)],
            )
            fresh = [f"{prefix}{row[0]:06d}" for row in cursor.fetchall()]
        taken = set(model.unscoped.filter(**{f"{field}__in": fresh}).values_list(field, flat=True))
        found += [code for code in fresh if code not in taken]
    return found
