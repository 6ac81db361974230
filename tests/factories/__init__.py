"""Valid records of every resource and people with rights, for all tests.

``make("sales.order", owner=ann)`` builds the record and whatever it needs; any field may be given.
``owner``, ``unit`` and ``customer`` reach the parent where the record itself has no such field.
``valid_values("sales.order")`` are the JSON values with which a form or the API creates one.
"""

from tests.factories import (  # noqa: F401  (their makers)
    customers,
    duplicates,
    exchange,
    identity,
    loyalty,
    needs,
    pool,
    quality,
    rulebook,
    sales,
    segments,
    surveys,
    teamwork,
)
from tests.factories.core import BY_TEST, make, makeable, model_of, valid_values
from tests.factories.interactions import next_working_morning
from tests.factories.people import actor, make_user

__all__ = [
    "BY_TEST",
    "actor",
    "make",
    "make_user",
    "makeable",
    "model_of",
    "next_working_morning",
    "valid_values",
]
