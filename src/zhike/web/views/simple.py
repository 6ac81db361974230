"""What the hand-made pages of identity and trust share: rendering, and refusals put into forms."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden, Refusal

TABS = {
    "team": "trust.teamright",
    "sign_in": "identity.sign_in_rules",
    "audit": "trust.auditentry",
    "explain": "trust.grant",
}


def show(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    """Return the page, or for HTMX its main part."""
    by = getattr(request, "actor", None)
    if by is not None:
        context["may"] = {name: by.may(key, "view") for name, key in TABS.items()}
    htmx = getattr(request, "htmx", None)
    if htmx and not htmx.history_restore_request:
        context["layout"] = "web/fragment.html"
    return render(request, template, context, status=status)


def refuse(form: forms.Form, error: Refusal) -> None:
    """Put the messages of a refusal at the form's fields."""
    if not error.fields:
        form.add_error(None, error.message)
    for name, lines in error.fields.items():
        for line in lines:
            form.add_error(name if name in form.fields else None, line)


def actor(request: HttpRequest) -> Actor:
    """Return who is asking."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    return by


def require(request: HttpRequest, resource: str, verb: str = "view") -> Actor:
    """Return who is asking, if he holds the right.

    Raises:
        Forbidden: naming the right that is missing.
    """
    by = actor(request)
    if not by.may(resource, verb):
        raise Forbidden(resource=resource, verb=verb)
    return by


def number(text: str | None) -> int | None:
    """Return a positive id from a query string or form, or None."""
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None
