"""Everything that changes orders and payments, and what follows for their customers."""

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
    "create_order",
    "create_payment",
    "customers_of",
    "edit_order",
    "edit_payment",
    "numbers",
    "record_payment",
    "refresh_sales",
    "settle",
]
