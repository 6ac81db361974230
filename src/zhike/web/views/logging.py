"""Logging a communication: composer of the 360 page, quick sheet on phones, comments, files."""

from typing import Any

from django.contrib import messages
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from zhike.identity.actions.preferences import set_preference
from zhike.interactions import actions
from zhike.interactions import queries as interactions
from zhike.kernel import kinds
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden, Invalid, NotFound, PolicyRefused
from zhike.kernel.registry import registry
from zhike.kernel.scope import standing_at
from zhike.kernel.search import search
from zhike.web.answers import back_to, into, page
from zhike.web.pages import Page, add_page
from zhike.web.presets import preset_days
from zhike.web.views import customer as customers
from zhike.web.views.todos import first_message
from zhike.web.views.workbench import STARRED, starred

MOST_STARS = 50
WHEN = {"d1": 1, "d3": 3, "d7": 7, "d14": 14}

add_page(
    Page(
        lazy("写跟进"), "/log/", "pencil", menu=False, keys="g f",
        may=lambda by: by.may("interactions.interaction", "create"),
    )
)  # fmt: skip


def log(request: HttpRequest, pk: int) -> HttpResponse:
    """Store the composer and show the timeline anew, or the composer with what to mend."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    sheet = request.path.startswith("/log/")
    if request.method != "POST":
        row = customers.load(request, pk)
        return _sheet(request, row, by) if sheet else HttpResponseNotAllowed(["POST"])
    try:
        values = _values(request)
        photos = request.FILES.getlist("photos")
        consented = request.POST.get("photos_consented") == "on"
        logged = actions.log_visit(pk, by=by, photos=photos, consented=consented, **values)
    except Invalid as error:
        return _again(request, customers.load(request, pk), by, error, sheet=sheet)
    except PolicyRefused as error:
        refused = Invalid(error.message, fields={"next_step_on": [error.message]})
        return _again(request, customers.load(request, pk), by, refused, sheet=sheet)
    text = _saved(logged.fulfilled)
    if logged.warnings:
        text += _("。请注意：%s") % "；".join(logged.warnings)
    if into(request, "flow"):
        fresh = customers.load(request, pk)
        counts = customers.linked_counts(pk, standing_at(fresh, by))
        context = _flow(request, fresh, by) | {
            "toast": text, "figures": customers.figures(fresh, by, counts), "oob": True,
            "next_todos": interactions.of_customer(pk, by),
        }  # fmt: skip
        return page(request, "web/customer/flow.html", context)
    messages.success(request, text, extra_tags="")
    target = back_to(request, f"/customers/customer/{pk}/")
    if getattr(request, "htmx", None):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def more(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the composer of a customer's page offers beneath 更多."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not by.may("interactions.interaction", "create"):
        raise Forbidden(resource="interactions.interaction", verb="create")
    context = {"row": customers.load(request, pk), "typed": {}} | customers.more_of_composer(by)
    return page(request, "web/customer/composer_more.html", context)


def _saved(fulfilled: int) -> str:
    if not fulfilled:
        return _("已记录")
    return ngettext("已记录，完成 %d 项待办", "已记录，完成 %d 项待办", fulfilled) % fulfilled


def _values(request: HttpRequest) -> dict[str, Any]:
    """Return the typed values cleaned by the kinds of the action.

    Raises:
        Invalid: each field with its message.
    """
    from django.core.exceptions import ValidationError

    found: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    posted = request.POST
    for name, kind in actions.log_interaction.fields.items():
        raw: Any = request.FILES.get(name) if name == "attachment" else posted.get(name)
        if name in {"participants", "colleagues"}:
            found[name] = posted.getlist(name)
            continue
        if raw in (None, ""):
            continue
        try:
            found[name] = kind.clean_value(raw)
        except ValidationError as error:
            errors[name] = list(error.messages)
    found.setdefault("summary", "")
    when = posted.get("when", "")
    if when in WHEN:
        found["next_step_on"] = preset_days(timezone.localdate())[WHEN[when]][0]
    elif when == "none":
        found["no_next_step"] = True
        found.pop("next_step_on", None)
    if errors:
        raise Invalid(fields=errors)
    return found


def _flow(request: HttpRequest, row: Any, by: Actor) -> dict[str, Any]:
    people = customers.contacts(row, by)
    return {
        "row": row,
        "base": f"/customers/customer/{row.pk}/",
        **customers.composer(row, by, people),
        **customers.timeline_of(row.pk, by, request),
    }


def _again(
    request: HttpRequest, row: Any, by: Actor, error: Invalid, *, sheet: bool
) -> HttpResponse:
    typed = {
        "typed": request.POST,
        "chosen_people": set(request.POST.getlist("participants")),
        "chosen_colleagues": set(request.POST.getlist("colleagues")),
        "channel": request.POST.get("channel", "note"),
        "errors": error.fields or {"summary": [error.message]},
        "error": first_message(error),
        **customers.more_of_composer(by),
    }
    if sheet:
        return _sheet(request, row, by, typed=typed, status=error.status)
    if into(request, "flow"):
        context = _flow(request, row, by) | typed
        return page(request, "web/customer/flow.html", context, status=error.status)
    context = {"row": row, "base": f"/customers/customer/{row.pk}/", "tab": ""}
    context |= customers.head(row, by, "") | customers.overview(row, by, request) | typed
    return page(request, "web/customer/customer.html", context, status=error.status)


def _sheet(
    request: HttpRequest, row: Any, by: Actor, *, typed: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    if not by.may("interactions.interaction", "create"):
        raise Forbidden(resource="interactions.interaction", verb="create")
    people = customers.contacts(row, by)
    context = {
        "row": row, "base": f"/customers/customer/{row.pk}/", "sheet": True,
        "due": [one for one in interactions.of_customer(row.pk, by) if one.family == "contact"],
        **customers.composer(row, by, people), **customers.more_of_composer(by),
    }  # fmt: skip
    context["channel"] = request.GET.get("channel") or "visit"
    context |= typed or _from_template(request, row, by)
    name = "sheet" if getattr(request, "htmx", None) else "sheet_page"
    return page(request, f"web/customer/{name}.html", context, status=status)


def _from_template(request: HttpRequest, row: Any, by: Actor) -> dict[str, Any]:
    """Return the composer's start from an approved template, filled in for the customer."""
    wanted = request.GET.get("template", "")
    if not wanted.isdigit():
        return {}
    ready = interactions.prepared_text(int(wanted), row, by)
    return {
        "typed": {"summary": ready.text, "template": ready.id, "purpose": ready.subject},
        "channel": ready.channel_code,
    }


def choose(request: HttpRequest) -> HttpResponse:
    """Quick sheet, first step: the customer, recent ones first, or by search."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not by.may("interactions.interaction", "create"):
        raise Forbidden(resource="interactions.interaction", verb="create")
    text = request.GET.get("q", "").strip()[:100]
    channel = request.GET.get("channel", "")
    known = {code for code, _title, _icon in interactions.channels()}
    context = {
        "q": text,
        "channel": channel if channel in known else "",
        "found": _found(text, by) if text else _recent(by),
    }
    if into(request, "choices"):
        return page(request, "web/customer/choices.html", context)
    name = "choose" if getattr(request, "htmx", None) else "choose_page"
    return page(request, f"web/customer/{name}.html", context)


def _found(text: str, by: Actor) -> list[dict[str, Any]]:
    hits = search(text, by=by, limit=12, only=customers.KEY).get(customers.KEY, [])
    return [
        {"id": hit.id, "name": hit.title, "note": hit.subtitle, "grade": hit.badge} for hit in hits
    ]


def _recent(by: Actor) -> list[dict[str, Any]]:
    ids = interactions.recent_customer_ids(by, 12)
    rows = registry.resource(customers.KEY).rows(by)
    rows = rows.filter(pk__in=ids) if ids else rows.filter(owner_id=by.user_id).order_by("-id")
    found = list(rows.values("id", "name", "short_name", "grade", "code")[:12])
    place = {pk: index for index, pk in enumerate(ids)}
    found.sort(key=lambda row: place.get(row["id"], 0))
    return [
        {"id": one["id"], "name": one["short_name"] or one["name"], "note": one["code"],
         "grade": one["grade"]}
        for one in found
    ]  # fmt: skip


def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something under a communication."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    field: Any = kinds.LongText(max_length=2000, blank=True)
    from django.core.exceptions import ValidationError

    target = back_to(request, "/")
    try:
        text = field.clean_value(request.POST.get("text", ""))
        made = actions.add_comment(pk, by=by, text=text)
    except (Invalid, ValidationError) as error:
        text = first_message(error) if isinstance(error, Invalid) else error.messages[0]
        messages.error(request, text, extra_tags="")
        if getattr(request, "htmx", None):
            return HttpResponse(status=204, headers={"HX-Redirect": target})
        return HttpResponseRedirect(target)
    if into(request, "timeline"):
        context = {"base": f"/customers/customer/{made.customer_id}/"}
        context |= customers.timeline_of(made.customer_id, by, request)
        return page(request, "web/customer/timeline.html", context)
    return HttpResponseRedirect(f"{target}#interaction-{pk}")


def attachment(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """Send the file of a communication as a download."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    found = interactions.attachment(pk, by)
    if found is None:
        raise NotFound
    return FileResponse(found.open("rb"), headers=kinds.Attachment.headers(found))


def photo(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """Show a photo of a communication; it was written anew on arrival, so it is a plain JPEG."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    found = interactions.photo(pk, by)
    if not found:
        raise NotFound
    headers = kinds.Attachment.headers(found)
    headers |= {"Content-Type": "image/jpeg", "Content-Disposition": "inline"}
    return FileResponse(found.open("rb"), headers=headers)


def colleagues(request: HttpRequest) -> JsonResponse:
    """Return colleagues by name for @mentions and hand-overs."""
    return JsonResponse(interactions.colleagues(request.GET.get("q", "")), safe=False)


def star(request: HttpRequest, pk: int) -> HttpResponse:
    """Star a customer, or take the star away."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    row = customers.load(request, pk)
    known = starred(by)
    kept = [one for one in known if one != row.pk]
    if row.pk not in known:
        kept = [row.pk, *kept]
    set_preference(STARRED, kept[:MOST_STARS], by=by)
    context = {"row": row, "base": f"/customers/customer/{pk}/", "starred": row.pk in kept}
    if getattr(request, "htmx", None):
        return page(request, "web/customer/star.html", context)
    return HttpResponseRedirect(f"/customers/customer/{pk}/")
