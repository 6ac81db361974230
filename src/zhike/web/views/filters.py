"""The dialog that adds or changes one filter; it is an ordinary form and works without script."""

from typing import Any

from django.db.models import ForeignKey
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from zhike.kernel.actor import Actor
from zhike.kernel.columns import BoundColumn, Column, bind
from zhike.kernel.errors import BadQuery, Forbidden
from zhike.kernel.filters import list_filter
from zhike.kernel.listing import Listing
from zhike.kernel.resources import Resource
from zhike.web.answers import into, page
from zhike.web.chips import filter_fields, names_of, operator_title, operators_of
from zhike.web.forms import FIRST_CHOICES
from zhike.web.links import choices_for
from zhike.web.views.list import PLACE

MANY = {"in", "not"}


def edit(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Show the form of a filter, or with ``apply`` go to the list that has it."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not by.may(resource.key, "view"):
        raise Forbidden(resource=resource.key, verb="view")
    query = QueryDict(request.GET.get("query", ""), mutable=True)
    column = _column(resource, by, request.GET.get("field", ""))
    if column and request.GET.get("apply"):
        return HttpResponseRedirect(_applied(resource, by, column, query, request.GET))
    fields = filter_fields(resource, by)
    context: dict[str, Any] = {
        "resource": resource, "fields": fields, "query": query.urlencode(), "column": column,
    }  # fmt: skip
    if column:
        context |= _choices(column, by, request.GET, query)
    template = "filter_dialog" if into(request, "dialog") else "filter"
    return page(request, f"web/list/{template}.html", context)


def _column(resource: Resource, by: Actor, path: str) -> BoundColumn | None:
    if not path:
        return None
    if extra := list_filter(resource.key, path):
        return extra.bound(by)
    column = bind(Column(path), resource.model, by) if path in resource.filters else None
    if column is None:
        raise BadQuery(_("不能按“%s”筛选。") % path)
    return column


def _choices(column: BoundColumn, by: Actor, asked: QueryDict, query: QueryDict) -> dict[str, Any]:
    field = column.field
    operators = operators_of(field)
    if column.access == "masked" and column.personal:
        operators = [name for name in operators if name not in {"gte", "lte", "contains"}]
    chosen = asked.get("op") or operators[0]
    current = _current(column.name, chosen, query)
    context: dict[str, Any] = {
        "operators": [(op, operator_title(field, op), op == chosen) for op in operators],
        "values": current,
        "value": current[0] if current else "",
        "widget": _widget(field),
    }
    if context["widget"] == "choices":
        offered = field.flatchoices or [("1", _("是")), ("0", _("否"))]
        context["options"] = [(str(v), title, str(v) in current) for v, title in offered]
    if context["widget"] == "link":
        from zhike.web.views.chooser import url_for

        context["chooser_url"] = url_for(field)
        context["options"] = _linked(field, current, by)
    return context


def _linked(field: Any, current: list[str], by: Actor) -> list[tuple[str, str, bool]]:
    """Return the chosen rows, oneself, and the first others: without script these are all."""
    names = names_of(field, current, by)
    options = [(v, names.get(v, f"#{v}"), True) for v in current]
    if field.related_model._meta.label_lower == "identity.user" and "me" not in current:
        options.append(("me", _("我"), False))
    known = {value for value, _title, _chosen in options}
    first = [(str(row.pk), str(row), False) for row in choices_for(field, by)[:FIRST_CHOICES]]
    return options + [one for one in first if one[0] not in known]


def _current(path: str, operator: str, query: QueryDict) -> list[str]:
    raw = query.get(f"{path}__{operator}") or query.get(path) or ""
    return [value for value in raw.split(",") if value]


def _widget(field: Any) -> str:
    if isinstance(field, ForeignKey):
        return "link"
    if getattr(field, "flatchoices", None) or field.get_internal_type() == "BooleanField":
        return "choices"
    known = {"DateField": "date", "DateTimeField": "date"}
    return known.get(field.get_internal_type(), "text")


def _applied(
    resource: Resource, by: Actor, column: BoundColumn, query: QueryDict, asked: QueryDict
) -> str:
    """Return the list's address with the filter; an unusable value is refused here."""
    operator = asked.get("op", "")
    if operator not in operators_of(column.field):
        raise BadQuery(_("“%(field)s”不支持这种比较。") % {"field": column.title})
    values = [value.strip() for value in asked.getlist("value") if value.strip()]
    for name in list(query):
        old = asked.get("old")
        same = name in {column.name, f"{column.name}__{operator}"}
        if name in PLACE or same or (old and name == f"{column.name}__{old}"):
            del query[name]
    if operator == "empty":
        values = ["0" if values and values[0] in {"0", "false"} else "1"]
    if values:
        name = f"{column.name}__{operator}"
        query[name] = ",".join(values) if operator in MANY else values[0]
        checked = Listing(resource, by, {name: query[name]})
        checked.filtered  # noqa: B018  (building the condition cleans the values)
    return f"{resource.url}?{query.urlencode()}" if query else resource.url
