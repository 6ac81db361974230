"""The tabs of a list: everything, the views that ship with it, saved views."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from zhike.kernel.actor import Actor
from zhike.kernel.listing import COUNT_CAP, Listing
from zhike.kernel.resources import Resource


@dataclass(frozen=True)
class Tab:
    """One tab."""

    title: str
    url: str
    active: bool
    count: str = ""
    hot: bool = False


def tabs_of(
    resource: Resource, views: Sequence[Any], asked: Mapping[str, str], listing: Listing
) -> list[Tab]:
    """Return the tabs; only the open one is counted, the others cost nothing."""
    now = asked.get("view", "")
    shipped = [(view.slug, str(view.title), view.query) for view in resource.views]
    # A shipped view without a query is the list itself.
    shown = [("", _("全部"), ""), *(one for one in shipped if one[2])]
    shown += [(str(view.pk), view.name, view.query) for view in views]
    known = {slug for slug, _title, _query in shown}
    active = now if now in known else ""
    return [
        Tab(title, _address(resource, slug, query), slug == active,
            _count(listing) if slug == active else "")
        for slug, title, query in shown
    ]  # fmt: skip


def current_view(views: Sequence[Any], asked: Mapping[str, str], by: Actor) -> Any:
    """Return the open saved view if it is the reader's own, else None."""
    now = asked.get("view", "")
    return next((v for v in views if str(v.pk) == now and v.user_id == by.user_id), None)


def _address(resource: Resource, slug: str, query: str) -> str:
    if not slug:
        return resource.url
    found = QueryDict(query, mutable=True)
    found["view"] = slug
    return f"{resource.url}?{found.urlencode()}"


def _count(listing: Listing) -> str:
    count = listing.count
    return f"{COUNT_CAP:,}+" if count > COUNT_CAP else f"{count:,}"
