"""概览, and one customer's data with its score and where each value comes from."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden
from zhike.kernel.registry import registry
from zhike.quality import queries
from zhike.quality.queries.figures import indicators, last_month
from zhike.web.answers import page
from zhike.web.views import data_quality, detail
from zhike.web.views.data_quality import Figure, Tab
from zhike.web.views.quality import words

URL = "/quality/overview/"
CUSTOMER = "customers.customer"
GRADES = {
    "vip": "VIP",
    "gold": lazy("金卡"),
    "silver": lazy("银卡"),
    "bronze": lazy("铜卡"),
    "standard": lazy("普通"),
}


def may(by: Actor) -> bool:
    """Tell whether the pages are this person's business."""
    return by.may(CUSTOMER, "view")


def require(request: HttpRequest) -> Actor:
    """Return who asks. Raises Forbidden."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not may(by):
        raise Forbidden(resource=CUSTOMER, verb="view")
    return by


def _figures(by: Actor) -> list[Figure]:
    if not may(by):
        return []
    found, before = queries.figures(by), last_month()
    if not found.total:
        return []
    change = "" if before is None else _("较上月 %+.0f") % (found.score - before)
    good = found.completeness >= found.target
    return [
        Figure(10, _("质量评分"), str(found.score), "/ 100", change),
        Figure(
            20, _("资料完整率"), f"{found.completeness:.1f}", "%", _("目标 %d%%") % found.target,
            "good" if good else "bad",
        ),
        Figure(40, _("手机号无效"), str(found.invalid_phones), _("家"), _("格式检查")),
        Figure(
            50, _("超 12 月未核实"), str(found.old), _("家"), _("待负责人确认 %d") % found.stale
        ),
    ]  # fmt: skip


data_quality.add_tab(Tab(lazy("概览"), URL, 10, may))
data_quality.add_figures(_figures)


def show(request: HttpRequest) -> HttpResponse:
    """Show score and completeness by dimension, department and grade, and the flow of data."""
    by = require(request)
    found = queries.aggregates(by)
    names = {"missing": words.field_title, "faults": lambda name: words.FAULTS[name]}
    context: dict[str, Any] = data_quality.frame(by, URL) | found | {
        "dimensions": [{**one, "title": _(one["title"]), "share": one["value"] / 100}
            for one in found["dimensions"]
        ],
        "grades": [{**one, "title": GRADES[one["grade"]]} for one in found["grades"]],
        "common": {
            part: [{**one, "title": name(one["name"])} for one in found[part][:6]]
            for part, name in names.items()
        },
        "flow": queries.flow_report(by), "indicators": indicators(),
        "cleaning": queries.cleaning_state(),
    }  # fmt: skip
    return page(request, "web/quality/overview.html", context)


def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one customer: six dimensions, what is missing or wrong, the source of each value."""
    by = require(request)
    row = detail.visible(registry.resource(CUSTOMER), by, pk)
    score = queries.score_of(pk, by)
    people = []
    if by.may("quality.updatelink", "create"):
        resource = registry.resource("customers.person")
        people = list(resource.rows(by, "change").filter(customer_id=pk).order_by("id")[:20])
    context = {
        "row": row, "score": score, "origins": queries.provenance(row, by),
        "behaviour": queries.behaviour(row, by), "people": people,
        "dimensions": _dimensions(score) if score else [],
        "missing": [words.field_title(name) for name in score.missing] if score else [],
        "faults": [words.FAULTS[name] for name in score.faults] if score else [],
    }  # fmt: skip
    return page(request, "web/quality/customer.html", context)


def _dimensions(score: Any) -> list[tuple[str, int]]:
    titles = {
        "completeness": _("完整性"), "accuracy": _("准确性"), "consistency": _("一致性"),
        "timeliness": _("及时性"), "uniqueness": _("唯一性"), "validity": _("有效性"),
    }  # fmt: skip
    return [(title, getattr(score, name)) for name, title in titles.items()]
