"""Help: the shortcuts."""

from django.http import HttpRequest, HttpResponse

from zhike.web.answers import page


def show(request: HttpRequest) -> HttpResponse:
    """Answer the list of keyboard shortcuts as a page, for those without script or palette."""
    return page(request, "web/pages/shortcuts.html", {})
