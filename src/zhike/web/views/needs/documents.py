"""The page of a needs document: read, edited in clauses, printed, as a Word file."""

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zhike.kernel.actor import Actor
from zhike.kernel.clearance import kept_back
from zhike.kernel.errors import Conflict, Forbidden, Invalid
from zhike.kernel.registry import registry
from zhike.kernel.resources import Resource
from zhike.needs.actions import submit_document, write_clauses
from zhike.needs.actions.documents import EDITABLE, authors
from zhike.needs.queries.documents import DocumentText, read_document
from zhike.web.answers import leave, page
from zhike.web.clauses import Row, changed_rows, typed_rows
from zhike.web.views import detail
from zhike.web.views.needs.word import DOCX, word_file

KEY = "needs.needsdocument"
TONES = {"draft": "", "submitted": "hu", "approved": "zq", "rejected": "zhu"}
FIELDS = ("id", "heading", "text")
MOST = 200


def _url(pk: int, more: str = "") -> str:
    return f"/needs/needsdocument/{pk}/{more}"


def _actor(request: HttpRequest) -> Actor:
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not by.may(KEY, "view"):
        raise Forbidden(resource=KEY, verb="view")
    return by


@detail.register(KEY)
def show(request: HttpRequest, resource: Resource, row: Any) -> HttpResponse:
    """Show a version with its state, versions and receipts."""
    by = _actor(request)
    found = read_document(row.pk, by)
    may_change = detail.reaches(resource, by, row, "change")
    refusal = ""
    if row.status == "submitted" and by.may(KEY, "approve") and by.user_id in authors(row):
        refusal = _("您参与编写了这份文档，须由另一人审批。")
    context = {
        "resource": resource, "row": row, "text": found, "tone": TONES[row.status],
        "url": _url(row.pk), "may_edit": may_change and row.status in EDITABLE,
        "tools": _tools(resource, by, row, may_change=may_change), "refusal": refusal,
        "may_archive": False, "signed": sum(1 for one in found.readers if one.read_at),
    }  # fmt: skip
    return page(request, "web/needs/document.html", context)


def _tools(resource: Resource, by: Actor, row: Any, *, may_change: bool) -> list[Any]:
    """Return the buttons, without those that the editor and the author rule out."""
    hidden = {"write-clauses"}
    if by.user_id in authors(row):
        hidden |= {"approve-document", "reject-document"}
    tools = detail.tools_of(resource, by, row, may_change)
    return [t for t in tools if t.url.rstrip("/").rpartition("/")[2] not in {*hidden, "edit"}]


def _leaving(request: HttpRequest, pk: int, door: str) -> DocumentText:
    """Return the text for paper or a file, unless a customer in it is too confidential for that."""
    by = _actor(request)
    found = read_document(pk, by)
    if kept_back(registry.resource(KEY).model, by, [pk], door):
        raise Forbidden(_("文档涉及保密客户，您的许可不允许打印或导出。"), resource=KEY, verb=door)
    return found


@require_GET
def print_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the text alone, for paper."""
    found = _leaving(request, pk, "print")
    context = {"row": found.row, "text": found, "url": _url(pk)}
    return page(request, "web/needs/document_print.html", context)


@require_GET
def word(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the document as a Word file."""
    found = _leaving(request, pk, "export")
    name = quote(f"{found.row}.docx")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return HttpResponse(word_file(found), content_type=DOCX, headers=headers)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit the clauses of a draft; ``op`` adds, removes or moves rows, saves or submits."""
    by = _actor(request)
    resource = registry.resource(KEY)
    detail.visible(resource, by, pk, "change")
    found = read_document(pk, by)
    if found.row.status not in EDITABLE:
        return leave(request, _url(pk), _("文档已提交或已批准，条文不能修改；需要修改请起草新版。"))
    if request.method == "GET":
        stored = [{"id": c.id, "heading": c.heading, "text": c.text} for c in found.clauses]
        return _form(request, found, stored or [dict.fromkeys(FIELDS, "")], {})
    typed = typed_rows(request, FIELDS, MOST)
    for one in typed:
        one["heading"] = one["heading"][:120]
    op, __, at = request.POST.get("op", "save").partition(":")
    if op in {"add", "remove", "up"}:
        return _form(request, found, changed_rows(typed, op, at, FIELDS), {})
    try:
        return _save(request, pk, typed, op)
    except Invalid as error:
        return _form(request, found, typed, error.fields or {"clauses": [error.message]}, 422)
    except Conflict as error:
        return _form(request, found, typed, {"clauses": [error.message]}, 409)


def _save(request: HttpRequest, pk: int, typed: list[Row], op: str) -> HttpResponse:
    by = _actor(request)
    version = request.POST.get("version", "")
    lock = {"version": int(version[:9])} if version.isdigit() else {}
    kept = [one for one in typed if one["heading"].strip() or one["text"].strip()]
    title = request.POST.get("title", "")[:120]
    write_clauses(pk, by=by, clauses=kept, title=title, **lock)
    if op == "submit":
        submit_document(pk, by=by)
        return leave(request, _url(pk), _("已提交，等待另一人审批。"))
    return leave(request, _url(pk, "text/"), _("草稿已保存。"))


def _form(
    request: HttpRequest,
    found: DocumentText,
    typed: list[dict[str, Any]],
    errors: dict[str, list[str]],
    status: int = 200,
) -> HttpResponse:
    lines = [
        {"index": i, "number": i + 1, **one, "errors": errors.get(f"clauses.{i}", [])}
        for i, one in enumerate(typed)
    ]
    context = {
        "row": found.row, "lines": lines, "general": errors.get("clauses", []),
        "title": request.POST.get("title", found.row.title), "url": _url(found.row.pk),
    }  # fmt: skip
    return page(request, "web/needs/document_edit.html", context, status=status)
