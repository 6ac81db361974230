"""分级效果: what customers of each grade brought and cost before and after a grading rule (SEG-033)."""

import csv
import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from zhike.kernel.actor import Actor
from zhike.kernel.errors import BadQuery, Forbidden
from zhike.loyalty.queries import grading_effect as read
from zhike.web.answers import page
from zhike.web.pages import Page, add_page

KEY = "customers.gradeassessment"
MEASURES = ("revenue", "retention", "contacts", "minutes", "cost", "satisfaction", "rated")
YEARS = 20  # further back nobody asks

add_page(Page(lazy("分级效果"), "/segments/effect/", "scale", "insight", 22, read.may_see))


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Show the comparison around the newest version of the rule, or around a chosen day."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not read.may_see(by):
        raise Forbidden(resource=KEY, verb="view")
    versions = read.published()
    on, days = _asked(request, versions)
    found = read.effect(by, on, days)
    if request.GET.get("format") == "csv":
        if not by.may(KEY, "export"):
            raise Forbidden(resource=KEY, verb="export")
        return _csv(found)
    context = {
        "found": found, "titles": titles(), "on": on, "days": days, "versions": versions,
        "lines": [(line, [getattr(line, name) for name in MEASURES]) for line in found.lines],
        "spans": [
            {"title": _("%d 天") % one, "active": one == days,
             "url": "?" + urlencode({"on": on.isoformat(), "days": one})}
            for one in read.SPANS
        ],
        "csv_url": "?" + urlencode({"on": on.isoformat(), "days": days, "format": "csv"})
        if by.may(KEY, "export") else "",
        "short": found.days < days,
    }  # fmt: skip
    return page(request, "web/segments/effect.html", context)


def titles() -> list[str]:
    """Return the headings of the measures, with their units."""
    return [
        _("户均销售额（元）"), _("留存率（%）"), _("户均联系（次）"), _("户均沟通（分钟）"),
        _("户均费用（元）"), _("满意度（分）"), _("评分客户（家）"),
    ]  # fmt: skip


def _asked(request: HttpRequest, versions: list[Any]) -> tuple[dt.date, int]:
    today = timezone.localdate()
    given, length = request.GET.get("on", ""), request.GET.get("days", "")
    try:
        on = dt.date.fromisoformat(given) if given else _begin(versions, today)
        days = int(length) if length else read.SPANS[1]
    except ValueError as error:
        raise BadQuery(_("日期应为 2026-01-31 的形式。")) from error
    if not today.year - YEARS <= on.year or on > today or days not in read.SPANS:
        raise BadQuery(_("比较的日期应不晚于今天，天数应为 90、180 或 365。"))
    return on, days


def _begin(versions: list[Any], today: dt.date) -> dt.date:
    """Return the day of the newest rule, or the first on which customers were graded by it."""
    if not versions:
        return today - dt.timedelta(days=read.SPANS[0])
    first = read.first_graded()
    return max(versions[0].effective_on, min(first or today, today))


def _csv(found: read.Effect) -> HttpResponse:
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="grading-effect-{found.on}.csv"'
    writer = csv.writer(response)
    head = [_("级别"), _("客户数")]
    for title in titles():
        head += [_("%s（之前）") % title, _("%s（之后）") % title]
    writer.writerow(head)
    for line in found.lines:
        cells: list[Any] = [line.label, line.customers]
        for name in MEASURES:
            pair = getattr(line, name)
            cells += [_("暂无数据") if one is None else one for one in (pair.before, pair.after)]
        writer.writerow(cells)
    return response
