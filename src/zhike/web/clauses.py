"""Clauses as rows of one form: read from what was posted, added, removed and moved without script."""

from collections.abc import Sequence

from django.http import HttpRequest

Row = dict[str, str]


def typed_rows(request: HttpRequest, fields: Sequence[str], most: int) -> list[Row]:
    """Return the rows as they were typed: ``clauses`` of them, ``c.<row>.<field>`` each.

    Args:
        fields: what a row has; ``id`` is that of a stored clause or empty. most: rows beyond fall away.
    """
    raw = request.POST.get("clauses", "0")
    count = min(int(raw), most) if raw.isdigit() and len(raw) < 6 else 0
    rows = [{name: request.POST.get(f"c.{i}.{name}", "") for name in fields} for i in range(count)]
    for row in rows:
        row["id"] = row["id"] if row["id"].isdigit() and len(row["id"]) < 18 else ""
    return rows


def changed_rows(rows: list[Row], op: str, at: str, fields: Sequence[str]) -> list[Row]:
    """Return the rows after ``add`` (below a row), ``remove`` or ``up``; nonsense changes nothing."""
    index = int(at) if at.isdigit() and len(at) < 6 else len(rows)
    if op == "add":
        rows.insert(index + 1, dict.fromkeys(fields, ""))
    elif index < len(rows) and op == "remove":
        rows.pop(index)
    elif 0 < index < len(rows):
        rows[index - 1], rows[index] = rows[index], rows[index - 1]
    return rows
