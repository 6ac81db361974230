"""Lists: filter, sort, page, count and sum a resource for one reader; shared by HTML, API, export.

State lives in the query string: ``grade=vip,gold``, ``amount__gte=1000``, ``q=蓝屿``,
``sort=-amount``, ``columns=name,grade``, ``page=2`` or ``after=<cursor>``. Counting stops at
``COUNT_CAP`` and pages beyond it are reached by cursor, so that no page of a million rows is slow.
"""

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, DateField, F, ForeignKey, Func, Q, QuerySet, Sum, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.kernel.actor import Actor
from zhike.kernel.columns import BoundColumn, Column, bind
from zhike.kernel.errors import BadQuery
from zhike.kernel.filters import list_filter
from zhike.kernel.prepared import replanned
from zhike.kernel.registry import registry
from zhike.kernel.resources import Resource
from zhike.kernel.scope import Via, among_of
from zhike.kernel.search import narrow

COUNT_CAP = 1_000
CROWD_AGE = 60
PAGE_SIZES = (20, 50, 100)
MAX_CONDITIONS = 40
RESERVED = frozenset(
    {"q", "sort", "page", "per_page", "after", "columns", "view", "peek", "archived"}
)

PLACE = frozenset({"sort", "page", "per_page", "after", "columns", "view", "peek"})  # not what
DAYS_FROM_TODAY = re.compile(r"([+-]?\d{1,4})d")  # -30d: thirty days ago, for saved views
# Resource key -> the ids of rows and all below them; packages with a tree register theirs.
SUBTREES: dict[str, Callable[[list[int]], set[int]]] = {}
LOOKUPS = {
    "is": "exact",
    "in": "in",
    "not": "in",
    "contains": "icontains",
    "gte": "gte",
    "lte": "lte",
    "quiet": "lt",
    "empty": "isnull",
    "under": "startswith",
}


@dataclass(frozen=True)
class Condition:
    """One filter chip: field · operator · values."""

    path: str
    operator: str
    values: tuple[str, ...]
    field: Any
    title: str


@dataclass(frozen=True)
class Listing:
    """One reader's list of one resource under one query.

    ``within`` is a condition of the page around it, such as "of this customer".
    """

    resource: Resource
    by: Actor
    query: Mapping[str, str]
    within: Q = field(default_factory=Q)

    @cached_property
    def columns(self) -> list[BoundColumn]:
        """The columns to show, from the query, else the resource's defaults."""
        named = self.query.get("columns", "")
        names = named.split(",") if named else list(self.resource.default_columns)
        known = {c.name for c in self.resource.all_columns()}
        unknown = [name for name in names if name not in known]
        if unknown:
            raise BadQuery(_("没有“%s”这一列。") % unknown[0])
        return self.resource.bound_columns(self.by, names or None)

    @cached_property
    def conditions(self) -> list[Condition]:
        """The filters of the query, checked.

        Raises:
            BadQuery: an unknown field or operator, or a field hidden from the reader.
        """
        found = [
            self._condition(name, value)
            for name, value in self.query.items()
            if name not in RESERVED and value != ""
        ]
        if len(found) > MAX_CONDITIONS:
            raise BadQuery(_("筛选条件最多 %d 个。") % MAX_CONDITIONS)
        return found

    def _condition(self, name: str, value: str) -> Condition:
        path, __, operator = name.partition("__")
        extra = list_filter(self.resource.key, path)
        if extra is None and path not in self.resource.filters:
            raise BadQuery(_("不能按“%s”筛选。") % name)
        column = extra.bound(self.by) if extra else bind(Column(path), self.resource.model, self.by)
        if column is None:
            raise BadQuery(_("不能按“%s”筛选。") % name)
        allowed = getattr(column.field, "operators", ("is", "in", "not", "empty"))
        operator = operator or ("in" if "in" in allowed else "is")
        if operator not in allowed or operator not in LOOKUPS:
            raise BadQuery(_("“%(field)s”不支持这种比较。") % {"field": column.title})
        if column.access == "masked" and column.personal and operator in {"gte", "lte", "contains"}:
            raise BadQuery(_("“%(field)s”已脱敏，只能整项匹配。") % {"field": column.title})
        values = tuple(value.split(",")) if operator in {"in", "not"} else (value,)
        return Condition(path, operator, values, column.field, column.title)

    @cached_property
    def filtered(self) -> "QuerySet[Any]":
        """The reader's rows under the filters and the typed text, unsorted."""
        rows = self.resource.rows(self.by)
        if self.query.get("archived") == "1":
            rows = self.resource.model.objects.visible_to(self.by, "view", archived=True)
            rows = rows.filter(archived_at__isnull=False)
        rows = rows.filter(self.within) if self.within else rows
        for condition in self.conditions:
            rows = self._apply(rows, condition)
        text = self.query.get("q", "").strip()
        return narrow(rows, text[:100], by=self.by) if text else rows

    def _apply(self, rows: "QuerySet[Any]", condition: Condition) -> "QuerySet[Any]":
        name = condition.path.replace(".", "__")
        if extra := list_filter(self.resource.key, condition.path):
            test = extra.condition(condition.values, self.by)
            return rows.exclude(test) if condition.operator == "not" else rows.filter(test)
        try:
            values = [self._value(condition, v) for v in condition.values]
        except (ValidationError, ValueError, TypeError, OverflowError) as error:
            message = "; ".join(getattr(error, "messages", [str(error)]))
            raise BadQuery(f"{condition.title}：{message}") from error
        if condition.operator in {"in", "not"}:
            test = Q(**{f"{name}__in": values})
            return rows.exclude(test) if condition.operator == "not" else rows.filter(test)
        if condition.operator == "under" and isinstance(condition.field, ForeignKey):
            unit: Any = condition.field.related_model
            below = SUBTREES[unit.key()]([values[0]])
            return rows.filter(**{f"{name}__in": below})
        test = Q(**{f"{name}__{LOOKUPS[condition.operator]}": values[0]})
        if condition.operator == "quiet":  # what never happened is as quiet as what was long ago
            test |= Q(**{f"{name}__isnull": True})
        return rows.filter(test)

    def _value(self, condition: Condition, raw: str) -> Any:
        if condition.operator == "empty":
            return raw in {"1", "true", "yes"}
        link = isinstance(condition.field, ForeignKey)
        if condition.operator in {"contains", "under"} and not link:
            return raw
        if link:
            return self.by.user_id if raw == "me" else int(raw)
        if isinstance(condition.field, DateField) and (days := DAYS_FROM_TODAY.fullmatch(raw)):
            raw = (timezone.localdate() + timedelta(days=int(days[1]))).isoformat()
        clean = getattr(condition.field, "clean_value", condition.field.to_python)
        return clean(raw)

    @cached_property
    def order(self) -> list[str]:
        """The ORM ordering, always ending in the id.

        Raises:
            BadQuery: a column that is unknown, hidden or not sortable.
        """
        asked = self.query.get("sort") or self._own_order()
        name = asked.lstrip("-")
        sign = "-" if asked.startswith("-") else ""
        if self.query.get("sort") and name not in {"id", *self._plain_orders}:
            known = {c.name: c for c in self.resource.all_columns()}
            column = known.get(name)
            if column is None or not column.sortable:
                raise BadQuery(_("不能按“%s”排序。") % name)
            bound = bind(column, self.resource.model, self.by)
            if bound is None or (bound.personal and bound.access == "masked"):
                raise BadQuery(_("不能按“%s”排序。") % name)  # the order would tell the value
        orm = name.replace(".", "__")
        return [f"{sign}id"] if name == "id" else [f"{sign}{orm}", f"{sign}id"]

    def _own_order(self) -> str:
        """The resource's own order, or newest first where it would tell a hidden value."""
        own = self.resource.order
        name = own.lstrip("-")
        if name in {"id", *self._plain_orders}:
            return own
        bound = bind(Column(name), self.resource.model, self.by)
        telling = bound is None or (bound.personal and bound.access == "masked")
        return "-id" if telling else own

    @property
    def _plain_orders(self) -> set[str]:
        """Orders that every resource has besides its columns, unless hidden from the reader."""
        key, by = self.resource.key, self.by
        return {n for n in ("updated_at", "created_at") if by.field_access(key, n) != "hidden"}

    @property
    def size(self) -> int:
        """Rows on a page."""
        try:
            size = int(self.query.get("per_page") or 50)
        except ValueError:
            size = 0
        if not 1 <= size <= PAGE_SIZES[-1]:
            raise BadQuery(_("每页行数应为 1 到 %d。") % PAGE_SIZES[-1])
        return size

    @cached_property
    def count(self) -> int:
        """The number of rows, at most ``COUNT_CAP`` + 1, which means more than the cap.

        A page that is not full tells it without counting. "More than the cap" is remembered for
        ``CROWD_AGE`` seconds, an exact number never is.
        """
        if "rows" in self.__dict__ and not self.query.get("after") and self._ends_here:
            return (self.page - 1) * self.size + len(self.rows)
        name = self._count_name()
        if name and cache.get(name):
            return COUNT_CAP + 1
        count = self.filtered.order_by()[: COUNT_CAP + 1].count()
        if name and count > COUNT_CAP:
            cache.set(name, True, CROWD_AGE)
        return count

    @property
    def _ends_here(self) -> bool:
        return len(self.rows) <= self.size and (bool(self.rows) or self.page == 1)

    def _count_name(self) -> str:
        """The cache key of what is counted: reader, his reach, filters; "" where none is sure."""
        by, key = self.by, self.resource.key
        if self.within or by.user_id is None:
            return ""
        kept = sorted((n, v) for n, v in self.query.items() if n not in PLACE and v)
        reach = (by.breadth(key, "view"), tuple(by.team_roles(key, "view")))
        return f"count:{key}:{by.user_id}:{hash((tuple(kept), reach))}"

    @cached_property
    def page(self) -> int:
        """The page number; pages above the cap are reached by cursor only."""
        try:
            number = int(self.query.get("page") or 1)
        except ValueError:
            number = 0
        if not 1 <= number <= max(1, -(-(COUNT_CAP + 1) // self.size)):
            raise BadQuery(_("没有这一页。"))
        return number

    def ids(self) -> "QuerySet[Any]":
        """Return the filtered rows in order, for bulk actions, exports and walking."""
        return self.filtered.order_by(*self.order)

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The page's rows as plain values: ``id``, ``version`` and each column's source.

        A link also gives its key under the column's ORM path, so that cells can lead there.
        """
        after = self.query.get("after")
        if not after:
            if self._is_shipped and self.page == 1:
                return _first_page(self.by, self.resource.key, tuple(sorted(self.query.items())))
            return list(self.page_query)
        found: list[dict[str, Any]] = []
        for stretch in self._beyond(after):
            found += self._wanted.filter(stretch)[: self.size + 1 - len(found)]
            if len(found) > self.size:
                break
        return found

    @property
    def _is_shipped(self) -> bool:
        """Whether the filters are those of a shipped view, so that many ask for just this."""
        asked = {n: v for n, v in self.query.items() if n not in PLACE and v}
        return not self.within and any(
            asked == {n: v for n, v in parse_qsl(view.query) if n not in PLACE}
            for view in self.resource.views
        )

    @property
    def _hangs_on_own(self) -> bool:
        """Whether the reader sees just the rows of parents of his own, few among all."""
        model = self.resource.model
        narrow = self.by.breadth(model.key(), "view").own_only and not self.within
        return narrow and any(isinstance(part, Via) for part in model.scope.parts_of())

    @property
    def _wanted(self) -> "QuerySet[Any]":
        shown = {name for c in self.columns for name in (c.source, c.column.orm)}
        sources = ["id", "version", *sorted(shown), *self._order_sources()]
        rows = self.filtered
        if self._hangs_on_own:  # else the planner walks all rows in order, and passes most of them
            rows = self.resource.model.unscoped.filter(among_of("id", rows.order_by().values("id")))
        return rows.order_by(*self.order).values(*dict.fromkeys(sources))

    @property
    def page_query(self) -> "QuerySet[Any]":
        """What ``rows`` asks for the page of this number."""
        start = (self.page - 1) * self.size
        return self._wanted[start : start + self.size + 1]

    def _order_sources(self) -> list[str]:
        return [name.lstrip("-") for name in self.order]

    @property
    def page_rows(self) -> list[dict[str, Any]]:
        """Return the rows of this page, without the one that only tells there are more."""
        return self.rows[: self.size]

    @property
    def next_cursor(self) -> str:
        """Return the cursor of the next page, or an empty string at the end."""
        if len(self.rows) <= self.size:
            return ""
        last = self.rows[self.size - 1]
        values = [last[name] for name in self._order_sources()]
        raw = json.dumps([v if isinstance(v, int | str | None) else str(v) for v in values])
        return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")

    def _beyond(self, cursor: str) -> list[Q]:
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            values = json.loads(raw)
            names = self._order_sources()
            if not isinstance(values, list) or len(values) != len(names):
                raise ValueError
            return _keyset(self.resource, self.order, values)
        except (ValueError, TypeError, ValidationError, OverflowError, RecursionError) as error:
            raise BadQuery(_("页码标记无效，请从第一页重新开始。")) from error

    @cached_property
    def sums(self) -> dict[str, Any]:
        """Totals of the columns that ask for them; left out where the list passes the cap."""
        wanted = {c.name: Sum(c.column.orm) for c in self.columns if c.column.total}
        if not wanted or self.count > COUNT_CAP:
            return {}
        keys = {f"sum_{i}": expr for i, expr in enumerate(wanted.values())}
        found = self.filtered.order_by().aggregate(**keys)
        return dict(zip(wanted, found.values(), strict=True))


@replanned
def _first_page(by: Actor, key: str, query: tuple[tuple[str, str], ...]) -> "QuerySet[Any]":
    return Listing(registry.resource(key), by, dict(query)).page_query


class _Row(Func):
    """``ROW(a, b)``; comparing two of them is one condition of an index on both columns."""

    function = "ROW"
    output_field = BooleanField()


def _keyset(resource: Resource, order: Sequence[str], values: Sequence[Any]) -> list[Q]:
    """Return what comes after these values for an ordering whose last part is the id.

    Each part is one stretch of an index, in order. A comparison of rows starts at the cursor even
    where a hundred thousand rows share one moment, as after an import; ``a < x OR a = x AND …``
    would walk them all. PostgreSQL puts NULL after everything when ascending and before everything
    when descending.
    """
    descending = order[0].startswith("-")
    names = [name.lstrip("-") for name in order]
    last = int(values[-1])
    tie = Q(**{f"id__{'lt' if descending else 'gt'}": last})
    if len(names) == 1:
        return [tie]
    name, value = names[0], values[0]
    empty = Q(**{f"{name}__isnull": True})
    if value is None:
        return [empty & tie, ~empty] if descending else [empty & tie]
    column = Column(name.replace("__", "."))
    field = column.field(resource.model)
    here = _Row(Value(field.to_python(value), output_field=field), Value(last))
    compare = LessThan if descending else GreaterThan
    beyond = Q(compare(_Row(F(name), F("id")), here))
    return [beyond] if descending or not column.nullable(resource.model) else [beyond, empty]
