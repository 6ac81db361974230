"""Rules and documents of the handbook."""

from datetime import date
from typing import Any

from django.utils import timezone

from tests.factories.core import Values, make, maker, parent_of, serial
from zhike.kernel.registry import registry


@maker("kernel.policyversion")
def _policy_version(**_: Any) -> Values:
    policy = min(registry.policies, default="customers.grade")
    return {
        "policy_id": policy,
        "number": 1000 + serial(),
        "effective_on": date(2026, 1, 1),
        "params": {"grace_days": 30},
        "simulation": {"moved": 0},
    }


@maker("rulebook.document")
def _document(**_: Any) -> Values:
    n = serial()
    return {"title": f"客户分级管理办法{n}", "code": f"ZD-{n}", "summary": "全公司"}


@maker("rulebook.edition")
def _edition(**context: Any) -> Values:
    document = parent_of("rulebook.document", context)
    return {"document": document, "number": serial(), "effective_on": date(2026, 1, 1)}


@maker("rulebook.clause")
def _clause(**context: Any) -> Values:
    edition = parent_of("rulebook.edition", context)
    return {
        "edition": edition,
        "number": f"第{serial()}条",
        "heading": "目的",
        "text": "为了客户。",
    }


@maker("rulebook.coverage")
def _coverage(**context: Any) -> Values:
    unit = context.get("unit") or make("identity.orgunit")
    return {"document": parent_of("rulebook.document", context), "unit": unit}


@maker("rulebook.acknowledgement")
def _acknowledgement(owner: Any = None, **context: Any) -> Values:
    edition = parent_of("rulebook.edition", context)
    user = owner or make("identity.user")
    return {"edition": edition, "user": user, "acknowledged_at": timezone.now()}
