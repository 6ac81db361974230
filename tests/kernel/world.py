"""A tiny company for the kernel's tests: two units, two sellers, a customer each."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from zhike.customers.models import Customer, TeamMember
from zhike.identity.models import OrgUnit, User
from zhike.kernel.actions import recorded, store
from zhike.kernel.actor import SYSTEM, VERBS, Actor, Breadth
from zhike.sales.models import Order

CUSTOMER, ORDER = "customers.customer", "sales.order"
BY = SYSTEM(reason="test")


@dataclass
class World:
    """What the tests need by name."""

    east: OrgUnit
    west: OrgUnit
    lu: User
    han: User
    lan: Customer
    cheng: Customer


def make_world() -> World:
    """Build the company inside the test's transaction."""
    with recorded(BY, "test.world"):
        east = store(OrgUnit(name="华东一部", code="E1"), by=BY)
        west = store(OrgUnit(name="华西一部", code="W1"), by=BY)
        lu = store(User(username="luzhixing", display_name="陆知行", password="!"), by=BY)
        han = store(User(username="hanmuye", display_name="韩牧野", password="!"), by=BY)
        lan = customer("华东蓝屿化工有限公司", "C-1", lu, east)
        cheng = customer("江苏澄泰新材料股份有限公司", "C-2", han, west)
    return World(east, west, lu, han, lan, cheng)


def customer(name: str, code: str, owner: User, unit: OrgUnit) -> Customer:
    """Store one customer."""
    return store(Customer(name=name, code=code, owner=owner, unit=unit), by=BY)


def order(number: str, of: Customer, owner: User | None, unit: OrgUnit | None, amount: int = 100):
    """Store one order."""
    row = Order(number=number, customer=of, owner=owner, unit=unit, amount=amount)
    row.ordered_on = dt.date(2026, 1, 5)
    return store(row, by=BY)


def joins_team(user: User, of: Customer, role: str = "service") -> TeamMember:
    """Put a person into a customer's account team from today."""
    member = TeamMember(customer=of, user=user, role=role, valid_from=timezone.localdate())
    return store(member, by=BY)


def actor(user: User, breadth: Breadth | None = None, **kwargs) -> Actor:
    """Return an Actor with one breadth for all verbs on customers and orders."""
    grants = {}
    if breadth:
        grants = {(key, verb): breadth for key in (CUSTOMER, ORDER) for verb in VERBS}
    return Actor(user_id=user.pk, name=str(user), grants=grants, **kwargs)


OWN = Breadth(own=True)
ALL = Breadth(everything=True)
