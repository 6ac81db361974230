"""What follows from orders and payments: paid amounts, customers' figures, their grades."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from zhike.customers.actions import active_schemes, refresh_figures, regrade, run_grading
from zhike.kernel.actions import recorded
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.numbering import next_codes
from zhike.kernel.quiet import quietly
from zhike.kernel.records import Record
from zhike.sales import queries  # noqa: F401  (provides the purchase facts to gradings)
from zhike.sales.models import Order, Payment

_PAID = """
    UPDATE sales_order SET paid = n.paid
      FROM (SELECT o.id, COALESCE(sum(p.amount), 0) AS paid FROM sales_order o
              LEFT JOIN sales_payment p ON p.order_id = o.id AND p.archived_at IS NULL
             {only} GROUP BY o.id) n
     WHERE sales_order.id = n.id AND sales_order.paid <> n.paid"""


def settle(customer_ids: Sequence[int] | None, *, by: Actor) -> None:
    """Bring ``Order.paid`` in line with the payments, for some customers or all (None).

    It only repeats what the payments say, so neither version nor history moves.
    """
    only = "" if customer_ids is None else "WHERE o.customer_id = ANY(%(ids)s)"
    with recorded(by, "sales.settle"), quietly(Order), connection.cursor() as cursor:
        cursor.execute(_PAID.format(only=only), {"ids": list(customer_ids or ())})


def settle_and_sum(customer_ids: Sequence[int], *, by: Actor) -> None:
    """Refresh paid amounts and figures of some customers, inside the action that changed them."""
    settle(customer_ids, by=by)
    refresh_figures(customer_ids, by=by)


def refresh_sales(customer_ids: Sequence[int] | None, *, by: Actor) -> None:
    """Refresh paid amounts, figures and grades of some customers, or of all (None), set-wise.

    For imports, their undo, and whatever wrote orders without the actions.
    """
    if customer_ids is not None and not customer_ids:
        return
    today = timezone.localdate()
    grader = SYSTEM(reason="订单入账后复核分级")
    with recorded(by, "sales.refresh_sales"):
        settle(customer_ids, by=by)
        refresh_figures(customer_ids, by=by, on=today)
        for scheme in active_schemes(today):
            if customer_ids is None:
                run_grading(today, grader, scheme=scheme)
            else:
                regrade(customer_ids, on=today, by=grader, scheme=scheme)


def customers_of(model: type[Order] | type[Payment], ids: Sequence[int]) -> list[int]:
    """Return the customers of these orders or payments."""
    rows = model.unscoped.filter(pk__in=ids).order_by()
    return list(rows.values_list("customer_id", flat=True).distinct())


def numbers(
    model: type[Record], columns: dict[str, list[Any]], sequence: str, prefix: str
) -> list[str]:
    """Return the column of numbers with the empty ones drawn from the sequence."""
    count = len(next(iter(columns.values()), []))
    found = list(columns.get("number") or [""] * count)
    missing = [row for row, number in enumerate(found) if not number]
    fresh = next_codes(model, "number", sequence, prefix, len(missing))
    for row, number in zip(missing, fresh, strict=True):
        found[row] = number
    return found
