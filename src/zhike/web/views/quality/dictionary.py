"""数据字典, 治理一览 and 代码对照."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from zhike.kernel.actor import Actor
from zhike.kernel.errors import Refusal
from zhike.quality import actions, queries
from zhike.web.answers import page
from zhike.web.views import data_quality
from zhike.web.views.data_quality import Tab
from zhike.web.views.simple import require

URL = "/quality/dictionary/"
KEY = "quality.fieldnote"
CODES = "/quality/codes/"
CLASSES = {
    "": lazy("全部"), "attribute": lazy("客户属性"), "relation": lazy("客户关系"),
    "behaviour": lazy("客户行为"),
}  # fmt: skip
LONGEST = 60

data_quality.add_tab(Tab(lazy("数据字典"), URL, 60, lambda by: by.may(KEY, "view")))


def _pages(url: str) -> list[dict[str, object]]:
    titles = {
        URL: _("字段"), "/quality/governance/": _("治理一览"), CODES: _("代码对照"),
        "/quality/datasource/": _("数据源"),
    }  # fmt: skip
    return [{"title": title, "url": one, "active": one == url} for one, title in titles.items()]


def show(request: HttpRequest) -> HttpResponse:
    """Show the fields of customer data, searched and by class."""
    by = require(request, KEY)
    text = request.GET.get("q", "")[:LONGEST]
    kind = request.GET.get("kind", "")
    kind = kind if kind in CLASSES else ""
    context = data_quality.frame(by, URL) | {
        "lines": queries.dictionary(by, text, kind), "text": text, "kind": kind,
        "pages": _pages(URL), "may_write": by.may(KEY, "create"), "may_edit": by.may(KEY, "change"),
        "classes": [
            {"title": title, "url": f"{URL}?{urlencode({'q': text, 'kind': name})}",
             "active": name == kind}
            for name, title in CLASSES.items()
        ],
    }  # fmt: skip
    return page(request, "web/quality/dictionary.html", context)


def governed(request: HttpRequest) -> HttpResponse:
    """Show classification, permission and life cycle of each kind of record."""
    by = require(request, KEY)
    context = {"lines": queries.governance(by), "pages": _pages("/quality/governance/")}
    return page(request, "web/quality/governance.html", data_quality.frame(by, URL) | context)


def codes(request: HttpRequest) -> HttpResponse:
    """Show, for each code list, the values that nobody has mapped."""
    by = require(request, "quality.codelist")
    context = {
        "lists": queries.mismatches(by), "pages": _pages(CODES),
        "may_map": by.may("quality.codeterm", "create"),
        "may_create": by.may("quality.codelist", "create"),
        "may_apply": by.may("customers.customer", "change") and by.may("quality.codelist", "change"),
    }  # fmt: skip
    return page(request, "web/quality/codes.html", data_quality.frame(by, URL) | context)


@require_POST
def map_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Map one value."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    try:
        actions.map_value(pk, request.POST.get("raw", ""), request.POST.get("standard", ""), by=by)
        messages.success(request, _("已保存对照"))
    except Refusal as error:
        lines = [line for found in error.fields.values() for line in found]
        messages.error(request, lines[0] if lines else error.message)
    return HttpResponseRedirect(CODES)


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the standard values into the records."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    count = actions.apply_mapping(pk, by=by)
    messages.success(request, _("已把 %d 家客户的取值改为标准值") % count)
    return HttpResponseRedirect(CODES)
