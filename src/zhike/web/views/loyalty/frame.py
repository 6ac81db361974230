"""The tabs over all pages of care and relations."""

from typing import Any

from django.utils.translation import gettext as _

from zhike.kernel.actor import Actor
from zhike.kernel.registry import registry

LISTS = (
    "loyalty.careitem", "loyalty.consent", "loyalty.importantdate", "loyalty.relationstep",
    "loyalty.relationhealth", "loyalty.deepeningplan", "loyalty.trustindicator",
    "loyalty.driverrecord", "loyalty.note",
)  # fmt: skip


def tabs(by: Actor, active: str) -> list[dict[str, Any]]:
    """Return the tabs that the reader may open; ``active`` is an address."""
    found = [{"title": _("近期由头"), "url": "/loyalty/"}]
    for key in LISTS:
        if by.may(key, "view"):
            resource = registry.resource(key)
            title = _("关怀记录") if key == "loyalty.careitem" else str(resource.title)
            found.append({"title": title, "url": resource.url})
    if by.may("loyalty.gift", "view"):
        found.append({"title": _("礼品年度报告"), "url": "/loyalty/gifts/"})
    return [{**one, "active": one["url"] == active, "count": None} for one in found]
