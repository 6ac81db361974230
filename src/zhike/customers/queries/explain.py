"""Why a customer has its grade: the assessment's own facts and version, decided again, in words."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from zhike.customers.models import Customer, GradeAssessment
from zhike.customers.queries.facts import grading_facts
from zhike.customers.queries.grades import FIVE_TIERS, held_on
from zhike.kernel.actor import Actor
from zhike.kernel.errors import NotFound
from zhike.kernel.models import PolicyVersion
from zhike.kernel.policies import Reason
from zhike.kernel.policy_store import in_force, sentence
from zhike.kernel.prepared import Id, prepared
from zhike.kernel.registry import registry


@dataclass(frozen=True, slots=True)
class Line:
    """One condition in the reader's language, whether it holds, and the value found."""

    text: str
    holds: bool
    value: str


@dataclass(frozen=True)
class Explanation:
    """The answer to "why this grade?".

    ``grade`` is what the customer holds, ``ruled`` what the standard alone gives; they differ
    during a manual adjustment or the grace of a downgrade (``origin``, ``expires_on``, ``reason``,
    ``approved_by``). ``evidence`` is the query string of the list of orders behind the spend;
    ``reserve`` is how far the spend lies above the bound of the grade, None without such a bound.
    """

    scheme: str
    grade: str
    label: str
    ruled: str
    ruled_label: str
    origin: str
    assessed_on: dt.date
    expires_on: dt.date | None
    reason: str
    approved_by: str
    version: int | None
    lines: list[Line]
    scores: Mapping[str, Any]
    facts: Mapping[str, Any]
    evidence: str
    reserve: Any


def explain_grade(
    customer: "Customer | int", by: Actor, on: dt.date | None = None, scheme: str = FIVE_TIERS
) -> Explanation:
    """Return why the customer holds (or held on a day) its grade.

    Without an assessment yet, the facts of the day are decided under the version in force.

    Raises:
        NotFound: the customer does not exist or is outside the reader's scope.
    """
    pk = customer.pk if isinstance(customer, Customer) else customer
    if not by.stands_at(Customer.key(), pk) and not _seen(by, pk):
        raise NotFound
    day = on or timezone.localdate()
    held = next(iter(_held(by, pk, day, scheme)), None)
    policy: Any = registry.policies[scheme]
    if held and held.facts:
        version: PolicyVersion | None = held.policy_version
        params = policy.parse(version.params) if version else policy.default()
        facts = policy.Facts(**held.facts)
    else:
        version, params = in_force(scheme, day)
        facts = grading_facts(pk, scheme, day)
    return _explanation(pk, by, day, policy, params, facts, version, held)


HELD = (
    "grade", "origin", "valid_from", "expires_on", "reason", "facts",
    "policy_version__number", "policy_version__params", "policy_version__status",
    "approved_by__display_name", "approved_by__username",
)  # fmt: skip


@prepared
def _seen(by: Actor, pk: Id) -> "QuerySet[Customer, Any]":
    return Customer.objects.visible_to(by, archived=True).filter(pk=pk).values_list("pk")


@prepared
def _held(by: Actor, pk: Id, day: dt.date, scheme: str) -> "QuerySet[GradeAssessment]":  # noqa: ARG001
    rows = held_on(day, scheme).filter(customer_id=pk)
    rows = rows.select_related("policy_version", "approved_by").order_by("-valid_from", "-id")
    return rows.only(*HELD)[:1]


def _explanation(
    pk: int,
    by: Actor,
    day: dt.date,
    policy: Any,
    params: Any,
    facts: Any,
    version: PolicyVersion | None,
    held: GradeAssessment | None,
) -> Explanation:
    decision = policy.decide(facts, params)
    hidden = by.field_access(Customer.key(), "annual_spend") == "hidden"
    grade = held.grade if held else decision.outcome
    start = (
        day.replace(year=day.year - 1)
        if (day.month, day.day) != (2, 29)
        else day - dt.timedelta(366)
    )
    return Explanation(
        scheme=policy.id,
        grade=grade,
        label=params.label(grade),
        ruled=decision.outcome,
        ruled_label=params.label(decision.outcome),
        origin=held.origin if held else GradeAssessment.Origin.RULE,
        assessed_on=held.valid_from if held else day,
        expires_on=held.expires_on if held else None,
        reason=held.reason if held else "",
        approved_by=str(held.approved_by or "") if held else "",
        version=version.number if version else None,
        lines=[_line(reason, hidden=hidden) for reason in decision.reasons],
        scores={} if hidden or not hasattr(policy, "scores") else policy.scores(facts, params),
        facts={} if hidden else facts.model_dump(),
        evidence=f"customer={pk}&ordered_on__gte={start + dt.timedelta(1)}&ordered_on__lte={day}"
        "&status__not=cancelled",
        reserve=None if hidden else _reserve(policy, params, facts, decision.outcome),
    )


def _line(reason: Reason, *, hidden: bool) -> Line:
    return Line(sentence(reason), reason.holds, "" if hidden else reason.value)


def _reserve(policy: Any, params: Any, facts: Any, outcome: str) -> Any:
    tiers = {tier.code: tier for tier in getattr(params, "tiers", ())}
    tier = tiers.get(outcome)
    if tier is None or tier.lower is None:
        return None
    return policy.figure(facts, params) - tier.lower
