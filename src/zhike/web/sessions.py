"""Sessions: idle and absolute end, duties before work, the address a request comes from."""

import ipaddress
import time
from collections.abc import Callable
from typing import Any

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from zhike.identity.queries import duties_before_work, sign_in_rules
from zhike.kernel.actor import ANONYMOUS
from zhike.kernel.errors import Forbidden, Refusal
from zhike.trust.actions import note_refusal

Handler = Callable[[HttpRequest], HttpResponse]
SEEN_EVERY = 10  # seconds; a session may end that much early, never late
BACKEND = "zhike.identity.backends.AccountBackend"
DUTY_PAGES = {"password": "/me/password/", "second_factor": "/me/second-factor/"}
FREE_PATHS = ("/me/password/", "/me/second-factor/", "/me/language/", "/me/theme/", "/logout/")
OPEN = ("/static/", "/healthz", "/sign-in/")


class SessionRulesMiddleware:
    """Ends sessions by ``identity.sign_in_rules`` and shows people what they must settle first."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """End, redirect, or pass on."""
        if request.path.startswith("/static/") or not request.user.is_authenticated:
            return self.get_response(request)
        if _is_over(request):
            logout(request)
            return self.get_response(request)
        duty = request.session.get("duty", "")
        if duty and not request.path.startswith((*FREE_PATHS, *OPEN)):
            target = DUTY_PAGES[duty]
            if request.headers.get("HX-Request"):
                return HttpResponse(status=401, headers={"HX-Redirect": target})
            return HttpResponseRedirect(target)
        return self.get_response(request)


def _is_over(request: HttpRequest) -> bool:
    rules, now, session = sign_in_rules(), time.time(), request.session
    began, seen = session.get("began", 0.0), session.get("seen", 0.0)
    if now - began > rules.absolute_hours * 3600 or now - seen > rules.idle_minutes * 60:
        return True
    if now - seen > SEEN_EVERY:
        session["seen"] = now
    return False


def begin(request: HttpRequest, user: Any) -> None:
    """Begin a session under a new id."""
    login(request, user, backend=BACKEND)
    now = time.time()
    request.session["began"] = request.session["seen"] = now
    request.session["duty"] = duties_before_work(user)


def carry_on(request: HttpRequest, user: Any) -> None:
    """Keep this session after its password or factor changed; all others have ended."""
    began = request.session.get("began", time.time())
    begin(request, user)
    request.session["began"] = began


def client_address(request: HttpRequest) -> str | None:
    """Return the address of the browser; a forwarded one only from a local proxy."""
    remote = request.META.get("REMOTE_ADDR", "")
    try:
        local = ipaddress.ip_address(remote).is_loopback
    except ValueError:
        return None
    last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    if local and last:
        try:
            return str(ipaddress.ip_address(last))
        except ValueError:
            return remote
    return str(remote)


def local_path(text: str | None, default: str = "/") -> str:
    """Return the path if it leads to this site, else the default."""
    path = text or ""
    safe = url_has_allowed_host_and_scheme(path, allowed_hosts=None, require_https=False)
    return path if safe and path.startswith("/") else default


def audit_refusal(request: HttpRequest, error: Refusal) -> None:
    """Write a 403 to the audit trail."""
    if isinstance(error, Forbidden):
        by = getattr(request, "actor", ANONYMOUS)
        note_refusal(error, by=by, path=request.path, address=client_address(request))
