"""What reading a person's rights costs; every page pays it after a pause."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make, make_user
from zhike.trust.queries import actor_for, forget_rights

pytestmark = pytest.mark.django_db
MOST_QUERIES = 9


@pytest.mark.parametrize("reach", ["own", "unit", "subtree", "chosen", "all"])
def test_rights_are_read_in_few_statements_however_many_there_are(reach):
    unit = make("identity.orgunit")
    few = make_user("few", unit=unit, grants={("customers.customer", "view"): reach})
    many = make_user("many", unit=unit, grants={("*", "*"): reach}, fields={
        ("customers.customer", "industry"): "hidden", ("sales.order", "amount"): "readonly",
    })  # fmt: skip
    counts = []
    for one in (few, many, few, many):
        forget_rights()
        with CaptureQueriesContext(connection) as queries:
            by = actor_for(one)
        counts.append(len(queries))
        assert by.may("customers.customer", "view")
    assert counts[2] == counts[3] <= MOST_QUERIES
    assert by.field_access("customers.customer", "industry") == "hidden"
