"""The way into the settings: the first page that the reader may use."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from zhike.web.views.simple import actor

PAGES = (
    ("trust.auditentry", "/audit/"),
    ("trust.grant", "/settings/roles/"),
    ("identity.orgunit", "/settings/organisation/"),
)


def index(request: HttpRequest) -> HttpResponse:
    """Lead on."""
    by = actor(request)
    for resource, url in PAGES:
        if by.may(resource, "view"):
            return HttpResponseRedirect(url)
    return HttpResponseRedirect("/me/")
