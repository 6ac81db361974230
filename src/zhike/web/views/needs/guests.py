"""The co-creation board for contacts of customers, without sign-in; and making their links.

A contact proves himself by the last digits of his telephone; a signed cookie, good for this link
only and for some hours, keeps that. The page shows words and numbers, never a name.
"""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from zhike.kernel import kinds
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from zhike.needs import actions
from zhike.needs.actions.guests import LONGEST, rules
from zhike.needs.queries.guests import guest_board, open_board_link
from zhike.quality.queries.doors import digest, limits
from zhike.web.answers import page
from zhike.web.forms import widget_of
from zhike.web.views.needs import frame
from zhike.web.views.quality.public import busy, refused, too_many

COOKIE = "zk-board"
HOUR = 3600


def invite(request: HttpRequest) -> HttpResponse:
    """Choose a contact; his link is shown once."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not by.may("needs.boardlink", "create"):
        raise Forbidden(resource="needs.boardlink", verb="create")
    kind = kinds.Link(lazy("联系人"), "customers.Person")
    kind.set_attributes_from_name("person")
    context: dict[str, Any] = {"tabs": frame.tabs(by, "/needs/board/"), "days": rules().link_days}
    status = 200
    chosen = request.POST.get("person", "")[:20]
    if request.method == "POST":
        try:
            if not (chosen.isascii() and chosen.isdigit()):
                raise Invalid(_("请选择联系人。"))
            made, token = actions.create_board_link(int(chosen), by=by)
            address = request.build_absolute_uri(f"/b/{token}/")
            context |= {"link": made, "address": address}
        except (Invalid, NotFound) as error:
            context["problem"], status = error.message, 422
    context["chooser"] = widget_of(kind, by).render("person", chosen, {"id": "f-person"})
    return page(request, "web/needs/invite.html", context, status=status)


@csrf_protect
@never_cache
@sensitive_post_parameters()
def entrance(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the digits, then show the board and take one step at a time."""
    if too_many(request, rules().per_hour, "board"):
        return busy(request)
    try:
        link = open_board_link(token)
        guest = _known(request, token, link)
        if request.method != "POST":
            return _show(request, guest, done=_done(request.GET.get("done", "")))
        if guest is None:
            return _enter(request, token)
        return _act(request, guest)
    except NotFound as error:
        return refused(request, error.message, 404)


def _known(request: HttpRequest, token: str, link: Any) -> actions.GuestEntry | None:
    """Return who proved himself for this link lately."""
    age = rules().session_hours * HOUR
    salt = digest(token)
    found = request.get_signed_cookie(COOKIE, default="", salt=salt, max_age=age)
    if found != str(link.pk):
        return None
    return actions.GuestEntry(link.pk, link.person_id, link.customer_id)


def _enter(request: HttpRequest, token: str) -> HttpResponse:
    try:
        guest = actions.enter_board(token, request.POST.get("digits", "")[:12])
    except Invalid as error:
        return _show(request, None, problem=error.fields["digits"][0], status=422)
    response = HttpResponseRedirect(request.path)
    response.set_signed_cookie(
        COOKIE, str(guest.link_id), salt=digest(token), max_age=rules().session_hours * HOUR,
        path=request.path, secure=request.is_secure(), httponly=True, samesite="Lax",
    )  # fmt: skip
    return response


def _act(request: HttpRequest, guest: actions.GuestEntry) -> HttpResponse:
    step, raw = request.POST.get("step", ""), request.POST.get("idea", "")[:18]
    idea = int(raw) if raw.isascii() and raw.isdigit() else 0
    text = request.POST.get("text", "")[: LONGEST * 2]
    try:
        if step == "propose":
            actions.guest_propose(guest, request.POST.get("title", "")[:400], text)
        elif step == "vote":
            actions.guest_vote(guest, idea)
        elif step == "remark":
            actions.guest_remark(guest, idea, text)
        else:
            return refused(request, _("没有这种操作。"), 400)
    except (Invalid, Conflict) as error:
        typed = {"title": request.POST.get("title", "")[:400], "text": text, "step": step}
        told = _words(error)
        return _show(request, guest, problem=told, typed=typed, idea=idea, status=error.status)
    return HttpResponseRedirect(f"{request.path}?done={step}")  # so that a reload repeats nothing


def _done(step: str) -> str:
    told = {
        "propose": _("已提交，审核后对其他客户公开。"), "vote": _("已投票。"),
        "remark": _("已提交，审核后对其他客户公开。"),
    }  # fmt: skip
    return told.get(step, "")


def _words(error: Refusal) -> str:
    lines = [line for found in error.fields.values() for line in found]
    return lines[0] if lines else str(error.message)


def _show(
    request: HttpRequest, guest: actions.GuestEntry | None, *, problem: str = "", done: str = "",
    typed: dict[str, str] | None = None, idea: int = 0, status: int = 200,
) -> HttpResponse:  # fmt: skip
    context: dict[str, Any] = {
        "problem": problem, "done": done, "count": limits().digits, "typed": typed or {},
        "typed_idea": idea,
    }  # fmt: skip
    if guest is None:
        return render(request, "web/public/board_door.html", context, status=status)
    tones = {"waiting": "hu", "proposed": "dian", "accepted": "zq", "done": "dai"}
    context["ideas"] = [
        {**asdict(one), "tone": tones.get(one.status, "")} for one in guest_board(guest.person_id)
    ]
    return render(request, "web/public/board.html", context, status=status)
