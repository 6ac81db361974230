"""The table of a list with its head, foot and pager, written in Python: it is the hot path.

A list answers each click with this fragment; the template engine took longer over the head and the
foot than over the rows. Everything that is not a number goes through ``escape``.
"""

from html import escape
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zhike.web import graphics

CURRENT = ' aria-current="true"'
BUTTON = "zk-btn zk-btn-text zk-btn-xs zk-btn-icon"


def table(page: Any) -> SafeString:
    """Return the table of a ``ListPage``, or what to say where it has no rows."""
    if not page.listing.page_rows:
        return render_to_string("web/list/empty.html", {"page": page, "resource": page.resource})
    plain = "" if page.set_actions else " zk-table-plain"
    choose = escape(_("选择本页"))
    box = (
        f'<th scope="col"><input type="checkbox" data-select-page aria-label="{choose}"></th>'
        if page.set_actions
        else ""
    )
    heads = "".join([_head(one) for one in page.headings])
    return SafeString(
        f'<table class="zk-table zk-table-sticky zk-table-cards{plain} zk-table-{page.density}">'
        f"<thead><tr>{box}{heads}</tr></thead><tbody>{page.body}</tbody></table>"
    )


def _head(one: Any) -> str:
    css = f' class="{one.css}"' if one.css else ""
    state = f' aria-sort="{one.sorted}"' if one.sorted else ""
    arrows = {"ascending": "arrow-up", "descending": "arrow-down"}
    text = escape(one.title) + (graphics.icon(arrows[one.sorted]) if one.sorted else "")
    inner = f"<a {_to(one.url, '#table')}>{text}</a>" if one.url else text
    return f'<th scope="col"{css}{state}>{inner}</th>'


def _to(url: str, target: str = "") -> str:
    """Return the attributes of a link; with a target HTMX puts the answer there."""
    url = escape(url)
    swap = f' hx-get="{url}" hx-target="{escape(target)}" hx-push-url="true"' if target else ""
    return f'href="{url}"{swap}'


def foot(page: Any, *, oob: bool = False) -> SafeString:
    """Return what stands below the table: range, sums, rows on a page, pager, the query."""
    inner = ""
    if page.listing.page_rows:
        sums = [f"<span>{escape(title)} <b>{escape(sum_)}</b></span>" for title, sum_ in page.sums]
        moved = pager(page.previous_url, page.next_url, page.page_text, "#table")
        inner = f"<span>{escape(page.range_text)}</span>{''.join(sums)}{_sizes(page)}{moved}"
    again = ' hx-swap-oob="true"' if oob else ""
    return SafeString(
        f'<div id="list-foot" class="zk-foot"{again}>{inner}'
        f'<input type="hidden" name="query" value="{escape(page.query_string)}"></div>'
    )


def _sizes(page: Any) -> str:
    title = escape(_("每页 %(size)s 条") % {"size": page.listing.size})
    lines = [
        f'<a class="zk-pop-item" {_to(url, "#table")}{CURRENT if chosen else ""}>{size}</a>'
        for size, url, chosen in page.sizes
    ]
    return (
        f'<details class="zk-menu zk-phone-hide"><summary>{title}'
        f"{graphics.icon('chevron-up', 'zk-i-sm')}</summary>"
        f'<div class="zk-pop zk-pop-up zk-pop-left">{"".join(lines)}</div></details>'
    )


def pager(
    previous_url: str = "", next_url: str = "", text: str = "", target: str = ""
) -> SafeString:
    """Return the two arrows and the place between them (``2 / 9``).

    Args:
        previous_url: where back leads; empty at the beginning.
        next_url: where on leads; empty at the end.
        text: the place, may be empty.
        target: CSS selector for a partial swap; empty for whole pages.
    """
    back = _arrow(previous_url, target, "prev", _("上一页"), "chevron-left")
    on = _arrow(next_url, target, "next", _("下一页"), "chevron-right")
    place = f"<span>{escape(str(text))}</span>" if text else ""
    label = escape(_("分页"))
    return SafeString(
        f'<span class="zk-pager" role="navigation" aria-label="{label}">{back}{place}{on}</span>'
    )


def _arrow(url: str, target: str, rel: str, title: str, icon: str) -> str:
    mark = graphics.icon(icon)
    if not url:
        return f'<span class="{BUTTON}" aria-disabled="true">{mark}</span>'
    label = f'aria-label="{escape(title)}"'
    return f'<a class="{BUTTON}" rel="{rel}" {_to(url, target)} {label}>{mark}</a>'
