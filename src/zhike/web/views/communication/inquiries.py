"""客户问题与意见: the desk, the late ones first."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from zhike.interactions import queries as interactions
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden
from zhike.web.answers import page
from zhike.web.pages import Page, add_page

KEY = "interactions.inquiry"
TABS = ("late", "mine", "open", "closed")

add_page(
    Page(
        lazy("客户问题与意见"), "/communication/inquiries/", "help-circle", group="customers",
        rank=63, may=lambda by: by.may(KEY, "view"), replaces=KEY, under="/interactions/interaction/",
    )
)  # fmt: skip


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Show one tab of the desk (COM-008, COM-015)."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not by.may(KEY, "view"):
        raise Forbidden(resource=KEY, verb="view")
    asked = request.GET.get("tab", "open")
    tab = asked if asked in TABS else "open"
    found = interactions.inquiry_desk(by, tab)
    titles = {"late": _("逾期"), "mine": _("我处理的"), "open": _("未关闭"), "closed": _("已关闭")}
    context = {
        "rows": found.rows, "tab": tab, "may_create": by.may(KEY, "create"),
        "tabs": [
            {"title": titles[name], "url": f"/communication/inquiries/?tab={name}",
             "count": found.counts[name] if name != "closed" else "",
             "hot": name == "late" and found.counts[name], "active": name == tab}
            for name in TABS
        ],
    }  # fmt: skip
    return page(request, "web/communication/inquiries.html", context)
