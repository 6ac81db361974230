"""Export of a list as the reader sees it, with a purpose; the file expires."""

from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods

from zhike.exchange import actions, exports, queries
from zhike.kernel.actions import authorise
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid, NotFound
from zhike.kernel.registry import registry
from zhike.kernel.resources import Resource
from zhike.web.pages import Tool, add_list_tool
from zhike.web.views.imports import page


@add_list_tool
def export_tool(resource: Resource, by: Actor, query: str) -> Tool | None:
    """Return the button that exports a list as it is seen."""
    if not by.may(resource.key, "export"):
        return None
    address = reverse("export-start", args=resource.key.split("."))
    return Tool(lazy("导出"), f"{address}?{query.lstrip('?')}" if query else address, "download")


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, package: str, entity: str) -> HttpResponse:
    """Ask for the purpose, then write the list with the filters of the address."""
    by = request.actor  # type: ignore[attr-defined]
    key = f"{package}.{entity}"
    if key not in registry.resources:
        raise NotFound
    authorise(by, key, "export")
    query = request.POST.get("query", "") if request.method == "POST" else request.GET.urlencode()
    errors: dict[str, list[str]] = {}
    status = 200
    if request.method == "POST":
        try:
            file = actions.start_export(
                key,
                query,
                by=by,
                purpose=request.POST.get("purpose", ""),
                file_format=request.POST.get("format", "xlsx"),
            )
            return redirect("export-file", export_id=file.pk)
        except Invalid as refused:
            errors, status = refused.fields, refused.status
    found = exports.listing(registry.resource(key), query, by)
    context = {
        "resource": found.resource,
        "query": query,
        "errors": errors,
        "columns": found.columns,
        "conditions": found.conditions,
        "rows": exports.count(found),
        "purpose": request.POST.get("purpose", ""),
        "chosen": request.POST.get("format", "xlsx"),
        "at_once": exports.AT_ONCE,
        "hours": actions.EXPORT_HOURS,
        "masked": [c.title for c in found.columns if c.access == "masked" and c.personal],
    }
    return page(request, "export", context, status)


@require_GET
def show(request: HttpRequest, export_id: int) -> HttpResponse:
    """Show where an export stands, and the download when it is ready."""
    by = request.actor  # type: ignore[attr-defined]
    file = queries.export_to_read(export_id, by=by)
    return page(request, "exported", {"file": file, "resource": registry.resource(file.resource)})


@require_GET
def download(request: HttpRequest, export_id: int) -> HttpResponse:
    """Send the file to its owner while he still has the right."""
    file = queries.export_to_read(export_id, by=request.actor)  # type: ignore[attr-defined]
    if file.status != "ready":
        raise NotFound
    name = f"{queries.title_of(file.resource)}_{file.created_at:%Y%m%d}.{file.format}"
    return FileResponse(
        Path(file.path).open("rb"), as_attachment=True, filename=_("导出_%s") % name
    )
