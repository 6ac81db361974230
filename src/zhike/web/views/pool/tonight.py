"""今晚回收预演: what the night would take back, why, and the runs that were."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy

from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden
from zhike.kernel.registry import registry
from zhike.pool.queries import tonight as reads
from zhike.web.answers import page
from zhike.web.pages import Page, add_page

RUNS = "pool.recyclerun"

add_page(
    Page(lazy("今晚回收预演"), "/pool/tonight/", "clock-exclamation", menu=False,
         may=lambda by: by.may(RUNS, "view"))
)  # fmt: skip


def show(request: HttpRequest) -> HttpResponse:
    """Show the dry run of the coming night and the last runs."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not reads.may_see_tonight(by):
        raise Forbidden(resource=RUNS, verb="view")
    found = reads.tonight(timezone.localdate() + dt.timedelta(days=1), by)
    runs = []
    if by.may(RUNS, "view"):
        runs = list(registry.resource(RUNS).rows(by).order_by("-on", "-pk")[:5])
    vip = next((count for code, _title, count in found.by_grade if code == "vip"), 0)
    context = {
        "found": found, "vip": vip, "runs": runs, "may_undo": by.may(RUNS, "change"),
        "more": found.recycled + found.warned - len(found.rows),
        "rule_url": "/rulebook/policies/pool.recycling/",
    }  # fmt: skip
    return page(request, "web/pool/tonight.html", context)
