"""Error pages: each says what happened and the way out."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from zhike.kernel.errors import NotFound, Refusal


def refusal(request: HttpRequest, error: Refusal) -> HttpResponse:
    """Return the page (or, for HTMX, the note) of a refusal."""
    return render(request, "web/error.html", {"error": error}, status=error.status)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001
    """Return the page for an address that does not exist."""
    return refusal(request, NotFound())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Return the page for a form that went stale."""
    error = Refusal(_("页面已过期，请刷新后重新提交；您填写的内容仍在本页草稿中。"))
    error.status = 403
    return refusal(request, error)
