"""Why a customer has its class: the facts and the version of the day, decided again, in words."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.customers.models import Customer
from zhike.kernel.actor import Actor
from zhike.kernel.errors import NotFound
from zhike.kernel.policy_store import in_force, sentence
from zhike.kernel.registry import registry
from zhike.segments.models import ClassMembership
from zhike.segments.policies import ClassFacts
from zhike.segments.policies.scheme import schemes
from zhike.segments.queries.facts import facts_of
from zhike.segments.queries.mix import classes_of


@dataclass(frozen=True, slots=True)
class Line:
    """One condition in the reader's language, whether it holds, and the value found."""

    text: str
    holds: bool
    value: str


@dataclass(frozen=True)
class Held:
    """The class of a customer under one scheme and why; ``since`` None = not stored yet."""

    scheme: str
    title: Any
    code: str
    label: str
    since: dt.date | None
    version: int | None
    lines: list[Line]


def explain_classes(customer_id: int, by: Actor) -> list[Held]:
    """Return the class under every scheme with its reasons.

    Raises:
        NotFound: the customer does not exist or is outside the reader's scope.
    """
    if not Customer.objects.visible_to(by, archived=True).filter(pk=customer_id).exists():
        raise NotFound
    held = classes_of(customer_id)
    today = timezone.localdate()
    fresh = facts_of([customer_id], today).get(customer_id)
    return [_held(name, held.get(name), fresh, today, by) for name in schemes()]


def _held(
    scheme: str, row: ClassMembership | None, fresh: ClassFacts | None, today: dt.date, by: Actor
) -> Held:
    policy: Any = registry.policies[scheme]
    if row is not None:
        version = row.policy_version
        params = policy.parse(version.params) if version else policy.default()
        facts = ClassFacts(**row.facts)
    else:
        version, params = in_force(scheme, today)
        facts = fresh or ClassFacts()
    decision = policy.decide(facts, params)
    code = row.code if row is not None else ""
    hidden = by.field_access(Customer.key(), "annual_spend") == "hidden"
    return Held(
        scheme=scheme,
        title=policy.title,
        code=code,
        label=_(params.label(code)) if code else "",
        since=row.valid_from if row is not None else None,
        version=version.number if version else None,
        lines=[
            Line(sentence(one), one.holds, "" if hidden else one.value) for one in decision.reasons
        ],
    )
