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
    table = kind.replace(".", "_")
    index = f"{table}_tsv"
    with connection.cursor() as cursor:  # autovacuum merges the list as well, and stays away so
        cursor.execute(f"LOCK TABLE {table} IN SHARE UPDATE EXCLUSIVE MODE")
    merged_now(index)
    make(kind)
    assert merged_now(index) > 0
    make(kind)
    settle_terms(0)
    assert merged_now(index) == 0
