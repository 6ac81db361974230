"""How views answer: whole page or fragment, a toast, a redirect that HTMX understands."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme


def layout_of(request: HttpRequest) -> str:
    """Return the template to extend: the shell, or only the content for HTMX."""
    htmx: Any = getattr(request, "htmx", None)
    whole = not htmx or htmx.history_restore_request
    return "web/shell.html" if whole else "web/fragment.html"


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a page with the right layout."""
    return render(request, template, {"layout": layout_of(request), **context}, status=status)


def into(request: HttpRequest, target: str) -> bool:
    """Tell whether HTMX will put the answer into the element with this id."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and htmx.target == target and not htmx.history_restore_request


def leave(request: HttpRequest, url: str, text: str = "", *, undo: str = "") -> HttpResponse:
    """Go to a page and say there what was done.

    Args:
        undo: address that a POST takes back; shown in the toast.
    """
    if text:
        messages.success(request, text, extra_tags=undo)
    if getattr(request, "htmx", None):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def close_drawer(text: str) -> HttpResponse:
    """Close the drawer and show a toast, without leaving the page."""
    trigger = {"zk:close-drawer": True, "zk:toast": {"text": text}}
    # ASCII only: a header cannot carry Chinese, the JSON escapes are read back by the browser.
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(trigger)})


def back_to(request: HttpRequest, fallback: str = "/") -> str:
    """Return the ``next`` of a form if it leads to this site."""
    url = str(request.POST.get("next") or request.GET.get("next") or "")
    safe = url_has_allowed_host_and_scheme(url, None) and url.startswith("/")
    return url if safe and not url.startswith("//") else fallback
