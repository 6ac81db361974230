"""The tabs over all pages of needs."""

from typing import Any

from django.utils.translation import gettext as _

from zhike.kernel.actor import Actor
from zhike.kernel.registry import registry

LISTS = (
    "needs.need", "needs.suggestion", "needs.meeting", "needs.needsdocument", "needs.project",
    "needs.research", "needs.improvement", "needs.strategyreview",
)  # fmt: skip
INSTEAD = {"needs.suggestion": "/needs/heard/"}  # a worklist takes the place of the list


def tabs(by: Actor, active: str) -> list[dict[str, Any]]:
    """Return the tabs that the reader may open; ``active`` is an address."""
    found = [{"title": _("概览"), "url": "/needs/"}]
    for key in LISTS:
        if by.may(key, "view"):
            resource = registry.resource(key)
            url = INSTEAD.get(key, resource.url)
            found.append({"title": str(resource.title), "url": url})
    if by.may("needs.need", "view"):
        found.insert(2, {"title": _("需求排序"), "url": "/needs/ranking/"})
    if by.may("needs.idea", "view"):
        found.append({"title": _("共创平台"), "url": "/needs/board/"})
    return [{**one, "active": one["url"] == active, "count": None} for one in found]
