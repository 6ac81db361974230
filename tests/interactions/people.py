"""A small company for the tests of interactions: two colleagues, a supervisor, some customers."""

import datetime as dt
from typing import Any

from django.utils import timezone

from zhike.customers.models import Affiliation, Customer, Person
from zhike.identity.models import OrgUnit, User
from zhike.kernel.actions import recorded, store
from zhike.kernel.actor import EVERYTHING, SYSTEM, VERBS, Actor, Breadth

ROBOT = SYSTEM(reason="test")
RESOURCES = (
    "customers.customer", "customers.person", "customers.affiliation",
    "customers.customerrelation", "customers.teammember", "customers.customertag", "customers.tag",
    "customers.gradeassessment", "customers.gradeoverride", "interactions.interaction",
    "interactions.todo", "interactions.comment", "interactions.participant",
    "interactions.attendee", "interactions.visitphoto",
    "sales.order",
    "sales.payment", "interactions.contactplan", "interactions.inquiry", "interactions.socialpost",
    "interactions.visitreview", "interactions.contactchannel", "interactions.talktrack",
    "interactions.messagetemplate", "interactions.robot", "interactions.robotmessage",
    "interactions.checklistitem", "interactions.contacteffect",
)  # fmt: skip


def save(row: Any) -> Any:
    """Store a row as the system."""
    with recorded(ROBOT, "test"):
        return store(row, by=ROBOT)


def unit(name: str = "华东大区") -> OrgUnit:
    return save(OrgUnit(name=name, code=f"U{OrgUnit.unscoped.count()}"))


def user(name: str = "陆知行") -> User:
    number = User.unscoped.count()
    return save(User(username=f"u{number}", display_name=name, password="!"))


def actor(person: User, *, everything: bool = False, **fields: Any) -> Actor:
    """An actor with all rights on own records, or on everything."""
    breadth = EVERYTHING if everything else Breadth(own=True)
    grants = {(key, verb): breadth for key in RESOURCES for verb in VERBS}
    grants[("identity.user", "view")] = EVERYTHING
    return Actor(person.pk, str(person), grants=grants, **fields)


def customer(owner: User | None, name: str = "华东蓝屿化工有限公司", **fields: Any) -> Customer:
    number = Customer.unscoped.count()
    created = fields.pop("created_at", None)
    fields.setdefault("code", f"C-{number:04}")
    row = save(Customer(name=name, owner=owner, **fields))
    if created:
        Customer.unscoped.filter(pk=row.pk).update(created_at=created)
    return row


def person(of: Customer, name: str = "顾明远", **fields: Any) -> Person:
    row = save(Person(name=name, customer=of, owner=of.owner, **fields))
    save(Affiliation(person=row, customer=of, valid_from=dt.date(2020, 1, 1)))
    return row


def tomorrow(days: int = 1) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)
