"""Guides, talk tracks and templates for the customer with whom one is about to speak."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from zhike.interactions import queries as interactions
from zhike.interactions.queries import guides as reads
from zhike.kernel.actor import Actor
from zhike.kernel.errors import BadQuery, Forbidden
from zhike.kernel.registry import registry
from zhike.web.answers import page
from zhike.web.views import customer as customers

OFFERED = 8


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what fits the customer, the channel and the situation (COM-007, COM-009)."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    row = customers.load(request, pk)
    channel, situation = request.GET.get("channel", ""), request.GET.get("situation", "")
    usable = interactions.channels()
    channel = channel if channel in {code for code, _title, _icon in usable} else ""
    situations = reads.situations()
    situation = situation if situation in dict(situations) else ""
    base = f"/communication/guides/{pk}/"
    context = {
        "row": row, "channel": channel, "situation": situation, "base": base,
        "cadence": reads.cadence_days(row),
        "guides": interactions.guides_for(row, by, channel=channel, situation=situation),
        "templates": interactions.templates_for(row, by, channel=channel)
        if by.may("interactions.messagetemplate", "view") else [],
        "channels": usable, "situations": situations,
        "may_log": by.may("interactions.interaction", "create"),
    }  # fmt: skip
    name = "guides" if getattr(request, "htmx", None) else "guides_page"
    return page(request, f"web/communication/{name}.html", context)


@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a version of a template with a real customer of the reader's (COM-017)."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not by.may("interactions.messagetemplate", "view"):
        raise Forbidden(resource="interactions.messagetemplate", verb="view")
    offered = _customers(by)
    raw = request.GET.get("customer") or (str(offered[0]["id"]) if offered else "")
    if raw and not raw.isdigit():
        raise BadQuery
    context = {
        "pk": pk, "offered": offered, "chosen": int(raw) if raw else None,
        "line": interactions.preview(pk, int(raw), by) if raw else None,
    }  # fmt: skip
    return page(request, "web/communication/preview.html", context)


def _customers(by: Actor) -> list[dict[str, object]]:
    """Return customers to try with: those spoken with lately, else any in sight."""
    rows = registry.resource(customers.KEY).rows(by)
    ids = interactions.recent_customer_ids(by, OFFERED)
    rows = rows.filter(pk__in=ids) if ids else rows.order_by("-id")
    return list(rows.values("id", "name")[:OFFERED])
