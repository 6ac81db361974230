"""客户生命周期: the model as a picture that can be read, with its table and stage measures."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from zhike.kernel.actor import Actor
from zhike.kernel.errors import BadQuery, Forbidden
from zhike.loyalty.queries.stage import stage_loyalty
from zhike.segments.queries import lifecycle, mix
from zhike.web.answers import page
from zhike.web.pages import Page, add_page
from zhike.web.views.segments.sankey import picture

PERIODS = (30, 90, 180, 365)
KEY = "segments.classmembership"


def _may(by: Actor) -> bool:
    """Company-wide figures are for those whose data scope is the company."""
    return by.may(KEY, "view") and mix.sees_everything(by)


add_page(Page(lazy("客户生命周期"), "/segments/lifecycle/", "route", "insight", 20, _may))


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Show counts, dwell, transitions and value from the stored figures; one stage on request."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not _may(by):
        raise Forbidden(resource=KEY, verb="view")
    asked = request.GET.get("days", "")
    if asked and asked not in {str(days) for days in PERIODS}:
        raise BadQuery(_("没有这个统计期。"))
    model = lifecycle.model(int(asked) if asked else 0)
    context: dict[str, Any] = {"model": model}
    if model is not None:
        stage = request.GET.get("stage", "")
        context |= {
            "sankey": picture(model),
            "flows": [
                {"before": model.names.get(f.before, f.before) or _("新进入"),
                 "after": model.names.get(f.after, f.after) or _("移出"),
                 "flow": f, "part": min(float(f.rate) / 100, 1)}
                for f in model.flows
            ],
            "periods": [
                {"title": _("近 %d 天") % days, "url": f"?days={days}", "active": days == model.days}
                for days in PERIODS
            ],
            "stage": stage, "measures": _measures(model, stage, by),
            "tabs": _tabs(model, stage),
        }  # fmt: skip
    return page(request, "web/segments/lifecycle.html", context)


def _tabs(model: lifecycle.Model, stage: str) -> list[dict[str, Any]]:
    base = f"?days={model.days}"
    found: list[dict[str, Any]] = [{"title": _("全貌"), "url": base, "active": not stage}]
    for one in model.stages:
        url = f"{base}&stage={one.code}"
        found.append({"title": one.label, "url": url, "active": stage == one.code})
    return found


def _measures(model: lifecycle.Model, stage: str, by: Actor) -> dict[str, Any]:
    """Return what one stage is measured by; empty for the whole picture."""
    known = {one.code: one for one in model.stages}
    if stage not in known:
        return {}
    one = known[stage]
    found: dict[str, Any] = {
        "one": one,
        "card_url": f"/segments/classes/{lifecycle.MODEL}/{stage}/",
    }
    if stage == "identify":
        found["sources"] = lifecycle.acquisition(model.start, model.on, by)
    elif stage == "develop":
        found["loyalty"] = stage_loyalty(stage, model.on, by)
    elif stage == "mature":
        found["partners"] = lifecycle.trend(stage, "partners")
    elif stage == "churn":
        found["won"] = lifecycle.won_back(model.start, model.on, by)
        found["causes"] = lifecycle.churn_causes(by)
    return found
