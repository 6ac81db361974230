"""A small company: two who write rules, one member, and a rule of the tests' own."""

import datetime as dt
import time
from types import SimpleNamespace

import pytest
from django.test import Client

from zhike.identity.models import Membership, OrgPlacement, OrgUnit, Role, RoleAssignment, User
from zhike.kernel.actions import recorded, store
from zhike.kernel.actor import SYSTEM
from zhike.trust.models import Grant
from zhike.trust.queries import actor_for, forget_rights

VERBS = ("view", "create", "change", "approve", "archive", "export")
KEYS = (
    "kernel.policyversion", "rulebook.document", "rulebook.edition", "rulebook.clause",
    "rulebook.coverage", "rulebook.acknowledgement", "customers.customer", "sales.order",
)  # fmt: skip
START = dt.date(2024, 1, 1)


def _person(by, unit, username, name, role):
    user = User(username=username, display_name=name)
    user.set_password("for-tests-only-1")
    store(user, by=by)
    store(Membership(user=user, unit=unit, valid_from=START), by=by)
    store(RoleAssignment(user=user, role=role, valid_from=START), by=by)
    return user


@pytest.fixture
def company(db):
    """Return users, units and actors: ``author`` and ``approver`` write rules, ``member`` reads."""
    forget_rights()
    by = SYSTEM(reason="test")
    with recorded(by, "test.company"):
        top = store(OrgUnit(name="东澜化学", code="T", kind="company"), by=by)
        sales = store(OrgUnit(name="华东销售", code="T-E", kind="sales"), by=by)
        store(OrgPlacement(unit=top, valid_from=START), by=by)
        store(OrgPlacement(unit=sales, parent=top, valid_from=START), by=by)
        writer = store(Role(code="writer", name="制度编写"), by=by)
        reader = store(Role(code="reader", name="成员"), by=by)
        for key in KEYS:
            for verb in VERBS:
                store(Grant(role=writer, resource=key, verb=verb, reach="all"), by=by)
            if key.startswith("rulebook.") and key != "rulebook.acknowledgement":
                store(Grant(role=reader, resource=key, verb="view", reach="all"), by=by)
        users = {
            "author": _person(by, sales, "t-qin", "秦若川", writer),
            "approver": _person(by, top, "t-song", "宋砚秋", writer),
            "member": _person(by, sales, "t-lu", "陆知行", reader),
        }
    actors = {name: actor_for(user) for name, user in users.items()}
    return SimpleNamespace(top=top, sales=sales, users=SimpleNamespace(**users), **actors)


@pytest.fixture
def web(company):
    """Return a function: a browser signed in as somebody."""

    def signed_in(name: str) -> Client:
        client = Client()
        client.force_login(getattr(company.users, name))
        session = client.session
        session["began"] = session["seen"] = time.time()
        session.save()
        return client

    return signed_in


@pytest.fixture
def customers(company):
    """Return three customers whose yearly spend lies at VIP, gold and standard."""
    from django.utils import timezone

    from zhike.customers.models import Customer
    from zhike.sales.models import Order

    by = SYSTEM(reason="test")
    made = []
    with recorded(by, "test.customers"):
        for number, amount in enumerate((1_200_000, 600_000, 1_000)):
            customer = Customer(
                code=f"T{number}", name=f"南通启泓{number}化工有限公司", unit=company.sales,
                owner=company.users.author,
            )  # fmt: skip
            store(customer, by=by)
            order = Order(
                number=f"TO{number}", customer=customer, amount=amount,
                ordered_on=timezone.localdate() - dt.timedelta(days=30), status="signed",
            )  # fmt: skip
            store(order, by=by)
            made.append(customer)
    return made
