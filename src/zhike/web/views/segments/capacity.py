"""分层管理容量: who has too many, and who could take some."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from zhike.customers.actions import assign_owner
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden, Invalid
from zhike.kernel.policy_store import in_force
from zhike.segments.queries import capacity, mix
from zhike.web.answers import leave, page
from zhike.web.pages import Page, add_page

CUSTOMER = "customers.customer"
MOST = 200


def _may(by: Actor) -> bool:
    """Whoever may give customers to others has use for it."""
    return by.may(CUSTOMER, "assign")


add_page(Page(lazy("管理容量"), "/segments/capacity/", "scale", may=_may, menu=False))


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Show every owner's load by grade beside the limits, and the suggestions."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not _may(by):
        raise Forbidden(resource=CUSTOMER, verb="assign")
    found = capacity.loads(by)
    _version, params = in_force("segments.capacity")
    grades = mix.labels("customers.grade")
    context: dict[str, Any] = {
        "grades": [(code, name, params.most.get(code)) for code, name in grades.items()],
        "total_limit": params.total,
        "rows": [
            {"load": one, "cells": [(one.held.get(code, 0), one.excess.get(code, 0))
                                    for code in grades]}
            for one in found
        ],
        "over": sum(bool(one.excess) for one in found),
        "suggestions": [
            {"one": one, "grade": grades.get(one.grade, one.grade),
             "ids": ",".join(str(pk) for pk, _name in one.customers)}
            for one in capacity.suggestions(by, found)
        ],
    }  # fmt: skip
    return page(request, "web/segments/capacity.html", context)


@require_POST
def apply(request: HttpRequest) -> HttpResponse:
    """Carry one suggestion out by the ordinary action, for the customers that it named."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    raw = [part for part in request.POST.get("ids", "").split(",") if part]
    if not raw or len(raw) > MOST or not all(p.isdecimal() and len(p) < 19 for p in raw):
        raise Invalid(_("勾选的记录编号无效。"))
    owner = request.POST.get("owner", "")
    reason = _("分层管理容量调整")
    count = assign_owner([int(part) for part in raw], by=by, owner=owner, reason=reason)
    return leave(request, "/segments/capacity/", _("已改派 %d 家客户") % count)
