"""查重: a page for everybody who sells, and the panel that fills while a form is typed."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from zhike.duplicates import actions
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden, NotFound, PolicyRefused
from zhike.kernel.registry import registry
from zhike.kernel.resources import Resource
from zhike.web.answers import page
from zhike.web.pages import Page, Tool, add_list_tool, add_page

FIELDS = ("name", "credit_code", "phone", "email", "website", "address")
KINDS = ("customer", "person")
LEAST_TYPED = 2


def _may(by: Actor) -> bool:
    return by.may("duplicates.check", "create")


add_page(Page(lazy("查重"), "/quality/check/", "copy", may=_may, menu=False))


@add_list_tool
def _check_first(resource: Resource, by: Actor, query: str) -> Tool | None:  # noqa: ARG001
    """Offer the check above the list of customers: look first, then create."""
    if resource.key != "customers.customer" or not _may(by):
        return None
    return Tool(lazy("查重"), "/quality/check/", "copy")


def show(request: HttpRequest) -> HttpResponse:
    """Ask whether a customer is there already; a POST, so that what is asked stands in no log."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not _may(by):
        raise Forbidden(resource="duplicates.check", verb="create")
    typed = {name: request.POST.get(name, "").strip()[:200] for name in FIELDS}
    resource = registry.resource("customers.customer")
    asked = request.method == "POST" and any(len(v) >= LEAST_TYPED for v in typed.values())
    context: dict[str, Any] = {
        "fields": [
            (name, resource.model._meta.get_field(name).verbose_name, typed[name])
            for name in FIELDS
        ],
        "asked": asked, "may_create": by.may(resource.key, "create"),
        "new_url": f"{resource.url}new/?{urlencode({k: v for k, v in typed.items() if v})}",
    }  # fmt: skip
    if asked:
        context |= _found(by, "customer", typed, "page", None)
    return page(request, "web/duplicates/check.html", context)


@require_GET
def live(request: HttpRequest, kind: str) -> HttpResponse:
    """Answer the panel below a form: what is there already, as far as the reader may know it."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if kind not in KINDS:
        raise NotFound
    known = registry.resource(f"customers.{kind}").form_fields()
    typed = {n: v.strip()[:200] for n, v in request.GET.items() if n in known and v.strip()}
    but = request.GET.get("but", "")
    if not _may(by) or not any(len(value) >= LEAST_TYPED for value in typed.values()):
        return page(request, "web/duplicates/found.html", {})
    context = _found(by, kind, typed, "form", int(but) if but.isdigit() and len(but) < 19 else None)
    return page(request, "web/duplicates/found.html", context)


def _found(
    by: Actor, kind: str, typed: dict[str, str], door: str, but: int | None
) -> dict[str, Any]:
    try:
        found = actions.check(kind, actions.typed_values(kind, typed), by=by, door=door, but=but)
    except PolicyRefused as error:
        return {"limited": error.message}
    return {"alike": [actions.as_plain(one) for one in found]}
