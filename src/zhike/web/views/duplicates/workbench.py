"""疑似重复: the list of pairs, both records side by side, and what is done with them (mock-up 12)."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from zhike.duplicates import actions
from zhike.duplicates.queries import workbench as bench
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden, NotFound, Refusal
from zhike.kernel.registry import registry
from zhike.web import formats
from zhike.web.answers import page
from zhike.web.views import data_quality, detail
from zhike.web.views.data_quality import Figure, Tab

URL = "/quality/duplicates/"
MERGES = "/quality/merges/"
KINDS = {"customer": lazy("客户"), "person": lazy("联系人")}
TABS = {"certain": lazy("高置信"), "likely": lazy("需判断"), "ignored": lazy("已忽略")}
PRESETS = {"left": lazy("全部取左"), "newest": lazy("取最新"), "fullest": lazy("取最完整")}


def _may(by: Actor) -> bool:
    return by.may("duplicates.pair", "view") and by.may("customers.customer", "change")


def _figures(by: Actor) -> list[Figure]:
    if not _may(by):
        return []
    counts = bench.counts(by, "customer")
    merged, undone = bench.merge_figures(by)
    opened = counts["certain"] + counts["likely"]
    sure = _("高置信 %s") % counts["certain"]
    return [
        Figure(30, _("疑似重复"), formats.number(opened), _("对"), sure),
        Figure(60, _("本月已合并"), formats.number(merged), _("对"), _("撤销 %s") % undone),
    ]


data_quality.add_tab(Tab(lazy("疑似重复"), URL, 20, _may))
data_quality.add_tab(Tab(lazy("合并记录"), MERGES, 40, _may))
data_quality.add_figures(_figures)
data_quality.add_waits(lambda by: bench.pairs(by, "customer", "certain") if _may(by) else None)


def show(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Show the pairs of a tab and one of them side by side."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not _may(by):
        raise Forbidden(resource="duplicates.pair", verb="view")
    pair = bench.pair_of(by, pk) if pk else None
    kind = pair.kind if pair else _one_of(request.GET.get("kind"), KINDS)
    shown = _tab_of(pair) if pair else _one_of(request.GET.get("show"), TABS)
    rows = bench.pairs(by, kind, shown)
    lines = bench.lines(rows, kind)
    if pair is None and lines and not request.GET.get("list"):
        pair = lines[0].pair
    context = {
        **data_quality.frame(by, URL), **_list(by, kind, shown, lines, pair),
        "scan": bench.last_scan(), "may_scan": by.may("duplicates.scan", "create"),
        "rule_url": "/rulebook/policies/duplicates.customer_likeness/", "chosen": pk is not None,
    }  # fmt: skip
    if pair is not None:
        context |= _beside(request, pair, by)
    return page(request, "web/duplicates/workbench.html", context)


def _one_of(raw: str | None, known: dict[str, Any]) -> str:
    return raw if raw in known else next(iter(known))


def _tab_of(pair: Any) -> str:
    return pair.level if pair.status == "open" else "ignored"


def _list(by: Actor, kind: str, shown: str, lines: list[bench.Line], pair: Any) -> dict[str, Any]:
    counts = bench.counts(by, kind)
    at = next((n for n, line in enumerate(lines) if pair and line.pair.pk == pair.pk), 0)
    around = {
        "previous_pair": lines[at - 1].pair if at > 0 else None,
        "next_pair": lines[at + 1].pair if at + 1 < len(lines) else None,
    }
    return {
        "lines": lines, "pair": pair, "kind": kind, "shown": shown, **around,
        "kinds": [
            {"title": title, "url": f"{URL}?kind={name}", "active": name == kind}
            for name, title in KINDS.items()
        ],
        "tabs": [
            {
                "title": title, "url": f"{URL}?kind={kind}&show={name}", "count": counts[name],
                "active": name == shown,
            }
            for name, title in TABS.items()
        ],
    }  # fmt: skip


def _beside(request: HttpRequest, pair: Any, by: Actor) -> dict[str, Any]:
    """Return the two records, the fields to choose from, and what was chosen so far."""
    left, right = bench.sides(pair, by)
    keep = _kept(request, left, right)
    names = actions.mergeable_fields(pair.kind)
    fields = bench.choices(pair.kind, left, right, names, by)
    taken = _taken(request, fields, left, right, keep)
    differing = [one for one in fields if one.differs]
    only = request.GET.get("all") != "1"
    survivor, _other = (left, right) if keep == "left" else (right, left)
    heads = {"left": _head(pair.kind, left, by), "right": _head(pair.kind, right, by)}
    return {
        **heads, "heads": list(heads.items()), "keep": keep,
        "rows": [
            {
                "choice": one, "left": _shown(pair.kind, one.name, left, by),
                "right": _shown(pair.kind, one.name, right, by), "side": taken[one.name],
                "result": _shown(pair.kind, one.name, left if taken[one.name] == "left" else right, by),
            }
            for one in (differing if only else fields)
        ],
        "joined": bench.joined(pair.kind, left, right), "differing": len(differing),
        "same": len(fields) - len(differing), "only": only, "survivor": survivor,
        "presets": [
            {"title": title, "url": _address(pair, keep, only, name), "active": request.GET.get("preset") == name}
            for name, title in PRESETS.items()
        ],
        "toggle_url": _address(pair, keep, not only, request.GET.get("preset", "")),
        "share": pair.score / 100, "versions": f"{left.pk}:{left.version},{right.pk}:{right.version}",
        "evidence": [_(text) for text in pair.evidence],
        "may_merge": pair.status == "open" and by.may("duplicates.merge", "create"),
    }  # fmt: skip


def _address(pair: Any, keep: str, only: bool, preset: str) -> str:
    query = {
        "keep": keep,
        **({} if only else {"all": "1"}),
        **({"preset": preset} if preset else {}),
    }
    return f"{URL}{pair.pk}/?{urlencode(query)}"


def _kept(request: HttpRequest, left: Any, right: Any) -> str:
    asked = request.GET.get("keep")
    if asked in {"left", "right"}:
        return asked
    counts = [getattr(row, "order_count", 0) for row in (left, right)]
    return "right" if counts[1] > counts[0] else "left"


def _taken(
    request: HttpRequest, fields: list[bench.Choice], left: Any, right: Any, keep: str
) -> dict[str, str]:
    """Return for each field whose value the result has, by preset or as chosen one by one."""
    preset = request.GET.get("preset", "")
    newest = "left" if left.updated_at >= right.updated_at else "right"
    found = {}
    for one in fields:
        side = {"left": "left", "newest": newest, "fullest": one.fuller}.get(preset, keep)
        value = one.left if side == "left" else one.right
        if value in (None, ""):
            side = "right" if side == "left" else "left"
        picked = request.GET.get(f"f-{one.name}")
        found[one.name] = picked if picked in {"left", "right"} and not preset else side
    return found


def _shown(kind: str, name: str, row: Any, by: Actor) -> Any:
    """Return a value as lists show it, masked where the reader may not see it in clear."""
    found = detail.fact(registry.resource(f"customers.{kind}"), by, row, name, False)
    return found.html if found else ""


def _head(kind: str, row: Any, by: Actor) -> dict[str, Any]:
    resource = registry.resource(f"customers.{kind}")
    return {
        "id": row.pk, "title": resource.title_of(row, by), "url": resource.record_url(row.pk),
        "code": getattr(row, "code", ""), "created_at": row.created_at, "owner": row.owner,
        "orders": getattr(row, "order_count", None), "row": row,
    }  # fmt: skip


@require_POST
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge as chosen, and go on to the next pair."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    pair = bench.pair_of(by, pk)
    keep = "right" if request.POST.get("keep") == "right" else "left"
    ids = (pair.left_id, pair.right_id) if keep == "left" else (pair.right_id, pair.left_id)
    other = "right" if keep == "left" else "left"
    take = [
        name.removeprefix("f-")
        for name, side in request.POST.items()
        if name.startswith("f-") and side == other
    ]
    try:
        done = actions.merge_records(
            pair.kind, *ids, by=by, take=take, reason=request.POST.get("reason", ""),
            versions=_versions(request.POST.get("versions", "")),
        )  # fmt: skip
    except (Forbidden, NotFound):
        raise
    except Refusal as error:
        return _back(request, f"{URL}{pk}/", str(error), failed=True)
    text = _("已合并为“%s”") % done.survivor_title
    return _next(request, pair, text, undo=f"{MERGES}{done.pk}/undo/")


def _versions(raw: str) -> dict[int, int]:
    parts = [part.split(":") for part in raw.split(",") if part.count(":") == 1]
    return {int(a): int(b) for a, b in parts if a.isdigit() and b.isdigit() and len(a + b) < 30}


@require_POST
def judge(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Ignore, relate or reopen a pair, and go on to the next one."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    pair = bench.pair_of(by, pk)
    act = {
        "ignore": actions.ignore_pair, "relate": actions.relate_pair, "reopen": actions.reopen_pair,
    }[step]  # fmt: skip
    try:
        done = act(pair, by=by)
    except (Forbidden, NotFound):
        raise
    except Refusal as error:
        return _back(request, f"{URL}{pk}/", str(error), failed=True)
    if step == "reopen":
        return _back(request, f"{URL}{pk}/", done.text)
    return _next(request, pair, done.text, undo=done.undo)


def _next(request: HttpRequest, pair: Any, text: str, *, undo: str = "") -> HttpResponse:
    """Go on to the pair after this one in its tab; without any, to the list."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    rows = bench.pairs(by, pair.kind, pair.level)
    follower = rows.filter(score__lte=pair.score).first() or rows.first()
    url = f"{URL}{follower.pk}/" if follower else f"{URL}?kind={pair.kind}&show={pair.level}"
    return _back(request, url, text, undo=undo)


def _back(
    request: HttpRequest, url: str, text: str, *, undo: str = "", failed: bool = False
) -> HttpResponse:
    (messages.error if failed else messages.success)(request, text, extra_tags=undo)
    if getattr(request, "htmx", None):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


@require_POST
def scan(request: HttpRequest) -> HttpResponse:
    """Begin a scan."""
    try:
        actions.start_scan(by=request.actor)  # type: ignore[attr-defined]
    except Forbidden:
        raise
    except Refusal as error:
        return _back(request, URL, str(error), failed=True)
    return _back(request, URL, _("扫描已开始，完成后列表自动更新"))


def progress(request: HttpRequest) -> HttpResponse:
    """Show how far the scan is; asked for every two seconds while it runs."""
    if not _may(request.actor):  # type: ignore[attr-defined]
        raise Forbidden(resource="duplicates.pair", verb="view")
    return page(request, "web/duplicates/progress.html", {"scan": bench.last_scan()})


def merges(request: HttpRequest) -> HttpResponse:
    """Show the merges, and what can still be undone."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not _may(by):
        raise Forbidden(resource="duplicates.merge", verb="view")
    from zhike.duplicates.queries import undoable

    rows = [{"merge": row, "undoable": undoable(row)} for row in bench.merges(by)]
    context = {**data_quality.frame(by, MERGES), "merges": rows, "scan": bench.last_scan()}
    return page(request, "web/duplicates/merges.html", context)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a merge back."""
    try:
        done = actions.undo_merge(pk, by=request.actor)  # type: ignore[attr-defined]
    except (Forbidden, NotFound):
        raise
    except Refusal as error:
        return _back(request, MERGES, str(error), failed=True)
    return _back(request, MERGES, done.text)
