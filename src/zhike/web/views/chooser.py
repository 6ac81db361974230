"""Choices of a link, for the search box of a select."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden
from zhike.kernel.records import Searchable
from zhike.kernel.resources import Resource
from zhike.kernel.search import narrow
from zhike.web.links import target_of

LIMIT = 20
OPEN = {"identity.user", "identity.orgunit"}  # the address book, see ``links.choices_for``


def url_for(field: Any) -> str:
    """Return the chooser's address of a foreign key."""
    return f"/{target_of(field)._meta.label_lower.replace('.', '/')}/choose/"


def choose(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Answer up to 20 choices that match the typed text: ``[{"value", "text", "note"}]``."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    text = request.GET.get("q", "").strip()[:100]
    if resource.key in OPEN:
        rows = _address_book(resource, text)
    elif by.may(resource.key, "view"):
        rows = resource.rows(by)
        rows = narrow(rows, text, by=by) if text and _searchable(resource) else rows
        rows = rows.order_by("-id")
    else:
        raise Forbidden(resource=resource.key, verb="view")
    found = [_choice(resource, row, by) for row in rows[:LIMIT]]
    return JsonResponse(found, safe=False, headers={"Cache-Control": "no-store"})


def _searchable(resource: Resource) -> bool:
    return issubclass(resource.model, Searchable) or bool(resource.search)


def _address_book(resource: Resource, text: str) -> Any:
    from django.db.models import Q

    from zhike.identity.queries import active_people, active_units

    if resource.key == "identity.user":
        wanted = Q(display_name__icontains=text) | Q(username__icontains=text)
        return active_people().filter(wanted)
    return active_units().filter(Q(name__icontains=text) | Q(code__icontains=text))


def _choice(resource: Resource, row: Any, by: Actor) -> dict[str, str]:
    if resource.key in OPEN:
        return {"value": str(row.pk), "text": str(row), "note": ""}
    hit = resource.hit(row, by)
    return {"value": str(row.pk), "text": hit.title, "note": hit.subtitle}
