"""A class as a living page: description, members, behaviour, strategy."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhike.kernel.actor import Actor
from zhike.kernel.errors import NotFound
from zhike.kernel.registry import registry
from zhike.loyalty.queries.stage import stage_loyalty
from zhike.segments import actions
from zhike.segments.queries import explain_classes, lifecycle, mix, profile
from zhike.web import badges
from zhike.web.answers import page
from zhike.web.views import detail
from zhike.web.views.segments.schemes import require

CARD = "segments.classcard"


@require_GET
def show(request: HttpRequest, scheme: str, code: str) -> HttpResponse:
    """Show the class for the reader's customers."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    require(by)
    names = _names(scheme)
    if code not in names:
        raise NotFound
    card = profile.card(scheme, code, by)
    found = profile.profile(scheme, code, by)
    context: dict[str, Any] = {
        "scheme": scheme, "code": code, "names": names, "label": names[code], "card": card,
        "scheme_title": _(str(registry.policies[scheme].title)), "profile": found,
        "grades": [(badges.grade(grade), n, n / max(found.members, 1)) for grade, n in found.grades],
        "may_write": by.may(CARD, "change" if card else "create"),
        "list_url": _list_url(scheme, code),
        "loyalty": stage_loyalty(code, timezone.localdate(), by)
        if (scheme, code) == (lifecycle.MODEL, "develop") else None,
    }  # fmt: skip
    return page(request, "web/segments/class.html", context)


@require_GET
def why(request: HttpRequest, pk: int) -> HttpResponse:
    """Show why a customer stands in its classes."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    require(by)
    row = detail.visible(registry.resource("customers.customer"), by, pk)
    held = explain_classes(pk, by)
    context = {"row": row, "held": [(one, _(str(one.title))) for one in held]}
    return page(request, "web/segments/why.html", context)


def _names(scheme: str) -> dict[str, str]:
    known = registry.policies.get(scheme)
    if known is None or not (scheme in mix.GRADES or hasattr(known, "fitting")):
        raise NotFound
    return mix.labels(scheme)


def _list_url(scheme: str, code: str) -> str:
    if scheme in mix.GRADE_FIELDS:
        return f"/customers/customer/?{mix.GRADE_FIELDS[scheme]}={code}"
    return f"/customers/customer/?class={scheme}:{code}"


@require_POST
def write(request: HttpRequest, scheme: str, code: str) -> HttpResponse:
    """Go to the form of the card; one that does not exist yet is opened."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    _names(scheme)
    card = actions.open_card(scheme, code, by=by)
    return HttpResponseRedirect(f"/segments/classcard/{card.pk}/edit/")
