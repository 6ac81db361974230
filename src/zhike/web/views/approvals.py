"""待我审批: everything that waits for the reader's decision, and deciding in place."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from zhike.kernel import approvals
from zhike.kernel.actor import Actor
from zhike.kernel.errors import NotFound
from zhike.web.answers import page
from zhike.web.views.todos import take_step

SHOWN = 200


def show(request: HttpRequest) -> HttpResponse:
    """Show what waits, those that wait longest first."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    found = approvals.waiting(by, SHOWN + 1)
    context = {"approvals": found[:SHOWN], "count": len(found), "more": len(found) > SHOWN}
    return page(request, "web/workbench/approvals_page.html", context)


def decide(request: HttpRequest, source: str, pk: int) -> HttpResponse:
    """Approve or reject in place."""
    known = approvals.approval_sources.get(source)
    if known is None:
        raise NotFound
    approve = request.POST.get("decision") == "approve"
    note = request.POST.get("note", "")[:200]
    done = _("已同意") if approve else _("已驳回")
    return take_step(request, lambda by: known.decide(pk, approve, note, by), done)
