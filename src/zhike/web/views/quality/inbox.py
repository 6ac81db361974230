"""客户更正: what came from outside, and links for contacts."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from zhike.kernel.actor import Actor
from zhike.kernel.columns import Column, bind
from zhike.kernel.errors import Refusal
from zhike.kernel.registry import registry
from zhike.quality import actions, queries
from zhike.web.answers import page
from zhike.web.views import data_quality, detail
from zhike.web.views.data_quality import Tab
from zhike.web.views.quality import words

URL = "/quality/inbox/"
REQUEST, SUBMISSION = "quality.updaterequest", "quality.submission"


def _may(by: Actor) -> bool:
    return by.may(REQUEST, "view") or by.may(SUBMISSION, "view")


data_quality.add_tab(Tab(lazy("客户更正"), URL, 70, _may))


def show(request: HttpRequest) -> HttpResponse:
    """Show what waits."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    found = {}
    for name, key in (("requests", REQUEST), ("submissions", SUBMISSION)):
        rows = registry.resource(key).rows(by) if by.may(key, "view") else None
        found[name] = (
            list(rows.filter(status="waiting").order_by("id")[:100]) if rows is not None else []
        )
    context = data_quality.frame(by, URL) | found | {
        "forms": list(registry.resource("quality.webform").rows(by).order_by("id")[:20])
        if by.may("quality.webform", "view") else [],
        "may_form": by.may("quality.webform", "create"),
    }  # fmt: skip
    return page(request, "web/quality/inbox.html", context)


def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a correction before and after; POST takes or leaves it."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    resource = registry.resource(REQUEST)
    row = detail.visible(resource, by, pk)
    if request.method == "POST":
        taken = request.POST.get("step") == "approve"
        return _answered(request, _decide(request, row, taken, by))
    context = {
        "row": row,
        "lines": [_change(one, by) for one in row.changes],
        "may_decide": row.status == "waiting" and detail.reaches(resource, by, row, "approve"),
    }
    return page(request, "web/quality/request.html", context)


def _decide(request: HttpRequest, row: Any, taken: bool, by: Actor) -> str:
    if taken:
        actions.approve_update(row, by=by)
        return _("已采纳，资料已更新")
    actions.reject_update(row, by=by, reason=request.POST.get("reason", "")[:200])
    return _("未采纳，资料保持不变")


def _answered(request: HttpRequest, text: str) -> HttpResponse:
    messages.success(request, text)
    return HttpResponseRedirect(URL)


def _change(change: dict[str, str], by: Actor) -> dict[str, str]:
    """Return one line; values as this reader may see the field."""
    model = registry.resource(f"customers.{change['part']}").model
    column = bind(Column(change["field"]), model, by)
    show = (lambda value: column.text(value)) if column else (lambda _value: "—")
    title = model._meta.get_field(change["field"]).verbose_name
    part = _("客户") if change["part"] == "customer" else _("联系人")
    return {
        "title": f"{part} · {title}", "before": show(change["before"]), "after": show(change["after"])
    }  # fmt: skip


def submission(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an entry of a form and what it resembles; POST accepts or puts it aside."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    resource = registry.resource(SUBMISSION)
    row = detail.visible(resource, by, pk)
    problem = ""
    if request.method == "POST":
        try:
            if request.POST.get("step") == "accept":
                actions.accept_submission(row, by=by, customer=request.POST.get("customer") or None)
                return _answered(request, _("已受理"))
            actions.reject_submission(row, by=by)
            return _answered(request, _("已标为不受理"))
        except Refusal as error:
            lines = [line for found in error.fields.values() for line in found]
            problem = lines[0] if lines else error.message
    context = {
        "row": row, "problem": problem,
        "values": [
            (column.title, column.text(getattr(row, column.name)))
            for column in resource.bound_columns(by, ["company", "contact", "mobile", "email"])
        ],
        "alike": [{**one, "why": words.ALIKE[one["why"]]} for one in queries.similar(row, by)],
        "may_decide": row.status == "waiting" and detail.reaches(resource, by, row, "approve"),
    }  # fmt: skip
    return page(request, "web/quality/submission.html", context, status=422 if problem else 200)


@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link for a contact and show it, once."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    made, token = actions.create_link(pk, by=by)
    context = {"link": made, "address": request.build_absolute_uri(f"/u/{token}/")}
    return page(request, "web/quality/link.html", context)
