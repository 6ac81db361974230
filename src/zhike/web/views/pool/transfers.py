"""批量移交: choose who gets the customers of a filter; progress, stop and resume on its page."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from zhike.interactions import queries as people
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden, Invalid
from zhike.kernel.listing import Listing
from zhike.kernel.registry import registry
from zhike.kernel.resources import Resource
from zhike.pool import actions
from zhike.pool.actions.transferring import progress
from zhike.web.answers import leave, page
from zhike.web.pages import Tool, add_list_tool
from zhike.web.views import detail

CUSTOMER, KEY = "customers.customer", "pool.bulktransfer"


@add_list_tool
def transfer_tool(resource: Resource, by: Actor, query: str) -> Tool | None:
    """Offer the hand-over of all that the list of customers shows now."""
    if resource.key != CUSTOMER or not by.may(CUSTOMER, "assign") or not by.may(KEY, "view"):
        return None
    return Tool(_("批量移交"), f"/pool/transfer/?{query}", "user-share")


def plan(request: HttpRequest) -> HttpResponse:
    """Ask who gets the customers of the filter, and start."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not by.may(CUSTOMER, "assign"):
        raise Forbidden(resource=CUSTOMER, verb="assign")
    resource = registry.resource(CUSTOMER)
    query = request.POST.get("query", "") if request.method == "POST" else request.GET.urlencode()
    rows = Listing(resource, by, dict(QueryDict(query).items())).filtered
    error = ""
    if request.method == "POST":
        try:
            made = actions.start_transfer(
                rows, by=by, owner=request.POST.get("owner", ""),
                reason=request.POST.get("reason", "").strip()[:200],
            )  # fmt: skip
            return leave(request, f"/pool/bulktransfer/{made.pk}/", _("移交已开始"))
        except Invalid as refused:
            error = next((f[0] for f in refused.fields.values()), refused.message)
    context = {
        "query": query, "count": rows.count(), "error": error, "typed": request.POST,
        "people": people.colleagues("", 50), "back_url": f"{resource.url}?{query}",
    }  # fmt: skip
    return page(request, "web/pool/transfer.html", context, status=422 if error else 200)


@detail.register(KEY)
def show(request: HttpRequest, resource: Resource, row: Any) -> HttpResponse:
    """Show how far a transfer is, which batches are done, and the buttons."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    found = progress(row)
    running = row.status == "running"
    job = {
        "title": _("批量移交"), "done": found["done"], "total": found["total"], "running": running,
        "url": f"/pool/bulktransfer/{row.pk}/?part=job", "left_text": row.get_status_display(),
    }  # fmt: skip
    if request.GET.get("part") == "job" and getattr(request, "htmx", None):
        return page(request, "web/components/job.html", {"job": job})
    context = detail.context_of(request, resource, row)
    batches = row.batches.filter(done_at__isnull=False).order_by("-number")[:20]
    context |= {"job": job, "found": found, "batches": batches, "by": by}
    return page(request, "web/pool/transfer_progress.html", context)
