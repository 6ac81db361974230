"""Writing an edition: clauses as rows of one form, submitting and deciding it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhike.identity.queries import units_by_id
from zhike.kernel.actions import create_record
from zhike.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from zhike.kernel.registry import registry
from zhike.rulebook.actions import clauses as clause_actions
from zhike.rulebook.actions import editions
from zhike.rulebook.queries import documents as read
from zhike.web.clauses import Row, changed_rows, typed_rows
from zhike.web.views.rulebook.documents import url_of
from zhike.web.views.rulebook.shared import actor, back, page, say

FIELDS = ("id", "number", "heading", "text", "policy_id")
MOST = 300
STEPS = {
    "approve": (editions.approve_edition, True),
    "reject": (editions.reject_edition, True),
    "withdraw": (editions.withdraw_edition, False),
    "discard": (editions.discard_edition, False),
}


@require_http_methods(["GET", "POST"])
def new_document(request: HttpRequest) -> HttpResponse:
    """Create a document with its first draft."""
    by = actor(request)
    if not by.may("rulebook.document", "create"):
        raise Forbidden(resource="rulebook.document", verb="create")
    values = {n: request.POST.get(n, "").strip() for n in ("title", "code", "unit", "summary")}
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            model = registry.resource("rulebook.document").model
            document = create_record(model, values, by=by)
            edition = editions.draft_edition(document.pk, by=by)
            return back(
                request, f"/rulebook/editions/{edition.pk}/edit/", _("已建立，请填写条款。")
            )
        except Invalid as error:
            errors = error.fields
    units = [{"id": pk, "name": str(u)} for pk, u in units_by_id().items() if not u.archived_at]
    context = {"values": values, "errors": errors, "units": units}
    return page(request, "new_document.html", context, status=422 if errors else 200)


@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Start a new edition, from a chosen one or the one in force."""
    by = actor(request)
    source = request.POST.get("source", "")
    chosen = int(source) if source.isdigit() and len(source) < 18 else None
    try:
        row = editions.draft_edition(pk, by=by, source=chosen)
    except Conflict as error:
        say(request, error)
        return back(request, url_of(pk))
    return back(request, f"/rulebook/editions/{row.pk}/edit/")


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit the clauses of a draft; ``op`` adds, removes or moves rows, saves or submits."""
    by = actor(request)
    if not by.may("rulebook.edition", "change"):
        raise Forbidden(resource="rulebook.edition", verb="change")
    row = read.edition(pk, by)
    if row.status != "draft":
        return back(request, url_of(row.document_id, pk))
    if request.method == "GET":
        stored = [{n: getattr(c, n) for n in FIELDS} for c in read.clauses(pk)]
        return _show(request, row, stored or [{"number": _("第一条")}], {})
    typed = typed_rows(request, FIELDS, MOST)
    op, __, at = request.POST.get("op", "save").partition(":")
    if op in {"add", "remove", "up"}:
        return _show(request, row, changed_rows(typed, op, at, FIELDS), {})
    try:
        return _save(request, row, typed, op)
    except Invalid as error:
        return _show(request, row, typed, error.fields, status=422)
    except Conflict as error:
        return _show(request, row, typed, {"conflict": [error.message]}, status=409)


def _save(request: HttpRequest, row: Any, typed: list[Row], op: str) -> HttpResponse:
    by = actor(request)
    lock = request.POST.get("version", "")
    version = int(lock) if lock.isdigit() and len(lock) < 9 else None
    kept = [c for c in typed if any(c[n] for n in FIELDS if n != "id")]
    values = {"effective_on": request.POST.get("effective_on") or row.effective_on.isoformat(),
              "reason": request.POST.get("reason", "")}  # fmt: skip
    done = clause_actions.write_clauses(row.pk, by=by, clauses=kept, version=version)
    editions.edit_edition(type(row), row.pk, values, by=by, version=done.version)
    if op == "submit":
        editions.submit_edition(row.pk, by=by)
        return back(request, url_of(row.document_id, row.pk), _("已提交，等待另一人审批。"))
    return back(request, f"/rulebook/editions/{row.pk}/edit/", _("草稿已保存。"))


def _show(
    request: HttpRequest,
    row: Any,
    typed: list[Any],
    errors: dict[str, list[str]],
    status: int = 200,
) -> HttpResponse:
    lines = [
        {
            "index": i,
            **values,
            "errors": {n: errors.get(f"clauses.{i}.{n}", []) for n in FIELDS},
        }
        for i, values in enumerate(typed)
    ]
    context = {
        "row": row,
        "document": row.document,
        "lines": lines,
        "errors": errors,
        "general": [t for n in ("clauses", "conflict") for t in errors.get(n, [])],
        "effective_on": request.POST.get("effective_on") or row.effective_on.isoformat(),
        "reason": request.POST.get("reason", row.reason),
        "policies": [{"id": p.id, "title": _(str(p.title))} for p in registry.policies.values()],
    }
    return page(request, "edition_edit.html", context, status=status)


@require_POST
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Approve, reject, withdraw or discard an edition."""
    by = actor(request)
    row = read.edition(pk, by)
    if step not in STEPS:
        raise NotFound(_("没有这种操作。"))
    action, noted = STEPS[step]
    values: dict[str, Any] = {"note": request.POST.get("note", "")[:200]} if noted else {}
    lock = request.POST.get("version", "")
    if lock.isdigit() and len(lock) < 9:
        values["version"] = int(lock)
    try:
        action(pk, by=by, **values)
    except Refusal as error:
        if error.status not in {409, 422}:
            raise
        say(request, error)
        return back(request, url_of(row.document_id, pk))
    gone = step == "discard"
    return back(request, url_of(row.document_id, None if gone else pk), _("已完成。"))
