"""No index is kept that no query reads: each costs a write of every row."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

spare = import_module("zhike.kernel.migrations.0002_spare_indexes")


def _spare() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(spare.SPARE)
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db
def test_a_fresh_database_has_no_spare_index():
    assert _spare() == set()


@pytest.mark.django_db
def test_an_older_database_loses_its_spare_indexes():
    old = {"customers_customer_unit_id_0123abcd", "customers_customerevent_unit_id_0123abcd"}
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE INDEX customers_customer_unit_id_0123abcd ON customers_customer (unit_id)"
        )
        cursor.execute(
            "CREATE INDEX customers_customerevent_unit_id_0123abcd ON customers_customerevent (unit_id)"
        )
        assert _spare() == old
        cursor.execute(spare.DROP)
    assert _spare() == set()


def test_history_is_found_by_record_and_by_act():
    kept = apps.get_model("customers", "Customer").pgh_event_model
    indexed = {f.name for f in kept._meta.local_fields if f.db_index}
    assert indexed == {"pgh_obj", "pgh_context"}
