"""Theme and language, from the menu of the person or before signing in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from zhike.identity.actions.preferences import LANGUAGES, set_look
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.trust.queries import actor_for
from zhike.web.answers import back_to, leave

YEAR = 365 * 24 * 3600


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or as the system."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    set_look(by=by, theme=request.POST.get("theme", ""))
    return leave(request, back_to(request))


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language, in a cookie and, once signed in, with the person."""
    chosen = request.POST.get("language", "")
    if chosen not in LANGUAGES:
        raise Invalid
    by = actor_for(request.user if request.user.is_authenticated else None)  # type: ignore[arg-type]
    if by.user_id:
        set_look(by=by, language=chosen)
    response = leave(request, back_to(request))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response
