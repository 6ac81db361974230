"""A customer's relation: health with reasons, checklist, coming occasions, drivers (360)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from zhike.kernel.actor import Actor
from zhike.kernel.policy_store import sentence
from zhike.loyalty.queries.occasions import of_customer
from zhike.loyalty.queries.relations import drivers_of, health_at, steps_of
from zhike.web.answers import into, page
from zhike.web.views.customer import load
from zhike.web.views.loyalty import care

TONES = {"good": "zq", "fair": "hu", "poor": "zhu"}
OCCASIONS = 5


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the page, or only its sections for the rail of the customer's page."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    row = load(request, pk)
    context = {"row": row, "rail": into(request, "relation"), **relation_of(row.pk, by)}
    name = "relation_body" if context["rail"] else "relation"
    return page(request, f"web/loyalty/{name}.html", context)


def relation_of(pk: int, by: Actor) -> dict[str, Any]:
    """Return what the reader may see of a relation."""
    today = timezone.localdate()
    found: dict[str, Any] = {"may_new": []}
    if by.may("loyalty.relationhealth", "view") and (health := health_at(pk, by)):
        found["health"] = health
        found["tone"] = TONES[health.level]
        found["reasons"] = [
            {"text": sentence(one), "value": one.value, "holds": one.holds}
            for one in health.reasons
        ]
    if by.may("loyalty.relationstep", "view") and (steps := list(steps_of(pk, by))):
        over = sum(one.status != "open" for one in steps)
        found |= {"steps": steps, "steps_over": over, "share": over / len(steps)}
        found["late"] = [one for one in steps if one.status == "open" and one.due_on < today]
    if by.may("loyalty.careitem", "view"):
        occasions = of_customer(pk, today)[:OCCASIONS]
        found["occasions"] = [care.line(one) for one in occasions]
    if by.may("loyalty.driverrecord", "view"):
        found["drivers"] = drivers_of(pk, by)
    found["may_begin"] = not found.get("steps") and by.may("customers.customer", "change")
    return found
