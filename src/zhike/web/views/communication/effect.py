"""沟通效果: what contacts led to by person and channel, and how plans are kept."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from zhike.interactions import queries as interactions
from zhike.interactions.queries.effect import EffectLine, months_back
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden
from zhike.web.answers import page
from zhike.web.pages import Page, add_page

KEY = "interactions.contacteffect"

add_page(
    Page(
        lazy("沟通效果"), "/communication/effect/", "chart-bar", group="insight", rank=30,
        may=lambda by: by.may(KEY, "view"), under="/interactions/interaction/",
    )
)  # fmt: skip


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Show a month of the stored figures (COM-012, COM-014)."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not by.may(KEY, "view"):
        raise Forbidden(resource=KEY, verb="view")
    months = months_back()
    asked = request.GET.get("month", "")
    month = next((one for one in months if f"{one:%Y-%m}" == asked), months[0])
    found = interactions.effect_page(by, month)
    context = {
        "total": found.total, "channels": found.channels, "month": month,
        "people": found.people if len(found.people) > 1 else [],
        "empty": not (found.people or found.channels),
        "months": [
            {"title": f"{one:%Y-%m}", "url": f"?month={one:%Y-%m}", "active": one == month}
            for one in reversed(months)
        ],
        "sparks": _sparks(found.months), "history": found.months,
    }  # fmt: skip
    return page(request, "web/communication/effect.html", context)


def _sparks(months: list[EffectLine]) -> dict[str, list[float]]:
    names = ("contacts", "reply_rate", "order_rate", "good_rate", "plan_rate", "answer_hours")
    values: dict[str, Any] = {name: [getattr(one, name) or 0 for one in months] for name in names}
    return values
