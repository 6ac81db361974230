"""The living page of a class (DAT-036): who is in it, how they behave, what we do with them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.customers.models import Customer
from zhike.interactions.models import ToDo
from zhike.kernel.actor import Actor
from zhike.kernel.prepared import prepared
from zhike.kernel.registry import registry
from zhike.segments.models import ClassCard, ClassMembership
from zhike.segments.policies.scheme import schemes
from zhike.segments.queries.mix import GRADE_FIELDS, GRADES, classes_of

TOP = 5


@dataclass(frozen=True)
class Profile:
    """Figures and the most frequent values among the reader's customers of a class."""

    members: int
    figures: dict[str, Any]
    industries: list[tuple[str, int]]
    grades: list[tuple[str, int]]
    largest: list[Any]
    todos_open: int
    todos_done: int


def members(scheme: str, code: str, by: Actor) -> "QuerySet[Any]":
    """Return the reader's customers of a class."""
    rows: QuerySet[Any] = Customer.objects.visible_to(by)
    if scheme in GRADE_FIELDS:
        return rows.filter(**{GRADE_FIELDS[scheme]: code})
    held = ClassMembership.unscoped.filter(
        customer_id=OuterRef("pk"), scheme=scheme, code=code, valid_to__isnull=True
    )
    return rows.filter(Exists(held))


def profile(scheme: str, code: str, by: Actor) -> Profile:
    """Return the behaviour of a class as of now."""
    rows = members(scheme, code, by).order_by()
    money = by.field_access(Customer.key(), "annual_spend") != "hidden"
    quiet = timezone.now() - dt.timedelta(days=90)
    wanted: dict[str, Any] = {
        "orders": Avg("order_count"), "members": Count("pk"),
        "quiet": Count("pk", filter=Q(last_contact_at__lt=quiet) | Q(last_contact_at__isnull=True)),
        "unowned": Count("pk", filter=Q(owner__isnull=True)),
    }  # fmt: skip
    if money:
        wanted |= {"spend": Sum("annual_spend"), "mean": Avg("annual_spend")}
    found = rows.aggregate(**wanted)
    industries = rows.exclude(industry="").values("industry").annotate(n=Count("pk"))
    grades = rows.values("grade").annotate(n=Count("pk"))
    todos = ToDo.objects.visible_to(by).filter(policy_id=scheme, facts__code=code)
    return Profile(
        members=found["members"],
        figures=found,
        industries=[(r["industry"], r["n"]) for r in industries.order_by("-n", "industry")[:TOP]],
        grades=[(r["grade"], r["n"]) for r in grades.order_by("-n")],
        largest=list(rows.order_by("-annual_spend", "id")[:TOP]) if money else [],
        todos_open=todos.filter(status="open").count(),
        todos_done=todos.filter(status="done").count(),
    )


def card(scheme: str, code: str, by: Actor) -> Any:
    """Return the strategy card of a class that the reader may see, or None."""
    rows = ClassCard.objects.visible_to(by).filter(scheme=scheme, code=code)
    return rows.select_related("updated_by").first()


@dataclass(frozen=True, slots=True)
class Standing:
    """One class of a customer for its page: scheme, title of the scheme, code, name, since when."""

    scheme: str
    title: Any
    code: str
    label: str
    since: dt.date


def standing(customer: Any, by: Actor) -> tuple[list[Standing], list[tuple[str, Any]]]:
    """Return the classes of a customer and (class name, strategy card) for what they ask of us.

    Two statements; the caller has checked that the reader sees the customer.
    """
    found, names = [], {}
    for scheme, row in classes_of(customer.pk).items():
        policy: Any = registry.policies.get(scheme)
        if policy is None:
            continue
        version = row.policy_version
        params = policy.parse(version.params) if version else policy.default()
        label = _(params.label(row.code))
        names[scheme, row.code] = label
        found.append(Standing(scheme, policy.title, row.code, label, row.valid_from))
    for scheme, field in GRADE_FIELDS.items():
        if code := getattr(customer, field):
            names[scheme, code] = str(dict(GRADES[scheme].choices).get(code, code))
    order = schemes()
    found.sort(key=lambda one: order.index(one.scheme) if one.scheme in order else len(order))
    return found, _cards(names, by)


def _cards(names: dict[tuple[str, str], str], by: Actor) -> list[tuple[str, Any]]:
    """Return the cards of these classes; there are as many cards as classes, so all are read."""
    held = [row for row in _all_cards(by) if (row.scheme, row.code) in names]
    return [(names[row.scheme, row.code], row) for row in held if row.strategy or row.offers]


@prepared
def _all_cards(by: Actor) -> "QuerySet[ClassCard]":
    return ClassCard.objects.visible_to(by).order_by("id")
