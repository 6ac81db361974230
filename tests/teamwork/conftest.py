"""A small company whose departments work together."""

from types import SimpleNamespace

import pytest

from tests.factories import make
from tests.identity.world import person, unit
from zhike.identity.actions.calendar import ensure_bundled_years
from zhike.identity.models import OrgUnit


@pytest.fixture
def firm(db, clock) -> SimpleNamespace:
    """People of sales, service, technology and marketing; ``boss`` leads the company."""
    ensure_bundled_years()
    company = unit("ALL")
    sales, service = unit("SALES", company), unit("SERVICE", company)
    found = SimpleNamespace(
        company=company, sales=sales, service=service,
        boss=person("boss一", "crm_owner", unit=company),
        lead=person("lead二", "crm_supervisor", unit=sales),
        ann=person("ann三", "sales", unit=sales),
        bob=person("bob四", "csm", unit=service),
        eve=person("eve五", "experience_officer", unit=service),
    )  # fmt: skip
    OrgUnit.unscoped.filter(pk=company.pk).update(leader=found.boss)
    OrgUnit.unscoped.filter(pk=sales.pk).update(leader=found.lead)
    found.customer = make("customers.customer", owner=found.ann, unit=sales, grade="vip")
    return found
