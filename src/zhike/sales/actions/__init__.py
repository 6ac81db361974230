"""Everything that changes orders and payments, and what follows for their customers."""

from zhike.sales.actions.opportunities import (
    create_opportunity,
    edit_opportunity,
    lose_opportunity,
    win_opportunity,
)
from zhike.sales.actions.orders import archive_order, cancel_order, create_order, edit_order
from zhike.sales.actions.payments import (
    archive_payment,
    create_payment,
    edit_payment,
    record_payment,
)
from zhike.sales.actions.totals import customers_of, numbers, refresh_sales, settle

__all__ = [
    "archive_order",
    "archive_payment",
    "cancel_order",
    "create_opportunity",
    "create_order",
    "create_payment",
    "customers_of",
    "edit_opportunity",
    "edit_order",
    "edit_payment",
    "lose_opportunity",
    "numbers",
    "record_payment",
    "refresh_sales",
    "settle",
    "win_opportunity",
]
