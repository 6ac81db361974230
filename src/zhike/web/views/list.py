"""The list of any resource: views, filters, table, sums, pages, batch bar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhike.identity.queries import preferences, saved_views
from zhike.kernel.actor import Actor
from zhike.kernel.columns import BoundColumn
from zhike.kernel.errors import Forbidden
from zhike.kernel.listing import COUNT_CAP, PAGE_SIZES, Listing
from zhike.kernel.registry import registry
from zhike.kernel.resources import Resource
from zhike.web import badges, cells, formats, graphics, table
from zhike.web.answers import into, page
from zhike.web.chips import Chip, chips_of
from zhike.web.pages import LIST_TOOLS, Tool
from zhike.web.per_rights import per_rights
from zhike.web.tabs import Tab, current_view, tabs_of
from zhike.web.words import new_one

DENSITIES = ("compact", "default", "roomy")
PLACE = ("page", "after", "peek")  # where in the list, not what is in it


def show(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Answer the list, or only its table where HTMX asks for that."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not by.may(resource.key, "view"):
        raise Forbidden(resource=resource.key, verb="view")
    made = ListPage(resource, by, request.GET)
    context = {"list": made, "resource": resource, "page": made}
    if into(request, "table"):
        # No request: the fragment needs nothing of what stands around a page.
        return HttpResponse(render_to_string("web/list/table_answer.html", context))
    return page(request, "web/list/list.html", context)


@dataclass(frozen=True)
class Heading:
    """One head of a column."""

    title: str
    css: str
    url: str = ""
    sorted: str = ""  # ascending, descending or nothing


class ListPage:
    """All that the templates of a list show; each part is made when asked for."""

    def __init__(self, resource: Resource, by: Actor, query: QueryDict) -> None:
        self.resource, self.by = resource, by
        self.asked = {key: ",".join(v for v in query.getlist(key) if v) for key in query}
        self.key = f"list:{resource.key}"

    @cached_property
    def choices(self) -> dict[str, Any]:
        """The reader's own columns, density and page size for this list."""
        found = preferences(self.by.user_id or 0, self.key).get(self.key)
        return found if isinstance(found, dict) else {}

    @cached_property
    def listing(self) -> Listing:
        """The list itself."""
        query = dict(self.asked)
        known = {c.name for c in self.resource.all_columns()}
        columns = [name for name in self.choices.get("columns", ()) if name in known]
        if columns and not query.get("columns"):
            query["columns"] = ",".join(columns)
        if self.choices.get("size") in PAGE_SIZES and not query.get("per_page"):
            query["per_page"] = str(self.choices["size"])
        return Listing(self.resource, self.by, query)

    # -- addresses --------------------------------------------------------------------------------

    def url(self, **changes: Any) -> str:
        """Return this list's address with changes; a change of anything goes to the first page."""
        return _address(self.resource, {**self._in_force, **changes})

    @cached_property
    def _in_force(self) -> dict[str, str]:
        return {k: v for k, v in self.asked.items() if k not in PLACE and v}

    @property
    def query_string(self) -> str:
        """The query without the place in the list."""
        return self.url().partition("?")[2]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the text filter keeps of the query."""
        return [(k, v) for k, v in self.asked.items() if v and k not in {*PLACE, "q"}]

    # -- above the table --------------------------------------------------------------------------

    @property
    def count_text(self) -> str:
        """The number of rows with its counter: 1,284 家, 1,000+ 家."""
        count = self.listing.count
        capped = count > COUNT_CAP
        shown = f"{formats.number(COUNT_CAP)}+" if capped else formats.number(count)
        return f"{shown} {self.resource.counter or _('条')}"

    @cached_property
    def views(self) -> list[Any]:
        """The reader's saved views of this list and those shared by others."""
        return list(saved_views(self.by.user_id or 0, self.resource.key))

    @cached_property
    def tabs(self) -> list[Tab]:
        """The tabs: everything, shipped views, saved views."""
        return tabs_of(self.resource, self.views, self.asked, self.listing)

    @cached_property
    def own_view(self) -> Any:
        """The saved view that is open, if it is the reader's own."""
        return current_view(self.views, self.asked, self.by)

    @property
    def view_changed(self) -> bool:
        """Whether the open view's query was changed since it was saved."""
        view = self.own_view
        return bool(view) and _bare(self.query_string) != _bare(view.query)

    @cached_property
    def chips(self) -> list[Chip]:
        """The filters in force."""
        return chips_of(self)

    @property
    def text(self) -> str:
        """The typed text."""
        return self.asked.get("q", "")

    @property
    def is_narrowed(self) -> bool:
        """Whether anything limits the list, so that "no result" differs from "nothing yet"."""
        return bool(self.chips or self.text or self.asked.get("archived"))

    @property
    def filter_url(self) -> str:
        """The address of the dialog that adds a filter."""
        query = QueryDict(mutable=True)
        query["query"] = self.query_string
        return f"{self.resource.url}filter/?{query.urlencode()}"

    @cached_property
    def tools(self) -> list[Tool]:
        """The buttons of the header."""
        found = [tool(self.resource, self.by, self.query_string) for tool in LIST_TOOLS]
        tools = [tool for tool in found if tool]
        if self.may_create:
            tools.append(Tool(self.new_title, f"{self.resource.url}new/", "plus", primary=True))
        return tools

    @property
    def new_title(self) -> str:
        """The text of the button that adds a record."""
        return new_one(self.resource)

    @property
    def may_create(self) -> bool:
        """Whether the reader may add a record."""
        return bool(self.resource.create) and self.by.may(self.resource.key, "create")

    @cached_property
    def set_actions(self) -> list[Tool]:
        """The buttons of the batch bar."""
        by, resource = self.by, self.resource
        return [
            Tool(action.title, f"{resource.url}batch/{action.slug}/", action.icon)
            for action in resource.actions
            if action.many and by.may(resource.key, action.verb)
        ]

    @property
    def density(self) -> str:
        """The height of rows."""
        chosen = self.choices.get("density")
        return chosen if chosen in DENSITIES else "compact"

    @property
    def densities(self) -> list[tuple[str, str, bool]]:
        """The heights to choose from: code, title, chosen."""
        titles = {"compact": _("紧凑"), "default": _("标准"), "roomy": _("宽松")}
        return [(code, titles[code], code == self.density) for code in DENSITIES]

    @cached_property
    def column_count(self) -> int:
        """How many columns the reader may choose from."""
        return len(self.resource.bound_columns(self.by))

    @cached_property
    def column_items(self) -> SafeString:
        """The lines of the column chooser, those shown first and in their order."""
        shown = [c.name for c in self.listing.columns]
        known = {c.name: c for c in self.resource.bound_columns(self.by)}
        order = [*shown, *(name for name in known if name not in shown)]
        first = self.resource.default_columns[:1]
        lines = [
            _column_item(known[name], shown=name in shown, fixed=name in first)
            for name in order
            if name in known
        ]
        return mark_safe("".join(lines))  # noqa: S308  (made by format_html)

    # -- the table --------------------------------------------------------------------------------

    @property
    def headings(self) -> Sequence[Heading]:
        """The head of the table."""
        names = tuple(c.name for c in self.listing.columns)
        return _headings(self.by, self.resource.key, names, tuple(self._in_force.items()))

    @cached_property
    def body(self) -> str:
        """The rows."""
        listing = self.listing
        return cells.rows_html(
            self.resource, self.by, listing.columns, listing.page_rows,
            selectable=bool(self.set_actions),
        )  # fmt: skip

    @property
    def table(self) -> SafeString:
        """The table, or what to say instead."""
        return table.table(self)

    # -- below the table --------------------------------------------------------------------------

    @property
    def foot(self) -> SafeString:
        """What stands below the table."""
        return table.foot(self)

    @property
    def foot_again(self) -> SafeString:
        """The same, to take the place of the one on the page."""
        return table.foot(self, oob=True)

    @property
    def range_text(self) -> str:
        """第 1–50 条，共 142 条."""
        listing, rows = self.listing, len(self.listing.page_rows)
        if self.asked.get("after"):
            return ngettext("本页 %d 条", "本页 %d 条", rows) % rows
        start = (listing.page - 1) * listing.size
        count = listing.count
        total = f"{formats.number(COUNT_CAP)}+" if count > COUNT_CAP else formats.number(count)
        values = {"first": start + 1, "last": start + rows, "total": total}
        return _("第 %(first)d–%(last)d 条，共 %(total)s 条") % values

    @property
    def sums(self) -> list[tuple[str, str]]:
        """The totals: title and figure."""
        columns = {c.name: c for c in self.listing.columns}
        return [
            (_("%s合计") % columns[name].title, _short(columns[name], value))
            for name, value in self.listing.sums.items()
            if value is not None
        ]

    @property
    def page_text(self) -> str:
        """2 / 9, or with a plus where the end is not known."""
        listing = self.listing
        if self.asked.get("after"):
            return ""
        pages = max(1, -(-min(listing.count, COUNT_CAP) // listing.size))
        more = "+" if listing.count > COUNT_CAP else ""
        return f"{listing.page} / {pages}{more}"

    @property
    def previous_url(self) -> str:
        """The page before; after a cursor, the first."""
        if self.asked.get("after"):
            return self.url()
        number = self.listing.page
        return "" if number == 1 else self.url(page=number - 1 if number > 2 else None)

    @property
    def next_url(self) -> str:
        """The next page: by number below the cap, by cursor beyond it."""
        listing = self.listing
        cursor = listing.next_cursor
        if not cursor:
            return ""
        if not self.asked.get("after") and (listing.page + 1) * listing.size <= COUNT_CAP:
            return self.url(page=listing.page + 1)
        return self.url(after=cursor)

    @property
    def sizes(self) -> list[tuple[int, str, bool]]:
        """Rows on a page to choose from: number, address, chosen."""
        return [(size, self.url(per_page=size), size == self.listing.size) for size in PAGE_SIZES]


def _short(column: Any, value: Any) -> str:
    is_money = cells.look_of(column) == "money"
    return formats.money_short(value) if is_money else formats.number(value)


def _column_item(column: BoundColumn, *, shown: bool, fixed: bool) -> str:
    """Return one line of the column chooser; made in Python because there are dozens."""
    is_masked = column.access == "masked" and column.personal
    note = badges.tag(_("脱敏"), css="zk-tag-sm") if is_masked else ""
    checked = mark_safe(" checked") if shown else ""
    disabled = mark_safe(" disabled") if fixed else ""
    kept = format_html('<input type="hidden" name="columns" value="{}">', column.name)
    end = (
        format_html("{}{}", kept, graphics.icon("lock"))
        if fixed
        else format_html("{}{}", note, graphics.icon("grip-vertical", "zk-grip"))
    )
    return format_html(
        '<li data-column="{}"><label><input type="checkbox" name="columns" value="{}"{}{}>'
        '<span class="zk-trunc">{}</span></label>{}</li>',
        column.name, column.name, checked, disabled, column.title, end,
    )  # fmt: skip


def _bare(query: str) -> dict[str, str]:
    return {k: v for k, v in QueryDict(query).items() if k not in {*PLACE, "view"} and v}


def _address(resource: Resource, query: Mapping[str, Any]) -> str:
    kept = urlencode({k: v for k, v in query.items() if v not in (None, "")})
    return f"{resource.url}?{kept}" if kept else resource.url


@per_rights
def _headings(
    by: Actor, key: str, names: tuple[str, ...], in_force: tuple[tuple[str, str], ...]
) -> list[Heading]:
    """Return the heads of these columns; each leads to the list sorted by it."""
    resource, query, found = registry.resource(key), dict(in_force), []
    order = query.get("sort") or resource.order
    for column in resource.bound_columns(by, names):
        css = "zk-r" if cells.is_number(column) else ""
        if not column.column.sortable:
            found.append(Heading(column.title, css))
            continue
        name, is_now = column.name, order.lstrip("-") == column.name
        descending = order.startswith("-")
        # Figures and moments are wanted largest and newest first, names from A on.
        first = f"-{name}" if css or cells.look_of(column) == "ago" else name
        turned = name if descending else f"-{name}"
        state = ("descending" if descending else "ascending") if is_now else ""
        url = _address(resource, {**query, "sort": turned if is_now else first})
        found.append(Heading(column.title, css, url, state))
    return found
