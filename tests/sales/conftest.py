"""The people of the customer tests."""

from tests.customers.conftest import ann, bob, by, other, seller, unit

__all__ = ["ann", "bob", "by", "other", "seller", "unit"]
