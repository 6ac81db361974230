"""Import in four steps: upload, match fields, check, import. Every step works without scripts."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_response_headers
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhike.exchange import actions, files, queries
from zhike.exchange.engine.check import resource_of
from zhike.exchange.engine.mapping import SKIP
from zhike.exchange.sheets.limits import Limits
from zhike.exchange.sheets.problems import SheetError
from zhike.kernel.actions import authorise
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.registry import registry
from zhike.kernel.resources import Resource
from zhike.web.pages import Page, Tool, add_list_tool, add_page

add_page(
    Page(
        title=lazy("导入与导出"),
        url="/exchange/",
        icon="file-import",
        group="governance",
        rank=80,
        may=lambda by: any(verb in {"import", "export"} for _key, verb in by.grants),
    )
)

BUSY = {"checking", "importing", "undoing"}


def layout(request: HttpRequest) -> str:
    """Return the frame: a fragment for HTMX, the shell otherwise."""
    htmx: Any = getattr(request, "htmx", None)
    inside = htmx and not htmx.history_restore_request
    return "web/fragment.html" if inside else "web/shell.html"


def page(
    request: HttpRequest, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page of this area."""
    return render(
        request, f"web/exchange/{name}.html", {"layout": layout(request), **context}, status=status
    )


@add_list_tool
def import_tool(resource: Resource, by: Actor, query: str) -> Tool | None:  # noqa: ARG001
    """Return the button of a list from which files can be imported."""
    if not (resource.importable and resource.create and by.may(resource.key, "import")):
        return None
    return Tool(lazy("导入 Excel"), _start_url(resource.key), "upload")


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Show the person's imports and exports."""
    by = request.actor  # type: ignore[attr-defined]
    keys = [r for r in registry.resources.values() if r.importable and r.create and r.group]
    return page(
        request,
        "overview",
        {
            "batches": [(b, queries.title_of(b.resource)) for b in queries.my_batches(by)],
            "exports": [(e, queries.title_of(e.resource)) for e in queries.my_exports(by)],
            "importable": [(r, _start_url(r.key)) for r in keys if by.may(r.key, "import")],
        },
    )


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, package: str, entity: str) -> HttpResponse:
    """Step 1: take the file."""
    by = request.actor  # type: ignore[attr-defined]
    key = f"{package}.{entity}"
    resource = resource_of(key)
    authorise(by, key, "import")
    error, status = "", 200
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if file is None:
                raise Invalid(fields={"file": [_("请选择文件。")]})
            batch = actions.upload(key, file.name or "", file.chunks(), file.size or 0, by=by)
            return redirect("import-batch", batch_id=batch.pk)
        except Invalid as refused:
            error = " ".join(refused.fields.get("file", [refused.message]))
            status = 422
    context = {
        "resource": resource,
        "steps": _steps(1),
        "error": error,
        "max_bytes": Limits().max_bytes,
        "template_url": reverse("import-template", args=[package, entity]),
        "batches": [b for b in queries.my_batches(by) if b.resource == key][:5],
    }
    return page(request, "upload", context, status)


@require_GET
def template(request: HttpRequest, package: str, entity: str) -> HttpResponse:
    """Download the template."""
    by = request.actor  # type: ignore[attr-defined]
    path = files.template_file(f"{package}.{entity}", by=by)
    return _file(path, _("%s导入模板.xlsx") % queries.title_of(f"{package}.{entity}"))


def _file(path: Any, name: str) -> FileResponse:
    stream = path.open("rb")
    path.unlink()
    return FileResponse(stream, as_attachment=True, filename=name)


@require_GET
def show(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Show the step at which a batch stands."""
    by = request.actor  # type: ignore[attr-defined]
    batch = actions.own_batch(batch_id, by=by)
    if batch.status in BUSY or (batch.status == "uploaded" and not batch.headers):
        return page(request, "progress", _common(batch) | _progress(batch))
    if batch.status == "uploaded" or (batch.status == "failed" and batch.headers):
        return page(request, "mapping", _mapping(batch, by))
    if batch.status == "checked":
        return page(request, "check", _check(request, batch, by))
    return page(request, "result", _result(request, batch))


def _common(batch: Any) -> dict[str, Any]:
    resource = resource_of(batch.resource)
    place = {"uploaded": 2, "failed": 2, "checking": 3, "checked": 3}.get(batch.status, 4)
    return {"batch": batch, "resource": resource, "steps": _steps(place, batch),
            "start_url": _start_url(batch.resource)}  # fmt: skip


def _steps(now: int, batch: Any = None) -> list[dict[str, str]]:
    titles = [_("上传"), _("匹配字段"), _("检查与查重"), _("导入")]
    states = ["done" if n < now else "now" if n == now else "later" for n in range(1, 5)]
    if batch is not None and batch.status in {"done", "undone"}:
        states = ["done"] * 4
    found = [{"title": t, "state": s} for t, s in zip(titles, states, strict=True)]
    if batch is not None and batch.status == "checked":
        found[1]["url"] = reverse("import-mapping", args=[batch.pk])
    return found


def _start_url(key: str) -> str:
    return reverse("import-start", args=key.split("."))


def _progress(batch: Any) -> dict[str, Any]:
    titles = {"uploaded": _("正在读取文件"), "checking": _("正在检查每一行"),
              "importing": _("正在导入"), "undoing": _("正在撤销")}  # fmt: skip
    total = batch.to_create + batch.to_update
    if batch.status == "undoing":
        total = batch.created + batch.updated
    known = batch.status in {"importing", "undoing"}
    running = batch.status in BUSY or (batch.status == "uploaded" and not batch.headers)
    return {
        "title": titles.get(batch.status, ""),
        "running": running,
        "total": total if known else 0,
        "done": batch.processed if known else 0,
    }


@require_GET
def progress(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Answer the page that waits: 304 while nothing moved, the next page when the step ended."""
    by = request.actor  # type: ignore[attr-defined]
    batch = actions.own_batch(batch_id, by=by)
    state = _progress(batch)
    if not state["running"]:
        target = reverse("import-batch", args=[batch.pk])
        if request.headers.get("HX-Request"):
            return HttpResponse(status=200, headers={"HX-Redirect": target})
        return redirect(target)
    etag = quote_etag(f"{batch.pk}-{batch.status}-{state['done']}")
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    response = render(request, "web/exchange/bar.html", {"batch": batch, **state})
    response["ETag"] = etag
    patch_response_headers(response, 0)
    response["Cache-Control"] = "private, no-cache"
    return response


@require_http_methods(["GET", "POST"])
def choose_mapping(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Step 2: which column fills which field, and what to do with records that exist."""
    by = request.actor  # type: ignore[attr-defined]
    batch = actions.own_batch(batch_id, by=by)
    if request.method == "GET":
        return page(request, "mapping", _mapping(batch, by))
    chosen = {
        header: request.POST.get(f"column-{place}", SKIP)
        for place, header in enumerate(batch.headers)
    }
    mode = request.POST.get("mode", "")
    key = request.POST.get("match_key", "") if mode else ""
    sheet = request.POST.get("sheet", "")
    try:
        actions.choose_mapping(batch.pk, chosen, by=by, mode=mode, match_key=key, sheet_name=sheet)
    except Invalid as refused:
        batch.mapping, batch.match_key = chosen, key
        batch.mode = mode or batch.mode
        context = _mapping(batch, by) | {"errors": refused.fields}
        return page(request, "mapping", context, refused.status)
    return redirect("import-batch", batch_id=batch.pk)


def _mapping(batch: Any, by: Any) -> dict[str, Any]:
    samples = batch.options.get("sample", [])
    columns = [
        {
            "place": place,
            "header": header,
            "samples": [s for s in (samples[place] if place < len(samples) else []) if s][:3],
            "chosen": batch.mapping.get(header, SKIP),
        }
        for place, header in enumerate(batch.headers)
    ]
    common = _common(batch)
    return {
        **common,
        "steps": _steps(2),
        "columns": columns,
        "targets": queries.field_choices(batch, by),
        "keys": queries.key_choices(batch, by),
        "keyless": "、".join(queries.missing_keys(batch, by)),
        "matched": sum(1 for c in columns if c["chosen"]),
        "sheets": batch.options.get("sheets", []),
        "errors": {},
    }


def _number(text: str | None) -> int:
    return min(max(int(text), 1), 100_000) if text and text.isascii() and text.isdigit() else 1


def _check(request: HttpRequest, batch: Any, by: Any) -> dict[str, Any]:
    counts = queries.tab_counts(batch)
    tab = request.GET.get("tab") or ("todo" if counts["todo"] else "all")
    number = _number(request.GET.get("page"))
    headers = queries.shown_headers(batch)
    rows, more = queries.lines(batch, tab, number, headers)
    titles = {"all": _("全部"), "good": _("可导入"), "todo": _("需处理")}
    tabs = [
        {"title": titles[name], "url": f"?tab={name}", "count": counts[name],
         "hot": name == "todo" and counts[name], "active": name == tab}
        for name in titles
    ]  # fmt: skip
    ready = batch.to_create + batch.to_update
    fields = {t.name: t for t in queries.field_choices(batch, by)}
    return {
        **_common(batch),
        "tabs": tabs,
        "tab": tab,
        "rows": rows,
        "headers": headers,
        "from_row": (number - 1) * queries.PAGE + 1,
        "to_row": (number - 1) * queries.PAGE + len(rows),
        "tab_count": counts.get(tab, 0),
        "pages": max(1, -(-counts.get(tab, 0) // queries.PAGE)),
        "page_number": number,
        "previous_url": f"?tab={tab}&page={number - 1}" if number > 1 else "",
        "next_url": f"?tab={tab}&page={number + 1}" if more else "",
        "ready": ready,
        "counts": batch.options.get("counts", {}),
        "pairs": _pairs(batch, fields),
        "matched": sum(1 for n in batch.mapping.values() if n),
        "key_title": fields[batch.match_key].title if batch.match_key in fields else "",
    }


def _pairs(batch: Any, fields: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (header, title of its field or "") in the order of the file."""
    chosen = [(header, batch.mapping.get(header, SKIP)) for header in batch.headers]
    return [(header, fields[name].title if name in fields else "") for header, name in chosen]


@require_POST
def correct(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Correct one cell and check again."""
    by = request.actor  # type: ignore[attr-defined]
    row, header = _number(request.POST.get("row")), request.POST.get("header", "")
    try:
        actions.correct_cell(batch_id, row, header, request.POST.get("value", ""), by=by)
        messages.success(request, _("第 %d 行已修改，正在重新检查。") % row)
    except Invalid as refused:
        found = [m for errors in refused.fields.values() for m in errors] or [refused.message]
        messages.error(request, _("第 %(row)d 行：%(why)s") % {"row": row, "why": "；".join(found)})
    return redirect("import-batch", batch_id=batch_id)


@require_POST
def run_import(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Step 4: import the good rows."""
    actions.start_import(batch_id, by=request.actor)  # type: ignore[attr-defined]
    return redirect("import-batch", batch_id=batch_id)


@require_POST
def undo(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Take the batch back."""
    actions.undo_import(batch_id, by=request.actor)  # type: ignore[attr-defined]
    return redirect("import-batch", batch_id=batch_id)


@require_POST
def discard(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Give the batch up."""
    actions.discard(batch_id, by=request.actor)  # type: ignore[attr-defined]
    messages.success(request, _("已放弃这次导入，没有写入任何数据。"))
    return redirect("exchange")


@require_GET
def errors(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Download the person's own file with the reasons in it."""
    batch = actions.own_batch(batch_id, by=request.actor)  # type: ignore[attr-defined]
    try:
        path, name = files.error_file(batch, only_bad=request.GET.get("rows") != "all")
    except (SheetError, OSError) as error:
        messages.error(request, getattr(error, "message", "") or _("原文件已清理，请重新上传。"))
        return redirect("import-batch", batch_id=batch_id)
    return _file(path, name)


def _result(request: HttpRequest, batch: Any) -> dict[str, Any]:
    tab = "kept" if batch.status == "undone" else "todo"
    number = _number(request.GET.get("page"))
    headers = queries.shown_headers(batch)
    rows, more = queries.lines(batch, tab, number, headers)
    counts = batch.options.get("counts", {})
    return {
        **_common(batch),
        "counts": counts,
        "undone": batch.options.get("undone", {}),
        "left_out": counts.get("error", 0) + counts.get("duplicate", 0),
        "rows": rows,
        "headers": headers,
        "previous_url": f"?page={number - 1}" if number > 1 else "",
        "next_url": f"?page={number + 1}" if more else "",
        "page_number": number,
    }
