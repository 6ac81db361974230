"""Hand-made pages in the menu and the palette, and tools that other areas add to generated pages.

A page that is generated from a Resource needs nothing here: ``Resource.group`` puts it in the menu.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from zhike.kernel.actor import Actor
from zhike.kernel.resources import Resource

Text = Any  # str or a lazy translation


def everyone(by: Actor) -> bool:  # noqa: ARG001  (the signature of ``Page.may``)
    """Let every signed-in person see the page."""
    return True


@dataclass(frozen=True)
class Page:
    """A hand-made page as it stands in the menu.

    Attributes:
        group: "" (above all groups), customers, service, marketing, insight, governance;
        rank, under: place in the group, as for resources; may: who sees it; keys: the shortcut ("g h");
        replaces: key of the resource whose generated list the page stands for in the menu;
        waits: the rows that wait for this person there; they are counted with those of all other
            pages in one statement on every page (see ``waiting.py``), so nothing may decide them
            but his rights and the date;
        count: the same as a number, or None, for what is counted otherwise; cheap.
    """

    title: Text
    url: str
    icon: str
    group: str = ""
    rank: int = 100
    may: Callable[[Actor], bool] = everyone
    keys: str = ""
    replaces: str = ""
    count: Callable[[Actor], int | None] | None = None
    waits: Callable[[Actor], Sequence[Any]] | None = None
    menu: bool = True
    under: str = ""


@dataclass(frozen=True)
class Tool:
    """A button on a generated page."""

    title: Text
    url: str
    icon: str
    primary: bool = False
    keys: str = ""
    dialog: bool = False
    post: bool = False
    danger: bool = False
    confirm: Text = ""


PAGES: list[Page] = []
ListTool = Callable[[Resource, Actor, str], Tool | None]
LIST_TOOLS: list[ListTool] = []


def add_page(page: Page) -> Page:
    """Put a page into the menu; call it beside the view."""
    PAGES.append(page)
    return page


def add_list_tool(tool: ListTool) -> ListTool:
    """Add a button to the header of every list: ``tool(resource, by, query_string)`` or None."""
    LIST_TOOLS.append(tool)
    return tool
