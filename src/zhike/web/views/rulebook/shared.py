"""What every view of the rule book does: the frame of a page, saying a refusal, going back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from zhike.kernel.actor import Actor
from zhike.kernel.errors import Refusal


def actor(request: HttpRequest) -> Actor:
    """Return who asks."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    return by


def page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page, or for HTMX its fragment."""
    htmx = request.headers.get("HX-Request") and not request.headers.get(
        "HX-History-Restore-Request"
    )
    layout = "web/fragment.html" if htmx else "web/shell.html"
    return render(request, f"web/rulebook/{template}", {"layout": layout, **context}, status=status)


def say(request: HttpRequest, error: Refusal) -> None:
    """Leave a refusal as a message for the next page."""
    details = [text for texts in error.fields.values() for text in texts]
    messages.error(request, "；".join(details) or error.message)


def back(request: HttpRequest, url: str, text: str = "") -> HttpResponse:
    """Go to a page of the rule book with a message."""
    if text:
        messages.success(request, text)
    return HttpResponseRedirect(url)
