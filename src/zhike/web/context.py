"""What every page needs around its content; each part is made only when a template asks for it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as lazy

from zhike.identity.queries import company_name
from zhike.kernel.actor import Actor
from zhike.kernel.registry import registry
from zhike.kernel.resources import Resource
from zhike.web.pages import PAGES, Page
from zhike.web.waiting import NOTICES, waiting
from zhike.web.words import new_one

GROUPS = {
    "": "",
    "customers": lazy("客户"),
    "service": lazy("服务"),
    "marketing": lazy("营销"),
    "insight": lazy("洞察"),
    "governance": lazy("治理"),
}
NEW_KEYS = {"customers.customer": "c"}
PHONE_TABS = {"/customers/": "customers", "/notices/": "notices", "/me/": "me", "/search/": ""}


@dataclass
class Item:
    """One line of the menu, with the lines that stand under it."""

    title: str
    url: str
    icon: str
    active: bool = False
    count: int | None = None
    hot: bool = False
    key: str = ""
    rank: int = 100
    under: str = ""
    items: "list[Item]" = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Tell whether the lines under this one are shown: one of them is the current page."""
        return self.active or any(one.active for one in self.items)


@dataclass
class Group:
    """A part of the menu."""

    title: str
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class Me:
    """The reader as the shell shows him."""

    id: int | None
    name: str
    title: str = ""
    url: str = "/me/"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the shell; empty before signing in."""
    user = getattr(request, "user", None)
    theme = getattr(user, "theme", "") or "system"
    by: Actor | None = getattr(request, "actor", None)
    if by is None or by.user_id is None:
        return {"theme": theme, "organization_name": cache(company_name)}
    user_id = by.user_id
    waits = cache(lambda: waiting(by))
    return {
        "theme": theme,
        "me": Me(user_id, by.name),
        "navigation": cache(lambda: navigation(by, request.path, waits())),
        "new_menu": cache(lambda: new_menu(by)),
        "notices_count": cache(lambda: waits()[NOTICES]),
        "notices_url": "/notices/",
        "palette_url": "/palette/",
        "logout_url": "/logout/",
        "organization_name": cache(company_name),
        "phone_tab": phone_tab(request.path),
    }


def navigation(by: Actor, path: str, waits: Counter[str] | None = None) -> list[Group]:
    """Return the menu: pages and resources that this person may use, by group and rank.

    A line whose upper line this person may not see stands in the group itself.
    ``waits`` says how many wait on each page; without it no line has a number.
    """
    found: dict[str, list[Item]] = {name: [] for name in GROUPS}
    replaced = {page.replaces for page in PAGES if page.replaces}
    for page in PAGES:
        if page.menu and page.may(by):
            found[page.group].append(_page_item(page, by, path, waits))
    for key, resource in registry.resources.items():
        offered = resource.group and resource.group in found and key not in replaced
        if offered and by.may(key, "view"):
            found[resource.group].append(_resource_item(resource, path))
    _current([item for items in found.values() for item in items])
    tops = {item.url: item for items in found.values() for item in items if not item.under}
    groups = []
    for name, title in GROUPS.items():
        group = Group(str(title))
        for item in sorted(found[name], key=lambda one: one.rank):
            upper = tops.get(item.under)
            (upper.items if upper else group.items).append(item)
        groups.append(group)
    return [group for group in groups if group.items]


def _current(items: list[Item]) -> None:
    """Of the lines whose address begins the current one, leave the longest active."""
    active = max(
        (item for item in items if item.active), key=lambda one: len(one.url), default=None
    )
    for item in items:
        item.active = item is active


def _page_item(page: Page, by: Actor, path: str, waits: Counter[str] | None) -> Item:
    active = path == page.url if page.url == "/" else path.startswith(page.url)
    count = None
    if waits is not None and (page.waits or page.count):
        count = page.count(by) if page.count else waits[page.url]
    return Item(
        str(page.title), page.url, page.icon, active, count, bool(count), page.keys, page.rank,
        page.under,
    )  # fmt: skip


def _resource_item(resource: Resource, path: str) -> Item:
    return Item(
        str(resource.title), resource.url, resource.icon, path.startswith(resource.url),
        rank=resource.rank, under=resource.under,
    )  # fmt: skip


def new_menu(by: Actor) -> list[Item]:
    """Return what this person may create from anywhere."""
    found = [
        Item(
            new_one(resource), f"{resource.url}new/", resource.icon,
            key=NEW_KEYS.get(key, ""),
        )
        for key, resource in sorted(registry.resources.items(), key=lambda pair: pair[1].rank)
        if resource.group and resource.create and by.may(key, "create")
    ]  # fmt: skip
    return found[:8]


def phone_tab(path: str) -> str:
    """Return which of the tabs at the foot of phones is the current one."""
    if path == "/":
        return "home"
    return next((tab for start, tab in PHONE_TABS.items() if path.startswith(start)), "")


Lazy = Callable[[], Any]
