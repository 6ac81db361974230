"""Show a masked value in clear: a right, a limit and an audit entry, by ``trust``."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from zhike.kernel.actor import Actor
from zhike.kernel.errors import NotFound, Refusal
from zhike.kernel.resources import Resource
from zhike.web.answers import page
from zhike.web.views.detail import visible


@require_POST
def reveal_field(request: HttpRequest, resource: Resource, pk: int, field: str) -> HttpResponse:
    """Answer ``{"value"}``; without script a page that shows it once."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    wants_json = "application/json" in request.headers.get("Accept", "")
    from zhike.trust.actions import reveal

    try:
        row = visible(resource, by, pk)
        kind = next((f for f in resource.model._meta.fields if f.name == field), None)
        if kind is None or not getattr(kind, "personal", False):
            raise NotFound
        value = reveal(row, field, by=by, purpose=request.POST.get("purpose", "")[:200])
    except Refusal as refusal:
        if not wants_json:
            raise
        body = {"message": refusal.message, "code": refusal.code}
        return JsonResponse(body, status=refusal.status)
    if wants_json:
        return JsonResponse({"value": value}, headers={"Cache-Control": "no-store"})
    context = {
        "resource": resource, "row": row, "title": resource.title_of(row, by),
        "field": kind.verbose_name, "value": value, "url": resource.record_url(pk),
    }  # fmt: skip
    return page(request, "web/record/revealed.html", context)
