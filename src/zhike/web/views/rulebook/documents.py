"""A document: the text as a handbook, the rules that run it, live compliance, signatures."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhike.identity.queries import units_by_id
from zhike.kernel.actor import Actor
from zhike.kernel.evidence import sources as evidence
from zhike.kernel.registry import registry
from zhike.rulebook.queries import differences
from zhike.rulebook.queries import documents as read
from zhike.web.views.rulebook.marks import state_mark
from zhike.web.views.rulebook.shared import actor
from zhike.web.views.rulebook.shared import page as render_page

TABS = ("text", "rules", "records", "signatures")


def url_of(document_id: int, edition_id: int | None = None, more: str = "") -> str:
    """Return the address of a document's page."""
    query = f"?edition={edition_id}{more}" if edition_id else ""
    return f"/rulebook/documents/{document_id}/{query}"


@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the edition asked for, else the one in force, else the newest."""
    by = actor(request)
    context = _frame(request, pk, by)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "text"
    row = context["row"]
    context |= {"tab": tab, "tabs": _tabs(row, tab)}
    if row is not None:
        clauses = list(read.clauses(row.pk))
        context["clauses"] = _clauses(clauses, by, live=tab == "records")
        compare = request.GET.get("compare", "")
        if compare.isdigit():
            other = read.edition(int(compare[:18]), by)
            before = list(read.clauses(other.pk))
            context["compare"] = {
                "other": other, "changes": differences.clause_changes(before, clauses)
            }  # fmt: skip
        if tab == "signatures":
            context |= _signatures(row, by)
    return render_page(request, "document.html", context)


@require_GET
def print_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the text alone, for paper."""
    by = actor(request)
    context = _frame(request, pk, by)
    clauses = list(read.clauses(context["row"].pk)) if context["row"] else []
    return render_page(request, "print.html", {**context, "clauses": _clauses(clauses, by)})


def _frame(request: HttpRequest, pk: int, by: Actor) -> dict[str, Any]:
    document = read.document(pk, by)
    editions = list(read.editions(pk, by))
    current = read.editions_in_force().get(pk)
    asked = request.GET.get("edition", "")
    row = next((e for e in editions if str(e.pk) == asked), None)
    row = row or current or (editions[0] if editions else None)
    state = read.state(row, current) if row else ""
    published = [e for e in editions if e.status == "published" and row and e.pk != row.pk]
    waiting = next((e for e in editions if e.status in {"draft", "submitted"}), None)
    return {
        "document": document,
        "row": row,
        "current": current,
        "mark": state_mark(state) if row else None,
        "history": [{"row": e, **state_mark(read.state(e, current))} for e in editions],
        "former": published[0] if published else None,
        "waiting": waiting,
        "must_sign": row is not None and read.must_sign(row, by),
        "coverage": list(read.coverage(pk)),
        "can_change": by.may("rulebook.edition", "change"),
        "refusal": _refusal(row, by),
        "can_edit_document": by.may("rulebook.document", "change"),
    }


def _refusal(row: Any, by: Actor) -> str:
    """Return why the reader may not decide a submitted edition."""
    if row is None or row.status != "submitted":
        return ""
    if not by.may("rulebook.edition", "approve"):
        return _("您没有审批制度的权限，请联系安全管理员授权。")
    return _("您参与起草了这个版次，须由另一人审批。") if by.user_id in read.authors(row) else ""


def _tabs(row: Any, tab: str) -> list[dict[str, Any]]:
    names = {
        "text": _("条文"), "rules": _("规则"), "records": _("执行记录"), "signatures": _("签收")
    }  # fmt: skip
    pick = f"edition={row.pk}&" if row else ""
    return [
        {"title": text, "url": f"?{pick}tab={name}", "active": name == tab}
        for name, text in names.items()
    ]


def _clauses(clauses: list[Any], by: Actor, *, live: bool = False) -> list[dict[str, Any]]:
    """Return the clauses, each with its rule in words and, if asked, how it is kept today."""
    found = []
    for clause in clauses:
        policy = registry.policies.get(clause.policy_id)
        source = evidence.get(clause.policy_id) if live and policy else None
        found.append(
            {
                "row": clause,
                "policy": policy,
                "policy_title": _(str(policy.title)) if policy else "",
                "policy_url": f"/rulebook/policies/{policy.id}/" if policy else "",
                "compliance": source(by, timezone.localdate()) if source else None,
            }
        )
    return found


def _signatures(row: Any, by: Actor) -> dict[str, Any]:
    may = by.may("rulebook.acknowledgement", "view")
    people = read.signatures(row) if may else []
    signed = sum(1 for one in people if one.acknowledged_at)
    covered = {c.unit_id for c in read.coverage(row.document_id)}
    return {
        "people": people,
        "may_see_people": may,
        "signed": signed,
        "missing": len(people) - signed,
        "rate": signed / len(people) if people else 0,
        "can_export": by.may("rulebook.acknowledgement", "export"),
        "units": [
            {"id": pk, "name": str(unit), "chosen": pk in covered}
            for pk, unit in sorted(units_by_id().items(), key=lambda pair: str(pair[1].code))
            if unit.archived_at is None
        ],
    }
