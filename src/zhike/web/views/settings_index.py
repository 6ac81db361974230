"""The way into the settings: the first page that the reader may use."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from zhike.kernel.actor import Actor
from zhike.web.pages import Page, add_page
from zhike.web.views.simple import actor

GOVERNING = (("identity.user", "create"), ("trust.grant", "view"), ("trust.auditentry", "view"))
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


def _governs(by: Actor) -> bool:
    return any(by.may(resource, verb) for resource, verb in GOVERNING)


add_page(Page(_("设置"), "/settings/", "settings", group="governance", rank=90, may=_governs))
