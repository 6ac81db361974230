"""需求中心: what waits, the meetings' cycle, the latest documents; and the ranking of needs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden
from zhike.kernel.policy_store import sentence
from zhike.needs.queries import board as read
from zhike.needs.queries import cycle
from zhike.needs.queries.ranking import Ranked, ranked
from zhike.web.answers import page
from zhike.web.pages import Page, add_page
from zhike.web.views.needs import frame
from zhike.web.views.needs.quadrant import Point, quadrant

PLOTTED = 24
OUTCOMES = {
    "held": ("zq", lazy("已召开")), "planned": ("dian", lazy("已安排")),
    "open": ("", lazy("未到期")), "remind": ("hu", lazy("待安排")), "missed": ("zhu", lazy("漏开")),
}  # fmt: skip
QUADRANTS = {
    "improve": ("zhu", lazy("优先改进")), "keep": ("zq", lazy("继续保持")),
    "watch": ("", lazy("持续观察")), "overdone": ("hu", lazy("适当收缩")),
}  # fmt: skip


def _may(by: Actor) -> bool:
    return by.may("needs.need", "view")


add_page(
    Page(lazy("需求中心"), "/needs/", "bulb", group="customers", rank=70, may=_may,
         replaces="needs.need")
)  # fmt: skip
add_page(Page(lazy("需求排序"), "/needs/ranking/", "list-numbers", may=_may, menu=False))


def _actor(request: HttpRequest) -> Actor:
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not _may(by):
        raise Forbidden(resource="needs.need", verb="view")
    return by


@require_GET
def centre(request: HttpRequest) -> HttpResponse:
    """Show what waits, for this reader."""
    by = _actor(request)
    context: dict[str, Any] = {
        "tabs": frame.tabs(by, "/needs/"),
        "figures": read.figures(by),
        "answers": read.next_answers(by),
        "documents": read.recent_documents(by),
        "may_create": by.may("needs.need", "create"),
        "periods": [],
    }
    if by.breadth("needs.meeting", "view").everything:
        found = cycle.periods(6)
        titles = read.meetings_of(by, [pk for one in found for pk in one.meetings])
        context["periods"] = [
            {
                "row": one, "tone": OUTCOMES[one.outcome][0], "text": OUTCOMES[one.outcome][1],
                "meetings": [(pk, titles[pk]) for pk in one.meetings if pk in titles],
            }
            for one in found
        ]  # fmt: skip
        context["may_convene"] = by.may("needs.meeting", "create")
    return page(request, "web/needs/centre.html", context)


@require_GET
def ranking(request: HttpRequest) -> HttpResponse:
    """Show the themes in their order, with the chart of importance against satisfaction."""
    by = _actor(request)
    types = read.types(by)
    asked = request.GET.get("type", "")
    chosen = next((pk for pk, _name in types if str(pk) == asked), None)
    found = ranked(by, type_id=chosen)
    kinds = [{"title": _("全部"), "url": "/needs/ranking/", "active": chosen is None}]
    kinds += [
        {"title": name, "url": f"/needs/ranking/?type={pk}", "active": pk == chosen}
        for pk, name in types[:6]
    ]
    points = [
        Point(one.place, one.title, float(one.facts.satisfaction), float(one.facts.importance),
              one.facts.frequency, one.quadrant)
        for one in found.rows[:PLOTTED]
    ]  # fmt: skip
    context = {
        "tabs": frame.tabs(by, "/needs/ranking/"), "kinds": kinds, "board": found,
        "chart": quadrant(points, float(found.divide_at)),
        "lines": [_line(one) for one in found.rows],
    }  # fmt: skip
    return page(request, "web/needs/ranking.html", context)


def _line(one: Ranked) -> dict[str, Any]:
    tone, text = QUADRANTS[one.quadrant]
    why = "；".join(f"{sentence(r)} {r.value}".strip() for r in one.reasons)
    return {"row": one, "tone": tone, "quadrant": text, "why": why, "kano": _kano(one.facts.kano)}


def _kano(code: str) -> str:
    names = {
        "must": _("必备"), "performance": _("期望"), "attractive": _("魅力"),
        "indifferent": _("无差异"), "reverse": _("反向"),
    }  # fmt: skip
    return names.get(code, "")
