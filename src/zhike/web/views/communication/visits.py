"""拜访辅导: an observer's checklist for one visit, and what was written before (COM-011)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhike.interactions import actions
from zhike.interactions import queries as interactions
from zhike.interactions.queries.coaching import visit
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.web.answers import leave, page

MARK = "mark-"


@require_http_methods(["GET", "POST"])
def coach(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the reviews of a visit and the form for an observer; store it."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    row = visit(pk, by)
    if request.method != "POST":
        return _form(request, row, by, {})
    marks = {
        name.removeprefix(MARK): int(value)
        for name, value in request.POST.items()
        if name.startswith(MARK) and value.isdigit()
    }
    given = {name: request.POST.get(name, "")[:1000] for name in ("advice", "strengths")}
    try:
        actions.review_visit(pk, by=by, marks=marks, **given)
    except Invalid as error:
        return _form(request, row, by, error.fields, marks=marks, given=given, status=error.status)
    return leave(request, f"/communication/visits/{pk}/", _("已保存辅导意见"))


def _form(
    request: HttpRequest, row: Any, by: Actor, errors: dict[str, list[str]], *,
    marks: dict[str, int] | None = None, given: dict[str, str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    own = interactions.review_of(row.pk, by)
    held = marks if marks is not None else (own.marks if own else {})
    groups = interactions.checklist()
    for group in groups:
        for item in group["points"]:
            item["mark"] = held.get(item["code"])
    context = {
        "row": row, "groups": groups, "errors": errors, "scale": (1, 2, 3, 4, 5),
        "given": given or {"advice": own.advice if own else "", "strengths": own.strengths if own else ""},
        "reviews": interactions.reviews_of(row.pk, by), "by_id": by.user_id,
        "may_coach": by.may("interactions.visitreview", "create") and row.owner_id != by.user_id
        and row.owner_id is not None,
    }  # fmt: skip
    return page(request, "web/communication/visit.html", context, status=status)
