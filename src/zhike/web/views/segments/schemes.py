"""分类: the schemes side by side, each with its mix, its movers and its five tests."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden, NotFound
from zhike.kernel.registry import registry
from zhike.segments import actions
from zhike.segments.queries import examination, mix
from zhike.web.answers import leave, page
from zhike.web.pages import Page, add_page

KEY = "segments.classmembership"
RUN = "segments.classrun"
TONES = ("dai", "zq", "hu", "zhu", "dian", "zi", "dai", "zq")
MOVERS = 12


def may_see(by: Actor) -> bool:
    """Tell whether the reader may open the pages of classes."""
    return by.may(KEY, "view")


def require(by: Actor) -> None:
    """Refuse a reader without the right."""
    if not may_see(by):
        raise Forbidden(resource=KEY, verb="view")


add_page(
    Page(lazy("客户分类"), "/segments/schemes/", "hierarchy", "customers", 40, may_see, keys="g c")
)


def quarter_start(day: dt.date) -> dt.date:
    """Return the first day of the quarter."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Show every scheme over the reader's customers and who moved this quarter."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    require(by)
    start = quarter_start(timezone.localdate())
    shown = [_card(name, policy, shares) for name, policy, shares in mix.overview(by)]
    moved = [one for name in (card["scheme"] for card in shown) for one in _moved(name, by, start)]
    moved.sort(key=lambda one: one["on"], reverse=True)
    context = {
        "schemes": shown, "moved": moved[:MOVERS], "start": start,
        "groups": examination.groups(by) if by.may("segments.segment", "view") else [],
        "as_of": mix.newest("segments.value"), "whole": mix.sees_everything(by),
        "may_run": by.may(RUN, "create"), "may_segment": by.may("segments.segment", "view"),
        "may_capacity": by.may("customers.customer", "assign"),
    }  # fmt: skip
    return page(request, "web/segments/overview.html", context)


def _card(name: str, policy: Any, shares: list[mix.Share]) -> dict[str, Any]:
    total = sum(one.members for one in shares)
    x, bars = 0.0, []
    for place, one in enumerate(shares):
        width = float(one.share)
        tone = TONES[place % len(TONES)] if one.code else "none"
        bars.append({"x": f"{x:.2f}", "width": f"{width:.2f}", "tone": tone})
        x += width
    return {
        "scheme": name, "title": _(str(policy.title)), "icon": policy.icon, "total": total,
        "shares": [
            {"share": one, "tone": bar["tone"], "label": one.label or _("未归类"),
             "url": _class_url(name, one.code), "part": float(one.share) / 100,
             "points": f"{one.points:+.1f}" if one.reference is not None else "",
             "mark": float(one.reference) / 100 if one.reference is not None else None}
            for one, bar in zip(shares, bars, strict=True)
        ],
        "bars": bars, "referenced": any(one.reference is not None for one in shares),
        "hot": any(one.hot for one in shares),
        "url": f"/segments/schemes/{name}/",
    }  # fmt: skip


def _class_url(scheme: str, code: str) -> str:
    return f"/segments/classes/{scheme}/{code}/" if code else ""


def _moved(scheme: str, by: Actor, start: dt.date, limit: int = MOVERS) -> list[dict[str, Any]]:
    names = mix.labels(scheme)
    title = _(str(registry.policies[scheme].title))
    order = list(names)
    found = []
    for row in mix.moved_since(scheme, by, start)[:limit]:
        code = getattr(row, "code", None) or getattr(row, "grade", "")
        known = row.was in order and code in order
        found.append(
            {"id": row.customer_id, "name": str(row.customer), "scheme": title,
             "was": names.get(row.was, row.was), "now": names.get(code, code),
             "on": row.valid_from, "up": known and order.index(code) < order.index(row.was)}
        )  # fmt: skip
    return found


@require_GET
def scheme(request: HttpRequest, scheme: str) -> HttpResponse:
    """Show one scheme: its mix beside the reference, its tests, who moved, its figures."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    require(by)
    known = {name: (policy, shares) for name, policy, shares in mix.overview(by)}
    if scheme not in known:
        raise NotFound
    policy, shares = known[scheme]
    start = quarter_start(timezone.localdate())
    graded = scheme in mix.GRADES
    tests = [] if graded or not mix.sees_everything(by) else examination.examine(scheme, by)
    context = {
        "card": _card(scheme, policy, shares), "policy": policy, "tests": tests, "graded": graded,
        "passed": sum(test.passed for test in tests), "moved": _moved(scheme, by, start, 30),
        "start": start, "as_of": mix.newest(scheme), "may_run": by.may(RUN, "create"),
        "whole": mix.sees_everything(by),
        "may_rule": by.may("kernel.policyversion", "view"),
    }  # fmt: skip
    return page(request, "web/segments/scheme.html", context)


@require_GET
def group(request: HttpRequest, name: str) -> HttpResponse:
    """Show a scheme that is made of segments, with its tests."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not by.may("segments.segment", "view"):
        raise Forbidden(resource="segments.segment", verb="view")
    tests = examination.examine_group(name, by)
    if not tests:
        raise NotFound
    context = {"name": name, "tests": tests, "passed": sum(test.passed for test in tests)}
    return page(request, "web/segments/group.html", context)


@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Class everybody now instead of tonight."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    runs = actions.run_schemes(timezone.localdate(), by)
    moved = sum(one.moved for one in runs)
    text = _("已按 %(n)d 个方案重新分类，%(moved)d 家次换类") % {"n": len(runs), "moved": moved}
    return leave(request, "/segments/", text)
