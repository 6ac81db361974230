"""What every page needs around its content; each part is made only when a template asks for it."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString

from zhike.identity.queries import company_name
from zhike.kernel.actor import Actor
from zhike.kernel.registry import registry
from zhike.web import menu
from zhike.web.per_rights import per_rights
from zhike.web.waiting import NOTICES, waiting
from zhike.web.words import new_one

NEW_KEYS = {"customers.customer": "c"}
PHONE_TABS = {"/customers/": "customers", "/notices/": "notices", "/me/": "me", "/search/": ""}


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
    waits = cache(lambda: waiting(by))

    def navigation(*, oob: bool = False) -> SafeString:
        groups = menu.menu(by)
        counts = menu.counts_of(by, groups, waits())
        return menu.html(groups, request.path, counts, oob=oob)

    return {
        "theme": theme,
        "me": Me(by.user_id, by.name),
        "navigation": navigation,
        "navigation_again": lambda: navigation(oob=True),
        "new_menu": lambda: new_menu(by),
        "notices_count": lambda: waits()[NOTICES],
        "notices_url": "/notices/",
        "palette_url": "/palette/",
        "logout_url": "/logout/",
        "organization_name": cache(company_name),
        "phone_tab": phone_tab(request.path),
    }


@per_rights
def new_menu(by: Actor) -> list[menu.Item]:
    """Return what this person may create from anywhere."""
    found = [
        menu.Item(
            new_one(resource), f"{resource.url}new/", resource.icon, NEW_KEYS.get(key, "")
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
