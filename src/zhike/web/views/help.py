"""Help: shortcuts, and the components page for developers."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from zhike.kernel.errors import NotFound
from zhike.web.answers import page


def shortcuts(request: HttpRequest) -> HttpResponse:
    """Answer the list of keyboard shortcuts as a page, for those without script or palette."""
    return page(request, "web/pages/shortcuts.html", {})


def components(request: HttpRequest) -> HttpResponse:
    """Show every component in every state; for developers only."""
    if not settings.DEBUG:
        raise NotFound
    return page(request, "web/components.html", {})
