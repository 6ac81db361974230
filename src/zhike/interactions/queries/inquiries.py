"""The desk of questions and opinions: what is late, what waits, what was closed."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When
from django.utils import timezone

from zhike.interactions.models import Inquiry
from zhike.interactions.policies import InquiryFacts, InquiryTime
from zhike.kernel.actor import Actor
from zhike.kernel.policy_store import in_force
from zhike.kernel.registry import registry

SHOWN = 100
CLOSED = Inquiry.Status.CLOSED


@dataclass(frozen=True)
class InquiryDesk:
    """Rows of one tab with the counts of all: late, mine, open, closed."""

    rows: list[Inquiry]
    counts: dict[str, int]


def late(now: dt.datetime) -> Q:
    """Return the condition for past the acknowledgement or past the answer."""
    waiting = Q(status=Inquiry.Status.FORWARDED, accept_by__lt=now)
    working = Q(status__in=[Inquiry.Status.FORWARDED, Inquiry.Status.ACCEPTED], due_at__lt=now)
    return waiting | working


def inquiry_desk(by: Actor, tab: str = "open") -> InquiryDesk:
    """Return the reader's inquiries of a tab, the most urgent first: two queries."""
    rows = Inquiry.objects.visible_to(by)
    now = timezone.now()
    tabs = {
        "late": late(now), "mine": Q(handler_id=by.user_id) & ~Q(status=CLOSED),
        "open": ~Q(status=CLOSED), "closed": Q(status=CLOSED),
    }  # fmt: skip
    counts = rows.aggregate(
        **{name: Count("id", filter=condition) for name, condition in tabs.items()}
    )
    found = rows.filter(tabs.get(tab, tabs["open"])).select_related("customer", "handler", "owner")
    order = ("-closed_at", "-id") if tab == "closed" else ("due_at", "id")
    return InquiryDesk(list(_marked(found, now).order_by(*order)[:SHOWN]), counts)


def _marked(rows: "QuerySet[Inquiry]", now: dt.datetime) -> "QuerySet[Inquiry]":
    state = Case(When(late(now), then=Value("late")), default=F("status"), output_field=CharField())
    return rows.annotate(state=state)


def deadlines(kind: str, grade: str) -> dict[str, float]:
    """Return the working hours of the rule: ``accept_hours``, ``answer_hours``, ``tell_hours``."""
    _version, params = in_force(InquiryTime.id)
    facts = InquiryFacts(kind=kind, grade=grade)
    outcome: dict[str, float] = registry.policies[InquiryTime.id].decide(facts, params).outcome
    return outcome
