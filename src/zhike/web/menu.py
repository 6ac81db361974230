"""The menu at the side: pages and resources that a person may use, written in Python.

It stands on every page and comes with every step from one to another; the template engine took
longer over it than PostgreSQL over the page's records.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.kernel.actor import Actor
from zhike.kernel.registry import registry
from zhike.web import formats, graphics
from zhike.web.pages import PAGES, Page
from zhike.web.per_rights import per_rights

GROUPS = {
    "": "",
    "customers": lazy("客户"),
    "service": lazy("服务"),
    "marketing": lazy("营销"),
    "insight": lazy("洞察"),
    "governance": lazy("治理"),
}
CURRENT = ' aria-current="page"'
Counts = dict[str, int | None]


@dataclass
class Item:
    """One line of the menu, with the lines that stand under it."""

    title: str
    url: str
    icon: str
    key: str = ""
    rank: int = 100
    under: str = ""
    page: Page | None = None
    items: "list[Item]" = field(default_factory=list)

    def leads_to(self, path: str) -> bool:
        """Tell whether a page lies at this address or beneath it."""
        return path == "/" if self.url == "/" else path.startswith(self.url)

    @cached_property
    def _halves(self) -> tuple[str, str]:
        title = escape(self.title)
        return (
            f'<a class="zk-side-item" href="{escape(self.url)}" title="{title}"',
            f">{graphics.icon(self.icon)}<span>{title}</span>",
        )

    def html(self, current: str, counts: Counts) -> str:
        """Return the line; the one whose address is ``current`` is marked; none waiting is no number."""
        start, inner = self._halves
        count = counts.get(self.url)
        hot = f'<span class="zk-count zk-count-hot">{formats.number(count)}</span>' if count else ""
        return f"{start}{CURRENT if self.url == current else ''}{inner}{hot}</a>"


@dataclass
class Group:
    """A part of the menu."""

    title: str
    items: list[Item] = field(default_factory=list)


@per_rights
def menu(by: Actor) -> list[Group]:
    """Return the menu by group and rank.

    A line whose upper line this person may not see stands in the group itself.
    """
    found: dict[str, list[Item]] = {name: [] for name in GROUPS}
    for page in PAGES:
        if page.menu and page.may(by):
            item = Item(
                str(page.title), page.url, page.icon, page.keys, page.rank, page.under, page
            )
            found[page.group].append(item)
    replaced = {page.replaces for page in PAGES if page.replaces}
    for key, one in registry.resources.items():
        if one.group in found and one.group and key not in replaced and by.may(key, "view"):
            item = Item(str(one.title), one.url, one.icon, rank=one.rank, under=one.under)
            found[one.group].append(item)
    tops = {item.url: item for items in found.values() for item in items if not item.under}
    groups = []
    for name, title in GROUPS.items():
        group = Group(str(title))
        for item in sorted(found[name], key=lambda one: one.rank):
            upper = tops.get(item.under)
            (upper.items if upper else group.items).append(item)
        groups.append(group)
    return [group for group in groups if group.items]


def lines(groups: Iterable[Group]) -> Iterator[Item]:
    """Yield all lines, each before those under it."""
    for group in groups:
        for item in group.items:
            yield item
            yield from item.items


def current(groups: Iterable[Group], path: str) -> str:
    """Return the longest address that leads to the page, or an empty string."""
    return max((one.url for one in lines(groups) if one.leads_to(path)), key=len, default="")


def counts_of(by: Actor, groups: Iterable[Group], waits: Counter[str]) -> Counts:
    """Return how many wait on each page that counts; ``waits`` has those counted in one go."""
    pages = [one.page for one in lines(groups) if one.page and (one.page.waits or one.page.count)]
    return {page.url: page.count(by) if page.count else waits[page.url] for page in pages}


def html(groups: Iterable[Group], path: str, counts: Counts, *, oob: bool = False) -> SafeString:
    """Return the menu with the lines under the current one or beside it open.

    Args:
        path: the address of the page.
        counts: address of a line -> its number; without one it has none.
        oob: the menu takes the place of the one on the page.
    """
    here = current(groups, path)
    again = ' hx-swap-oob="true"' if oob else ""
    made = []
    for group in groups:
        if group.title:
            made.append(f'<div class="zk-side-group">{escape(group.title)}</div>')
        for item in group.items:
            made.append(item.html(here, counts))
            if item.items and here in {item.url, *(one.url for one in item.items)}:
                under = "".join(one.html(here, counts) for one in item.items)
                made.append(f'<div class="zk-side-under">{under}</div>')
    return SafeString(
        f'<nav id="side-nav" class="zk-side-nav" aria-label="{escape(_("主导航"))}" hx-boost="true"'
        f' hx-target="#main" hx-swap="innerHTML show:none"{again}>{"".join(made)}</nav>'
    )
