"""经营指标: the company's numbers, each with its one definition and the records behind it."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden
from zhike.kernel.metric_store import Reading, readings
from zhike.web import badges, formats
from zhike.web.answers import page
from zhike.web.pages import Page, add_page

FIGURES = (
    "sales.revenue_12m",
    "sales.receivable",
    "sales.buyers_12m",
    "sales.repeat_rate",
    "customers.active",
    "customers.key_share",
)
OF_SURVEYS = ("surveys.mean_score", "surveys.satisfied_share")
OF_NEEDS = ("needs.open", "needs.answered_on_time", "needs.first_answer_hours", "needs.told_share")
BY_GRADE = "customers.by_grade"


def _sees_everything(by: Actor) -> bool:
    """Company-wide numbers are for those whose data scope is the company."""
    keys = ("customers.customer", "sales.order")
    return all(by.breadth(key, "view").everything for key in keys)


add_page(
    Page(_("经营指标"), "/metrics/", "chart-line", group="insight", rank=10, may=_sees_everything)
)


@dataclass(frozen=True)
class Shown:
    """One figure as the page shows it."""

    title: str
    value: str
    unit: str
    definition: str
    url: str


def _shown(reading: Reading) -> Shown:
    metric, value = reading.metric, reading.value or 0
    text, unit = {
        "yuan": lambda: (formats.money_short(value), ""),
        "percent": lambda: (f"{float(value):.1f}", "%"),
        "days": lambda: (formats.number(int(value)), _("天")),
        "points": lambda: (f"{float(value):.1f}", _("分")),
        "hours": lambda: (f"{float(value):.1f}", _("小时")),
    }.get(metric.unit, lambda: (formats.number(int(value)), ""))()
    return Shown(str(metric.title), str(text), str(unit), str(metric.definition), metric.drill)


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Show the newest values; they are computed every night."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not _sees_everything(by):
        raise Forbidden(resource="sales.order", verb="view")
    of_needs = OF_NEEDS if by.breadth("needs.need", "view").everything else ()
    rated = OF_SURVEYS if by.breadth("surveys.satisfaction", "view").everything else ()
    found = readings((*FIGURES, *of_needs, *rated))
    grades = readings((BY_GRADE,))
    counts = {code: int(value) for code, value in grades[0].values.items()} if grades else {}
    total = sum(counts.values()) or 1
    context = {
        "figures": [_shown(one) for one in found],
        "as_of": found[0].as_of if found else None,
        "grades": [
            (badges.grade(code), count, count / total)
            for code in ("vip", "gold", "silver", "bronze", "standard")
            if (count := counts.get(code, 0))
        ],
        "grade_definition": str(grades[0].metric.definition) if grades else "",
    }
    return page(request, "web/metrics.html", context)
