"""Satisfaction."""

from typing import Any

from django.utils import timezone

from tests.factories.core import Values, held_by, maker, parent_of


@maker("surveys.satisfaction")
def _satisfaction(**context: Any) -> Values:
    return {
        **held_by(**context),
        "customer": parent_of("customers.customer", context),
        "rated_on": timezone.localdate(),
        "aspect": "overall",
        "score": 85,
        "source": "callback",
    }
