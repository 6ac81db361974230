"""Filter chips in words: 分级 属于 VIP、金卡."""

from dataclasses import dataclass
from typing import Any

from django.db.models import ForeignKey
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.kernel.actor import Actor
from zhike.kernel.columns import Column, bind
from zhike.kernel.filters import LIST_FILTERS
from zhike.kernel.listing import LOOKUPS, Condition
from zhike.kernel.resources import Resource

OPERATORS = {
    "is": lazy("是"),
    "in": lazy("属于"),
    "not": lazy("不是"),
    "contains": lazy("包含"),
    "gte": lazy("不小于"),
    "lte": lazy("不大于"),
    "quiet": lazy("之后没有过"),
    "empty": lazy("为空"),
    "under": lazy("位于"),
}
DATE_OPERATORS = {"is": lazy("是"), "gte": lazy("不早于"), "lte": lazy("不晚于")}


@dataclass(frozen=True)
class Chip:
    """A filter in force."""

    field: str
    operator: str
    value: str
    remove_url: str
    edit_url: str


def operator_title(field: Any, operator: str) -> str:
    """Return the operator in words that suit the field."""
    is_date = field.get_internal_type() in {"DateField", "DateTimeField"}
    return str((DATE_OPERATORS if is_date else {}).get(operator) or OPERATORS[operator])


def operators_of(field: Any) -> list[str]:
    """Return the operators offered for a field."""
    allowed = getattr(field, "operators", ("is", "in", "not", "empty"))
    return [name for name in allowed if name in LOOKUPS and (name != "is" or "in" not in allowed)]


def filter_fields(resource: Resource, by: Actor) -> list[tuple[str, str]]:
    """Return path and title of the filters that this reader may use."""
    bound = [(path, bind(Column(path), resource.model, by)) for path in resource.filters]
    extra = LIST_FILTERS.get(resource.key, {}).values()
    return [
        *((path, column.title) for path, column in bound if column),
        *((one.name, str(one.title)) for one in extra if one.offered(by)),
    ]


def chips_of(page: Any) -> list[Chip]:
    """Return the chips of a ``ListPage``."""
    found = [_chip(page, condition) for condition in page.listing.conditions]
    if page.asked.get("archived") == "1":
        found.append(Chip(_("归档"), _("是"), _("已归档"), page.url(archived=None), ""))
    return found


def _chip(page: Any, condition: Condition) -> Chip:
    names = [
        name
        for name in page.asked
        if name.partition("__")[0] == condition.path and _operator(name, condition)
    ]
    query = QueryDict(mutable=True)
    query["field"], query["op"] = condition.path, condition.operator
    query["query"] = page.query_string
    return Chip(
        condition.title,
        operator_title(condition.field, condition.operator),
        value_text(condition, page.by),
        page.url(**dict.fromkeys(names)),
        f"{page.resource.url}filter/?{query.urlencode()}",
    )


def _operator(name: str, condition: Condition) -> bool:
    operator = name.partition("__")[2]
    return operator in {condition.operator, ""} if operator else condition.operator in {"in", "is"}


def value_text(condition: Condition, by: Actor) -> str:
    """Return the values of a filter in words."""
    field = condition.field
    if condition.operator == "empty":
        return _("是") if condition.values[0] in {"1", "true", "yes"} else _("否")
    if isinstance(field, ForeignKey):
        names = names_of(field, condition.values, by)
        return "、".join(names.get(v, f"#{v}") for v in condition.values)
    if condition.operator == "contains":
        return condition.values[0]
    return "、".join(_shown(field, value) for value in condition.values[:6])


def _shown(field: Any, raw: str) -> str:
    from django.core.exceptions import ValidationError

    if not hasattr(field, "display"):
        return dict(field.flatchoices).get(raw, raw) if getattr(field, "choices", None) else raw
    try:
        return str(field.display(field.clean_value(raw)))
    except (ValidationError, ValueError, TypeError):
        return raw


def names_of(field: Any, values: Any, by: Actor) -> dict[str, str]:
    """Return key -> name of the linked rows among ``values`` that the reader may see."""
    found = {"me": _("我")} if "me" in values else {}
    ids = [int(v) for v in values if v.isdigit()]
    if str(by.user_id) in values and field.related_model._meta.label_lower == "identity.user":
        found[str(by.user_id)] = by.name
    if ids:
        from zhike.web.links import choices_for

        found |= {str(row.pk): str(row) for row in choices_for(field, by).filter(pk__in=ids)}
    return found
