"""The plans of scope on the large data: no query of a list may read a whole table."""

from typing import Any

from django.apps import apps
from django.db import connection

TABLES = ("customers_customer", "sales_order")
MANY = 1_000_000
ORDERS = {
    "customers.customer": ("-updated_at", "-id"),
    "sales.order": ("-ordered_on", "-id"),
}


class WholeTable(AssertionError):
    """A list would read a whole table."""


def scope_plans(manager: Any, seller: Any) -> list[str]:
    """Explain the first page and the count of both lists for a manager and a seller.

    Raises:
        WholeTable: on the large data set (a million rows), where a plan reads a table from end to
            end. On a small one PostgreSQL rightly does, so it is only reported.
    """
    from zhike.trust.queries import actor_for

    lines = [
        "## Plans of scope\n",
        "| list | reader | through | reads a whole table |",
        "| --- | --- | --- | --- |",
    ]
    faults = []
    for key, order in ORDERS.items():
        model = apps.get_model(key)
        for word, person in (("manager of a region", manager), ("seller", seller)):
            rows = model.objects.visible_to(actor_for(person)).order_by(*order).values("pk")[:50]
            nodes = plan_of(rows)
            whole = {node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"}
            whole &= set(TABLES)
            used = sorted({node["Index Name"] for node in nodes if "Index Name" in node})
            met = f"**yes: {', '.join(sorted(whole))}**" if whole else "no"
            lines.append(f"| {key} | {word} | {', '.join(used)} | {met} |")
            if any(size(table) >= MANY for table in whole):
                faults.append(f"{key} for a {word}: {nodes}")
    if faults:
        raise WholeTable("\n".join(faults))
    return [*lines, ""]


def plan_of(rows: Any) -> list[dict[str, Any]]:
    """Return the nodes of the plan of a queryset."""
    sql, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + sql, parameters)
        (found,) = cursor.fetchone() or ([{}],)
    return list(nodes_of(found[0]["Plan"]))


def nodes_of(plan: dict[str, Any]) -> Any:
    """Yield a node and all below it."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes_of(below)


def size(table: str) -> int:
    """Return the rows of a table as PostgreSQL estimates them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
        return int((cursor.fetchone() or (0,))[0])
