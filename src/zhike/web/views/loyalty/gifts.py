"""礼品年度报告: what each recipient got in a year beside the limit (LOY-014)."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden
from zhike.loyalty.queries.gifts import yearly_report, years_with_gifts
from zhike.web.answers import page
from zhike.web.pages import Page, add_page
from zhike.web.views.loyalty import frame

URL = "/loyalty/gifts/"


def _may(by: Actor) -> bool:
    return by.may("loyalty.gift", "view")


add_page(Page(lazy("礼品年度报告"), URL, "gift", may=_may, menu=False))


@require_GET
def report(request: HttpRequest) -> HttpResponse:
    """Show the report of a year."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not _may(by):
        raise Forbidden(resource="loyalty.gift", verb="view")
    years = years_with_gifts(by) or [timezone.localdate().year]
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdigit() and int(asked) in years else years[0]
    lines = yearly_report(by, year)
    context = {
        "tabs": frame.tabs(by, URL), "year": year, "lines": lines,
        "total": sum((one.value for one in lines), start=0),
        "waiting": sum(one.waiting for one in lines),
        "years": [
            {"title": str(one), "url": f"{URL}?year={one}", "active": one == year}
            for one in years[:6]
        ],
        "may_create": by.may("loyalty.gift", "create"),
    }  # fmt: skip
    return page(request, "web/loyalty/gifts.html", context)
