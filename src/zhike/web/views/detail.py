"""The page of one record, and the same in the drawer.

A package with a page of its own registers it: ``@detail.register("customers.customer")``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.models import ForeignKey, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zhike.kernel import clearance
from zhike.kernel.actor import Actor
from zhike.kernel.columns import BoundColumn, Column, bind
from zhike.kernel.errors import Forbidden, NotFound
from zhike.kernel.listing import Listing
from zhike.kernel.prepared import Id, prepared
from zhike.kernel.records import Record, Searchable
from zhike.kernel.registry import registry
from zhike.kernel.resources import Fields, Panel, Resource
from zhike.web import cells
from zhike.web.answers import into, page
from zhike.web.pages import Tool
from zhike.web.views import happened
from zhike.web.views.duplicates.redirect import to_survivor

RecordView = Callable[[HttpRequest, Resource, Any], HttpResponse]
PAGES: dict[str, RecordView] = {}
PEEKS: dict[str, RecordView] = {}
RELATED_ROWS = 8


def register(key: str, *, peek: bool = False) -> Callable[[RecordView], RecordView]:
    """Give a resource its own record page (or drawer): ``view(request, resource, row)``."""

    def add(view: RecordView) -> RecordView:
        (PEEKS if peek else PAGES)[key] = view
        return view

    return add


@dataclass(frozen=True)
class Fact:
    """One field with its value as the reader may see it."""

    name: str
    title: str
    html: SafeString
    reveal_url: str = ""
    edit_url: str = ""
    personal: bool = False


@dataclass
class Part:
    """A panel made ready."""

    kind: str
    title: str
    template: str
    facts: list[Fact] = field(default_factory=list)
    data: Any = None
    options: Any = None


def show(request: HttpRequest, resource: Resource, pk: int) -> HttpResponse:
    """Answer the record's page, or its drawer for a look beside the list."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    try:
        row = visible(resource, by, pk)
    except NotFound:
        moved = to_survivor(request, resource.key, pk)
        if moved is None:
            raise
        return moved
    if row.archived_at and (moved := to_survivor(request, resource.key, pk)) is not None:
        return moved
    if "peek" in request.GET or into(request, "drawer"):
        view = PEEKS.get(resource.key, drawer)
    else:
        view = PAGES.get(resource.key, record)
    return view(request, resource, row)


def visible(resource: Resource, by: Actor, pk: int, verb: str = "view") -> Any:
    """Return the record, archived or not, with its links loaded.

    Raises:
        Forbidden: no such right at all; NotFound: absent or out of scope.
    """
    if not by.may(resource.key, verb):
        raise Forbidden(resource=resource.key, verb=verb)
    for row in _one(by, resource.key, verb, pk):
        return row
    raise NotFound


@prepared
def _one(by: Actor, key: str, verb: str, pk: Id) -> "QuerySet[Any]":
    model = registry.resource(key).model
    links = [f.name for f in model._meta.fields if isinstance(f, ForeignKey)]
    rows = model.objects.visible_to(by, verb, archived=True).select_related(*links)
    return rows.filter(pk=pk).defer(*_unread(model))


@cache
def _unread(model: type[Record]) -> list[str]:
    """Return the columns that no page shows: search terms, and of people all but their names.

    A page that does read one pays with one more query, nothing else.
    """
    found = ["search_tsv"] if issubclass(model, Searchable) else []
    for link in model._meta.fields:
        if isinstance(link, ForeignKey):
            other: Any = link.related_model
            kept = {"id", "username", "display_name", "is_active"}
            person = other._meta.label_lower == "identity.user"
            found += [
                f"{link.name}__{f.name}"
                for f in other._meta.concrete_fields
                if f.name == "search_tsv" or (person and f.name not in kept)
            ]
    return found


def record(request: HttpRequest, resource: Resource, row: Any) -> HttpResponse:
    """Answer the generated page."""
    context = context_of(request, resource, row)
    return page(request, "web/record/record.html", context)


def drawer(request: HttpRequest, resource: Resource, row: Any) -> HttpResponse:
    """Answer the generated drawer: the facts and the buttons."""
    context = context_of(request, resource, row, related=False)
    template = "drawer" if getattr(request, "htmx", None) else "record"
    return page(request, f"web/record/{template}.html", context)


def context_of(
    request: HttpRequest, resource: Resource, row: Any, *, related: bool = True
) -> dict[str, Any]:
    """Return what the templates of a record need; hand-made pages may build on it."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    may_change = bool(resource.edit) and reaches(resource, by, row, "change")
    panels = resource.detail or [Fields()]
    parts = [
        part_of(resource, by, row, panel, may_change)
        for panel in panels
        if related or panel.kind == "fields"
    ]
    return {
        "resource": resource, "row": row, "title": resource.title_of(row, by),
        "parts": [part for part in parts if part], "tools": tools_of(resource, by, row, may_change),
        "url": resource.record_url(row.pk), "may_change": may_change,
        "may_archive": bool(resource.archive) and reaches(resource, by, row, "archive"),
        "off_paper": clearance.off_paper(row, by),
    }  # fmt: skip


def tools_of(resource: Resource, by: Actor, row: Any, may_change: bool) -> list[Tool]:
    """Return the buttons of a record that this person may press now."""
    url = resource.record_url(row.pk)
    # A record without a form of its own still has its actions: the right is asked anew for them.
    reach = {"change": may_change} if resource.edit else {}
    found: list[Tool] = []
    for action in resource.actions:
        if action.many or row.archived_at:
            continue
        if action.verb not in reach:
            reach[action.verb] = reaches(resource, by, row, action.verb)
        if reach[action.verb] and (action.available is None or action.available(row, by)):
            found.append(_tool(action, url))
    if may_change and not row.archived_at:
        found.insert(0, Tool(_("编辑"), f"{url}edit/", "edit", keys="e"))
    return found


def _tool(action: Any, url: str) -> Tool:
    asks = bool(action.fields)
    return Tool(
        action.title, f"{url}{action.slug}/", action.icon, dialog=asks, post=not asks,
        danger=action.danger, confirm=action.confirm,
    )  # fmt: skip


def reaches(resource: Resource, by: Actor, row: Any, verb: str) -> bool:
    """Tell whether the actor may use the verb on this row."""
    if not by.may(resource.key, verb):
        return False
    if by.breadth(resource.key, verb).everything:
        return True
    # The parts of the scope in order: owner and unit are answered from the row, without a query.
    parts = resource.model.scope.parts_of()
    return any(line.holds for part in parts for line in part.explain(row, by, verb))


def part_of(
    resource: Resource, by: Actor, row: Any, panel: Panel, may_change: bool = False
) -> Part | None:
    """Return a panel made ready, or None where the reader may not see it."""
    if panel.kind == "fields":
        names = panel.options.get("names") or _all_names(resource)
        facts = [fact(resource, by, row, name, may_change) for name in names]
        shown = [one for one in facts if one]
        return Part("fields", str(panel.title), "web/record/facts.html", shown) if shown else None
    if panel.kind == "related":
        return _related(by, row, panel)
    if panel.kind == "timeline":
        days = happened.timeline(resource, row, by)
        return Part(
            "timeline", str(panel.title or _("动态")), "web/record/timeline.html", data=days
        )
    if panel.kind == "history":
        from zhike.web.views.history import steps

        found = steps(resource, by, row, limit=20)
        return Part("history", str(panel.title), "web/record/steps.html", data=found)
    options = panel.options
    return Part("template", str(panel.title), options["template"], options=options)


def _all_names(resource: Resource) -> list[str]:
    plain = [c.name for c in resource.all_columns() if "." not in c.name]
    return list(dict.fromkeys([*plain, *resource.form_fields()]))


def fact(
    resource: Resource, by: Actor, row: Any, name: str, may_change: bool = True
) -> Fact | None:
    """Return one field of a record as the reader may see it; None where it is hidden."""
    declared = next((c for c in resource.all_columns() if c.name == name), None)
    column = bind(declared or Column(name), resource.model, by)
    if column is None:
        return None
    url = resource.record_url(row.pk)
    value = getattr(row, column.field.attname)
    masked = column.access == "masked" and column.personal and value not in (None, "")
    editable = may_change and name in resource.form_fields() and column.access != "readonly"
    return Fact(
        name, column.title, cells.value_html(column, by, _values(column, row)),
        f"{url}reveal/{name}/" if masked else "",
        f"{url}edit/{name}/" if editable and resource.edit else "",
        column.personal,
    )  # fmt: skip


def _values(column: BoundColumn, row: Any) -> dict[str, Any]:
    f = column.field
    if isinstance(f, ForeignKey):
        linked = getattr(row, f.name)
        shown = str(linked) if linked is not None else None
        return {"id": row.pk, column.source: shown, column.column.orm: getattr(row, f.attname)}
    return {"id": row.pk, column.source: getattr(row, f.attname)}


def _related(by: Actor, row: Any, panel: Panel) -> Part | None:
    other = registry.resources.get(panel.options["resource"])
    if other is None or not by.may(other.key, "view"):
        return None
    link = panel.options["link"]
    within = Q(**{f"{link}_id": row.pk})
    listing = Listing(other, by, {"per_page": str(RELATED_ROWS)}, within)
    columns = [c for c in listing.columns if c.name != link]
    data = {
        "resource": other, "columns": columns,
        "rows": cells.rows_html(other, by, columns, listing.page_rows),
        "headings": [(c.title, "zk-r" if cells.is_number(c) else "") for c in columns],
        "count": len(listing.page_rows), "more": bool(listing.next_cursor),
        "all_url": f"{other.url}?{link}={row.pk}" if link in other.filters else "",
        "new_url": f"{other.url}new/?{link}={row.pk}"
        if other.create and link in other.form_fields() and by.may(other.key, "create") else "",
    }  # fmt: skip
    return Part("related", str(panel.title or other.title), "web/record/related.html", data=data)
