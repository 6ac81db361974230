"""Error pages: each says what happened and the way out."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.identity.queries import administrators
from zhike.kernel.errors import Conflict, Forbidden, NotFound, Refusal
from zhike.kernel.registry import registry
from zhike.web.answers import layout_of

log = logging.getLogger(__name__)

VERBS = {
    "view": lazy("查看"), "create": lazy("新建"), "change": lazy("修改"), "archive": lazy("归档"),
    "export": lazy("导出"), "import": lazy("导入"), "reveal": lazy("查看完整信息"),
    "approve": lazy("审批"), "assign": lazy("分配"),
}  # fmt: skip


def refusal(request: HttpRequest, error: Refusal) -> HttpResponse:
    """Return the page of a refusal; for HTMX one line of text, which becomes a toast."""
    if getattr(request, "htmx", None) and not request.htmx.boosted:  # type: ignore[attr-defined]
        text = error.message
        if error.fields:
            text += " " + "；".join(m for found in error.fields.values() for m in found)
        # 422 and 409 would be swapped into the page as content; a bare refusal is a message.
        return HttpResponse(text[:290], status=error.status if error.status != 422 else 400,
                            content_type="text/plain; charset=utf-8")  # fmt: skip
    signed_in = getattr(getattr(request, "actor", None), "user_id", None) is not None
    context: dict[str, Any] = {
        "error": error, "title": title_of(error), "signed_in": signed_in,
        "layout": layout_of(request) if signed_in else "web/anonymous.html",
        "kind": {403: "lock"}.get(error.status, "search"),
        "messages_of_fields": [m for found in error.fields.values() for m in found],
    }  # fmt: skip
    if isinstance(error, Forbidden):
        context |= _missing_right(error)
    return render(request, "web/error.html", context, status=error.status)


def title_of(error: Refusal) -> str:
    """Return the heading of an error page."""
    if isinstance(error, Forbidden):
        return _("没有权限")
    if isinstance(error, NotFound):
        return _("没有找到")
    if isinstance(error, Conflict):
        return _("内容有冲突")
    return {400: _("地址或条件有误"), 422: _("无法保存")}.get(error.status, _("请求无法执行"))


def _missing_right(error: Forbidden) -> dict[str, Any]:
    resource = registry.resources.get(error.resource)
    return {
        "right": _("%(verb)s · %(resource)s") % {
            "verb": VERBS.get(error.verb, error.verb), "resource": resource.title
        } if resource and error.verb else "",
        "granters": [str(person) for person in administrators("security")[:3]],
    }  # fmt: skip


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001
    """Return the page for a request that cannot be read."""
    return refusal(request, Refusal())


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001
    """Return the page for Django's own refusals."""
    return refusal(request, Forbidden())


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001
    """Return the page for an address that does not exist."""
    return refusal(request, NotFound(_("没有这个页面，地址可能已改变。")))


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the page for a fault of ours; it needs neither database nor session."""
    number = getattr(request, "request_id", "")
    log.error("request %s failed: %s %s", number, request.method, request.path)
    return render(None, "web/fault.html", {"number": number}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Return the page for a form that went stale."""
    error = Refusal(_("页面已过期，请刷新后重新提交；您填写的内容仍在本页草稿中。"))
    error.status = 403
    return refusal(request, error)
