"""客户关怀: the coming occasions by day, who is greeted, who is left out and why (LOY-011…013)."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden
from zhike.loyalty.queries.occasions import MOST, Occasion, coming_for
from zhike.web.answers import page
from zhike.web.pages import Page, add_page
from zhike.web.views.loyalty import frame

URL = "/loyalty/"
SPANS = (7, 30, 60)
SHOWN = 300
ICONS = {
    "birthday": "cake", "festival": "calendar-event", "anniversary": "heart-handshake",
    "founding": "building", "important": "star",
}  # fmt: skip


def _may(by: Actor) -> bool:
    return by.may("loyalty.careitem", "view")


add_page(
    Page(lazy("客户关怀"), URL, "cake", group="service", rank=40, may=_may,
         replaces="loyalty.careitem")
)  # fmt: skip


@require_GET
def coming(request: HttpRequest) -> HttpResponse:
    """Show the occasions of the reader's customers."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not _may(by):
        raise Forbidden(resource="loyalty.careitem", verb="view")
    today, days = timezone.localdate(), _span(request)
    show = request.GET.get("show", "")
    show = show if show in ("care", "leave") else ""
    everything = coming_for(by, today, days)
    chosen = [one for one in everything if show in ("", _state(one))]
    counts = {name: sum(_state(one) == name for one in everything) for name in ("care", "leave")}
    titles = {
        "": _("全部"), "care": _("会关怀 %s") % counts["care"],
        "leave": _("未列入 %s") % counts["leave"],
    }  # fmt: skip
    context: dict[str, Any] = {
        "tabs": frame.tabs(by, URL), "days": by_day(chosen[:SHOWN]), "today": today,
        "total": len(everything), "hidden": max(len(chosen) - SHOWN, 0),
        "capped": MOST if len(everything) >= MOST else 0,
        "spans": [
            {"title": _("%s 天") % one, "url": _address(one, show), "active": one == days}
            for one in SPANS
        ],
        "shows": [
            {"title": title, "url": _address(days, name), "active": name == show}
            for name, title in titles.items()
        ],
        "may_consent": by.may("loyalty.consent", "create"),
        "may_date": by.may("loyalty.importantdate", "create"),
        "may_see_people": by.may("customers.person", "view"),
    }  # fmt: skip
    return page(request, "web/loyalty/care.html", context)


def _span(request: HttpRequest) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked.isdigit() and int(asked) in SPANS else 30


def _address(days: int, show: str) -> str:
    return f"{URL}?days={days}&show={show}"


def _state(one: Occasion) -> str:
    """Return whether the occasion is cared for: what was planned already is."""
    return "care" if one.status in ("planned", "done") or one.outcome == "care" else "leave"


def line(one: Occasion) -> dict[str, Any]:
    """Return an occasion ready to show."""
    states = {
        "planned": ("hu", _("待关怀")), "done": ("zq", _("已关怀")), "skipped": ("", _("不再进行")),
    }  # fmt: skip
    if one.status:
        tone, text = states[one.status]
    elif one.outcome == "care":
        tone, text = "dian", _("将于 %s 提醒") % f"{one.remind_on:%m-%d}"
    else:
        tone, text = "", _("未列入")
    known = one.status or one.outcome == "care"
    return {
        "one": one, "tone": tone, "state": text, "icon": ICONS.get(one.kind, "star"),
        "against": [] if known else one.against,
        "url": f"/loyalty/careitem/{one.item_id}/" if one.item_id else "",
        "unconsented": not known and one.person_id and one.facts.consent != "given",
    }  # fmt: skip


def by_day(occasions: list[Occasion]) -> list[dict[str, Any]]:
    """Return the occasions as days in order."""
    found: dict[dt.date, list[dict[str, Any]]] = {}
    for one in occasions:
        found.setdefault(one.day, []).append(line(one))
    return [{"day": day, "lines": lines} for day, lines in found.items()]
