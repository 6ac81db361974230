"""What every page passes: headers, the Actor, and refusals as pages."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode

from zhike.kernel.errors import Refusal
from zhike.trust.queries import actor_for

Handler = Callable[[HttpRequest], HttpResponse]

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)
OPEN_PATHS = ("/sign-in/", "/static/", "/healthz", "/me/language/", "/api/", "/first-run/")
# Pages for people outside: a link that corrects one's own data, forms (see views/quality/public),
# and the co-creation board for customers (see views/needs/guests).
PUBLIC_PATHS = ("/u/", "/f/", "/b/")


class SecurityHeadersMiddleware:
    """Sets the Content-Security-Policy (no inline script or style) and permissions."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers."""
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", CONTENT_POLICY)
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(self)")
        if not request.path.startswith("/static/"):
            response.setdefault("Cache-Control", "no-store")
            response.headers["Vary"] = ", ".join(
                filter(None, [response.headers.get("Vary"), "HX-Request"])
            )
        return response


class ActorMiddleware:
    """Gives every request its Actor; sends everybody without one to the sign-in page."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Build the Actor, or redirect."""
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        if request.path.startswith(OPEN_PATHS + PUBLIC_PATHS):
            return self.get_response(request)
        user = request.user if request.user.is_authenticated else None
        actor = actor_for(user, request_id=request.request_id)  # type: ignore[arg-type,attr-defined]
        if actor.user_id is None:
            return self._sign_in(request)
        request.actor = actor  # type: ignore[attr-defined]
        return self.get_response(request)

    def _sign_in(self, request: HttpRequest) -> HttpResponse:
        target = "/sign-in/?" + urlencode({"next": request.get_full_path()})
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401, headers={"HX-Redirect": target})
        return HttpResponseRedirect(target)


class RefusalMiddleware:
    """Answers a Refusal raised by a view with its page and status."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the error page of a refusal."""
        if not isinstance(error, Refusal):
            return None
        from zhike.web.sessions import audit_refusal
        from zhike.web.views.errors import refusal

        audit_refusal(request, error)
        return refusal(request, error)
