"""数据质量: one page with tabs and figures that several packages fill.

A package adds its tab with ``add_tab`` and its figures of the strip with ``add_figures``, beside its view;
``frame`` gives the context that ``web/quality/frame.html`` needs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden
from zhike.web.pages import Page, add_page

URL = "/quality/"


@dataclass(frozen=True)
class Tab:
    """One tab: title, address, place from the left, and who sees it."""

    title: Any
    url: str
    rank: int
    may: Callable[[Actor], bool]


@dataclass(frozen=True)
class Figure:
    """One figure of the strip, in the order of ``rank``."""

    rank: int
    label: Any
    value: str
    unit: Any = ""
    delta: Any = ""
    tone: str = ""


TABS: list[Tab] = []
FIGURES: list[Callable[[Actor], Sequence[Figure]]] = []
WAITS: list[Callable[[Actor], Any]] = []


def add_tab(tab: Tab) -> None:
    """Put a tab on the page."""
    TABS.append(tab)


def add_figures(figures: Callable[[Actor], Sequence[Figure]]) -> None:
    """Put figures into the strip; cheap, they are read on every tab."""
    FIGURES.append(figures)


def add_waits(waits: Callable[[Actor], Any]) -> None:
    """Add rows that wait to the number beside the page in the menu: rows for a reader, or None."""
    WAITS.append(waits)


def tabs_of(by: Actor) -> list[Tab]:
    """Return the tabs that this person sees, from the left."""
    return sorted((tab for tab in TABS if tab.may(by)), key=lambda tab: tab.rank)


def frame(by: Actor, url: str) -> dict[str, Any]:
    """Return the context of the frame around the tab at this address."""
    figures = [figure for source in FIGURES for figure in source(by)]
    return {
        "quality_tabs": [
            {"title": tab.title, "url": tab.url, "active": tab.url == url} for tab in tabs_of(by)
        ],
        "quality_figures": sorted(figures, key=lambda figure: figure.rank),
    }


def home(request: HttpRequest) -> HttpResponse:
    """Lead to the first tab."""
    tabs = tabs_of(request.actor)  # type: ignore[attr-defined]
    if not tabs:
        raise Forbidden
    return HttpResponseRedirect(tabs[0].url)


def _waits(by: Actor) -> list[Any]:
    return [rows for waits in WAITS if (rows := waits(by)) is not None]


add_page(
    Page(
        _("数据质量"), URL, "git-merge", group="governance", rank=30,
        may=lambda by: bool(tabs_of(by)), waits=_waits,
    )
)  # fmt: skip
