"""The test run's own database is real, migrated, and not a superuser's."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection


@pytest.mark.django_db
def test_the_application_role_is_no_superuser():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)


@pytest.mark.django_db
def test_the_database_is_migrated():
    assert ContentType._base_manager.exists()


def test_the_clock_stands_still(clock):
    from django.utils import timezone

    assert timezone.localtime(timezone.now()).isoformat().startswith("2026-03-04T")
    assert timezone.now() == timezone.now()
