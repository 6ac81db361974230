"""The pool on the page of a customer: deadline and rule, protection, owners, giving it back."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from zhike.kernel.actor import Actor
from zhike.kernel.registry import registry
from zhike.pool.queries.standing import standing
from zhike.web.answers import page
from zhike.web.views import detail

CUSTOMER = "customers.customer"


def rail(row: Any, by: Actor) -> dict[str, Any]:
    """Return what the rail of a customer's page shows of the pool."""
    if not by.may("pool.ownership", "view") or row.archived_at is not None:
        return {}
    return {"standing": standing(row, by)}


def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why a customer is given back; the answer goes through the batch door of the action."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    resource = registry.resource(CUSTOMER)
    row = detail.visible(resource, by, pk, "change")
    from zhike.web.forms import action_form

    action = registry.actions["pool.release"]
    context = {
        "resource": resource, "action": action, "form": action_form(action, by), "ids": [row.pk],
        "everything": False, "query": "", "url": f"{resource.url}batch/{action.slug}/",
        "back_url": resource.record_url(pk),
    }  # fmt: skip
    return page(request, "web/action/batch.html", context)
