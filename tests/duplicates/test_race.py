"""Two people merge the same two customers at the same moment, each into the other."""

import threading

import pytest
from django.db import connection

from tests.customers.make import customer
from tests.factories import BY_TEST
from zhike.customers.models import Customer
from zhike.duplicates.actions import merge_records
from zhike.duplicates.models import Merge
from zhike.kernel.errors import Conflict


@pytest.mark.requirement("DAT-026")
@pytest.mark.django_db(transaction=True)
def test_one_of_two_merges_wins():
    ids = [customer(BY_TEST, name).pk for name in ("无锡恒澈水处理科技有限公司", "恒澈水处理")]
    start, told = threading.Barrier(2), []

    def merge(one: int, other: int) -> None:
        try:
            start.wait(10)
            merge_records("customer", one, other, by=BY_TEST)
            told.append("merged")
        except Conflict:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=merge, args=pair) for pair in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(told) == ["merged", "refused"]
    assert Merge.unscoped.count() == 1
    assert Customer.unscoped.filter(pk__in=ids, archived_at__isnull=True).count() == 1
