"""The search index does not keep a long list of what it has not merged yet."""

import pytest
from django.db import connection

from tests.factories import make
from zhike.exchange.jobs import settle_terms

pytestmark = pytest.mark.django_db


def merged_now(index):
    """Merge the index's list and return how many pages it had."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [index])
        return cursor.fetchone()[0]


@pytest.mark.parametrize("kind", ["customers.customer", "customers.person", "needs.need"])
def test_terms_written_one_by_one_are_merged_by_the_worker(kind):
    index = kind.replace(".", "_") + "_tsv"
    make(kind)
    assert merged_now(index) > 0
    make(kind)
    settle_terms(0)
    assert merged_now(index) == 0
