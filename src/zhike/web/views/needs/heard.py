"""The worklist of suggestions: the sentence in its text, and the two buttons of a decision."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Forbidden, Invalid
from zhike.kernel.resources import Resource
from zhike.needs.actions import confirm_suggestion, dismiss_suggestion
from zhike.needs.queries.board import types
from zhike.needs.queries.suggestions import open_suggestions, with_evidence
from zhike.web.answers import leave, page
from zhike.web.forms import action_form, action_values
from zhike.web.pages import Page, add_page
from zhike.web.views import detail
from zhike.web.views.needs import frame

URL = "/needs/heard/"
KEY = "needs.suggestion"


def _may(by: Actor) -> bool:
    return by.may(KEY, "view")


add_page(Page(lazy("需求线索"), URL, "zoom-question", may=_may, menu=False))


def _actor(request: HttpRequest) -> Actor:
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not _may(by):
        raise Forbidden(resource=KEY, verb="view")
    return by


@detail.register(KEY)
def show(request: HttpRequest, resource: Resource, row: object) -> HttpResponse:
    """Show one suggestion with its evidence."""
    context = detail.context_of(request, resource, row)
    by: Actor = request.actor  # type: ignore[attr-defined]
    context["heard"] = with_evidence([row], by)[0]  # type: ignore[list-item]
    return page(request, "web/record/record.html", context)


@require_GET
def heard(request: HttpRequest) -> HttpResponse:
    """Show what waits for a decision, the latest first."""
    by = _actor(request)
    context = {
        "tabs": frame.tabs(by, URL), "found": open_suggestions(by), "types": types(by),
        "may_change": by.may(KEY, "change"),
        "may_record": by.may(KEY, "change") and by.may("needs.need", "create"),
    }  # fmt: skip
    return page(request, "web/needs/heard.html", context)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a need of it, with the words and the type that the person chose."""
    by = _actor(request)
    form = action_form(confirm_suggestion, by, data=request.POST)
    try:
        row = confirm_suggestion(pk, by=by, **action_values(confirm_suggestion, form, by))
    except Conflict:
        return leave(request, URL, _("这条线索已由他人处理。"))
    except Invalid as error:
        told = "；".join(m for messages in error.fields.values() for m in messages)
        return leave(request, f"{URL}#heard-{pk}", told or str(error.message))
    return leave(request, URL, _("已登记为客户需求“%s”。") % row.need)


@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that it is no need."""
    try:
        dismiss_suggestion(pk, by=_actor(request), reason=request.POST.get("reason", "")[:200])
    except Conflict:
        return leave(request, URL, _("这条线索已由他人处理。"))
    return leave(request, URL, _("已忽略，这句话不会再次出现。"))
