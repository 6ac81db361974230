"""缺失与异常: worklists, and what is done with several customers at once."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from zhike.kernel.actor import Actor
from zhike.kernel.errors import BadQuery, NotFound, Refusal
from zhike.quality import actions, queries
from zhike.quality.queries.figures import counts
from zhike.web.answers import back_to, page
from zhike.web.views import data_quality
from zhike.web.views.data_quality import Tab
from zhike.web.views.quality import words
from zhike.web.views.quality.overview import may, require

URL = "/quality/gaps/"
PAGE = 50
LISTS = {
    "below": lazy("资料不完整"), "faults": lazy("有异常"), "stale": lazy("待核实"),
    "phone": lazy("号码无效"), "unsorted": lazy("待整理"), "stuck": lazy("流转停滞"),
}  # fmt: skip
STEPS = {"confirm": actions.confirm_data, "sort": actions.sort_data, "file": actions.file_data}

data_quality.add_tab(Tab(lazy("缺失与异常"), URL, 30, may))


def show(request: HttpRequest) -> HttpResponse:
    """Show a worklist, the worst first."""
    by = require(request)
    asked = {
        name: request.GET.get(name, "") for name in ("show", "owner", "missing", "fault", "unit")
    }
    chosen = asked["show"] or "below"
    number = _number(request.GET.get("page", "1"))
    rows = queries.worklist(
        by, chosen, mine=asked["owner"] == "me", missing=asked["missing"], fault=asked["fault"],
        unit=asked["unit"],
    )  # fmt: skip
    found = list(rows[(number - 1) * PAGE : number * PAGE + 1])
    query = {name: value for name, value in asked.items() if value}
    context = data_quality.frame(by, URL) | {
        "tabs": _tabs(by, asked), "lines": [_line(one) for one in found[:PAGE]], "chosen": chosen,
        "mine": asked["owner"] == "me", "may_change": by.may("customers.customer", "change"),
        "owner_url": _address(query | {"owner": "" if asked["owner"] == "me" else "me"}),
        "previous_url": _address(query | {"page": str(number - 1)}) if number > 1 else "",
        "next_url": _address(query | {"page": str(number + 1)}) if len(found) > PAGE else "",
        "here": request.get_full_path(),
    }  # fmt: skip
    return page(request, "web/quality/gaps.html", context)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) <= 100_000 and len(text) <= 6):
        raise BadQuery
    return int(text)


def _address(query: dict[str, str]) -> str:
    return f"{URL}?{urlencode({name: value for name, value in query.items() if value})}"


def _tabs(by: Actor, asked: dict[str, str]) -> list[dict[str, Any]]:
    many = counts(by)
    owner = {"owner": "me"} if asked["owner"] == "me" else {}
    return [
        {"title": title, "url": _address({"show": name, **owner}), "count": many[name],
         "active": name == (asked["show"] or "below")}
        for name, title in LISTS.items()
    ]  # fmt: skip


def _line(score: Any) -> dict[str, Any]:
    return {
        "score": score,
        "missing": [words.field_title(name) for name in score.missing],
        "faults": [words.FAULTS[name] for name in score.faults],
    }


@require_POST
def handle(request: HttpRequest, step: str) -> HttpResponse:
    """Confirm, sort or file the chosen customers."""
    by = require(request)
    if step not in STEPS:
        raise NotFound
    ids = [
        int(pk)
        for pk in request.POST.getlist("id")
        if pk.isascii() and pk.isdigit() and len(pk) < 16
    ]
    if not ids:
        messages.error(request, _("请先选择客户。"))
        return HttpResponseRedirect(back_to(request, URL))
    try:
        messages.success(request, STEPS[step](ids, by=by).text)
    except Refusal as error:
        messages.error(request, error.message)
    return HttpResponseRedirect(back_to(request, URL))
