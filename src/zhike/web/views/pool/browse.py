"""公海: the pooled customers of the reader's pools, claimed one by one or many at once."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden, Invalid, NotFound, Refusal
from zhike.kernel.registry import registry
from zhike.pool import actions
from zhike.pool.queries import browse as reads
from zhike.pool.queries import pools, room
from zhike.pool.queries.ledger import rules
from zhike.pool.queries.tonight import may_see_tonight
from zhike.web.answers import back_to, into, page
from zhike.web.pages import Page, add_page

KEY = "pool.poolentry"
ASKED = ("pool", "grade", "region", "industry", "entered", "q", "page")
MOST = 200


def _may(by: Actor) -> bool:
    return by.may(KEY, "view")


add_page(
    Page(lazy("公海"), "/pool/", "recycle", group="customers", rank=24, may=_may, keys="g p",
         replaces=KEY)
)  # fmt: skip


def show(request: HttpRequest) -> HttpResponse:
    """Show the pooled customers."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not _may(by):
        raise Forbidden(resource=KEY, verb="view")
    asked = {name: request.GET.get(name, "") for name in ASKED}
    found = reads.browse(by, asked)
    context = {
        "found": found,
        "asked": asked,
        "filtered": any(asked[name] for name in ASKED if name not in {"pool", "page"}),
        "tabs": _tabs(found, asked),
        "counters": counters(by),
        "may_claim": by.may(KEY, "change") and by.user_id is not None,
        "may_assign": by.may(KEY, "assign"),
        "may_tonight": may_see_tonight(by),
        "may_set_up": by.may("pool.pool", "create"),
        "may_requests": by.may("pool.poolrequest", "view"),
        "batch": _batch(by),
        "grades": registry.resource("customers.customer").model._meta.get_field("grade").choices,
        "entered": [("1", _("1 天内")), ("7", _("7 天内")), ("30", _("30 天内")),
                    ("90", _("90 天内"))],
        "previous_url": _url(asked, page=found.page - 1) if found.page > 1 else "",
        "next_url": _url(asked, page=found.page + 1) if found.page < found.pages else "",
        "here": _url(asked),
    }  # fmt: skip
    return page(request, "web/pool/pool.html", context)


def _url(asked: dict[str, str], **changes: Any) -> str:
    kept = {name: value for name, value in {**asked, **changes}.items() if value}
    return f"/pool/?{urlencode(kept)}" if kept else "/pool/"


def _tabs(found: reads.Browse, asked: dict[str, str]) -> list[dict[str, Any]]:
    if len(found.pools) < 2:
        return []
    everything = sum(count for _pool, count in found.pools)
    first = {"title": _("全部"), "url": _url(asked, pool="", page=""), "count": everything,
             "active": not asked["pool"]}  # fmt: skip
    return [first] + [
        {"title": str(pool), "url": _url(asked, pool=pool.pk, page=""), "count": count,
         "active": asked["pool"] == str(pool.pk)}
        for pool, count in found.pools
    ]  # fmt: skip


def _batch(by: Actor) -> list[dict[str, Any]]:
    found = []
    if by.may(KEY, "change") and by.user_id is not None:
        found.append({"title": _("领取"), "url": "/pool/claim/", "icon": "user-check"})
    if by.may(KEY, "assign"):
        url = "/pool/poolentry/batch/assign-from-pool/"
        found.append({"title": _("分配给"), "url": url, "icon": "user-share"})
    return found


def counters(by: Actor) -> list[dict[str, Any]]:
    """Return what the reader has used of his limits, ready to show."""
    if by.user_id is None or not by.may(KEY, "change"):
        return []
    titles = {"claimed": _("今日已领"), "viewed": _("已查看"), "holding": _("负责")}
    used = room.my_counters(by.user_id, rules())
    return [
        {"title": titles[name], "used": count, "limit": limit,
         "full": limit is not None and count >= limit}
        for name, (count, limit) in used.items()
    ]  # fmt: skip


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Claim the row whose button was pressed, else the chosen rows; say what became of them."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    raw = request.POST.getlist("one") or request.POST.getlist("id")
    if not raw or len(raw) > MOST or not all(one.isdigit() and len(one) < 19 for one in raw):
        raise Invalid(_("请先勾选要领取的客户，每次至多 %d 家。") % MOST)
    target = back_to(request, "/pool/")
    try:
        outcome = actions.claim([int(one) for one in raw], by=by)
        messages.success(request, outcome.text, extra_tags="")
    except (Forbidden, NotFound):
        raise
    except Refusal as refused:
        messages.error(request, refused.message, extra_tags="")
    if getattr(request, "htmx", None):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def look(request: HttpRequest, pk: int) -> HttpResponse:
    """Open one pooled customer; the first time a day counts as a view."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    entry = actions.open_pooled(pk, by=by)
    if entry.left_at is not None:
        raise NotFound(_("这家客户已离开公海，请刷新列表。"))
    (line,) = pools.lines(pools.open_entries(by).filter(pk=pk), by, pools.SHOWN)
    model: Any = registry.resource("customers.customer").model
    context = {
        "line": line,
        "facts": [
            (str(model._meta.get_field(name).verbose_name), value)
            for name, value in line.values.items()
            if value and name not in {"name", "grade", "lifecycle"}
        ],
        "hidden": [str(model._meta.get_field(name).verbose_name) for name in sorted(line.hidden)],
        "may_claim": by.may(KEY, "change") and by.user_id is not None,
        "counters": counters(by),
    }  # fmt: skip
    name = "entry" if into(request, "drawer") else "entry_page"
    return page(request, f"web/pool/{name}.html", context)
