"""年度清洗: campaigns, their worklists and progress."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from zhike.kernel.actor import Actor
from zhike.kernel.errors import NotFound
from zhike.kernel.registry import registry
from zhike.quality import actions, queries
from zhike.web.answers import back_to, page
from zhike.web.views import data_quality, detail
from zhike.web.views.data_quality import Tab
from zhike.web.views.quality import words
from zhike.web.views.simple import require

URL = "/quality/campaigns/"
KEY = "quality.campaign"

data_quality.add_tab(Tab(lazy("年度清洗"), URL, 50, lambda by: by.may(KEY, "view")))


def show(request: HttpRequest) -> HttpResponse:
    """Show the campaigns, and whether a full cleaning is due."""
    by = require(request, KEY)
    resource = registry.resource(KEY)
    context = data_quality.frame(by, URL) | {
        "campaigns": list(resource.rows(by).order_by("-starts_on", "-id")[:50]),
        "cleaning": queries.cleaning_state(), "may_create": by.may(KEY, "create"),
    }  # fmt: skip
    return page(request, "web/quality/campaigns.html", context)


def worklist(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the open items, progress by owner, and the next step of the campaign."""
    by = require(request, KEY)
    mine = request.GET.get("owner") == "me"
    found = queries.campaign_lines(pk, by, mine=mine)
    resource, row = registry.resource(KEY), found["campaign"]
    may_change = detail.reaches(resource, by, row, "change")
    context = data_quality.frame(by, URL) | found | {
        "mine": mine, "may_change": by.may("customers.customer", "change"),
        "tools": detail.tools_of(resource, by, row, may_change), "words": words,
        "segments": [
            {"title": _("全部"), "url": f"{URL}{pk}/", "active": not mine},
            {"title": _("我的"), "url": f"{URL}{pk}/?owner=me", "active": mine},
        ],
    }  # fmt: skip
    return page(request, "web/quality/campaign.html", context)


@require_POST
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick off the chosen customers."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    require(request, KEY)
    if not registry.resource(KEY).rows(by).filter(pk=pk).exists():
        raise NotFound
    ids = [
        int(one)
        for one in request.POST.getlist("id")
        if one.isascii() and one.isdigit() and len(one) < 16
    ]
    count = actions.complete_items(pk, ids, by=by)
    messages.success(request, _("已完成 %d 家客户的清洗") % count)
    return HttpResponseRedirect(back_to(request, f"{URL}{pk}/"))
