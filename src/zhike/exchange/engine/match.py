"""Which rows exist already: by the chosen key, by unique fields, and by look-alike names."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, models
from django.db.models import F
from django.utils.translation import gettext as _

from zhike.duplicates.queries import matches
from zhike.exchange.engine.fields import unique_sets
from zhike.exchange.engine.plan import DONE, DUPLICATE, GOOD, KEEP, SAME, UPDATE, Plan
from zhike.exchange.engine.threads import in_threads
from zhike.kernel import kinds
from zhike.kernel.actor import Actor
from zhike.kernel.clearance import withheld
from zhike.kernel.kinds.names import normalise
from zhike.kernel.scope import NOBODY, EqualsAny, Ids

SLICE = 10_000
COMPARED = 20_000  # rows of a file that are compared by sound; equal names are found in all
COMPARED_AT_ONCE = 5_000
COMPARERS = 2  # portions compared at the same time: one waits for the database meanwhile
LIKELY = 0.8
DUPLICATE_KINDS = {"customers.customer": "customer"}


def slices(items: Iterable[Any], size: int = SLICE) -> Iterator[list[Any]]:
    """Return the items in lists of at most ``size``."""
    found = list(items)
    for start in range(0, len(found), size):
        yield found[start : start + size]


def among(column: str, values: Sequence[Any]) -> EqualsAny:
    """Return ``column = ANY(values)``: one parameter, where IN would take thousands."""
    types = {*map(type, values)}
    if types == {int}:
        return EqualsAny(F(column), Ids(values))
    return EqualsAny(F(column), Texts(values) if types == {str} else values)


class Texts(models.Value):
    """Texts as one parameter, the text of the array, as ``Ids`` for ids."""

    def __init__(self, texts: Sequence[str]) -> None:
        whole = "\0".join(texts).replace("\\", "\\\\").replace('"', '\\"')
        super().__init__('{"' + whole.replace("\0", '","') + '"}')

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:  # noqa: ARG002
        """Return the parameter with its type."""
        return "%s::varchar[]", [self.value]


def match_key(plan: Plan, by: Actor, done: set[int]) -> None:
    """Decide insert or update of every row by the key; find duplicates inside the file."""
    if not plan.key:
        if plan.mode == "update":
            _refuse_all(plan)
        return
    values = plan.values[plan.key]
    title = plan.targets[plan.key].title
    seen: dict[Any, int] = {}
    for row, value in enumerate(values):
        if value is KEEP or value in (None, ""):
            if plan.mode == "update" and plan.good(row):
                plan.refuse(row, plan.key, _("缺少“%s”，无法找到要更新的记录。") % title)
            continue
        if value in seen:
            number = plan.row_numbers[seen[value]]
            plan.refuse(
                row,
                plan.key,
                _("“%(title)s”与第 %(row)s 行重复。") % {"title": title, "row": number},
            )
        else:
            seen[value] = row
    found = _by_value(plan, plan.key, seen)
    _decide(plan, by, {v: r for v, r in seen.items() if r not in done}, found)


def _refuse_all(plan: Plan) -> None:
    for row in range(len(plan)):
        plan.refuse(row, "", _("只更新时需要选择匹配字段。"))


def _by_value(plan: Plan, name: str, wanted: Iterable[Any]) -> dict[Any, list[int]]:
    found: dict[Any, list[int]] = {}
    rows = plan.resource.model.unscoped.filter(archived_at__isnull=True)
    column = plan.targets[name].field.attname
    for part in slices(wanted):
        pairs = rows.filter(among(column, part)).values_list(column, "pk")
        for value, pk in pairs.iterator(chunk_size=SLICE):
            found.setdefault(value, []).append(pk)
    return found


def _decide(plan: Plan, by: Actor, seen: dict[Any, int], found: dict[Any, list[int]]) -> None:
    model = plan.resource.model
    all_ids = [pk for value in seen for pk in found.get(value, ())]
    mine = _within(model, by, "change", all_ids) if plan.mode != "insert" else set(all_ids)
    title = plan.targets[plan.key].title
    for value, row in seen.items():
        ids = found.get(value, [])
        if not plan.good(row):
            continue
        if not ids:
            if plan.mode == "update":
                plan.refuse(row, plan.key, _("没有找到“%(title)s”为“%(value)s”的记录。")
                            % {"title": title, "value": str(value)[:60]})  # fmt: skip
        elif plan.mode == "insert":
            plan.refuse(row, plan.key, _("已存在，跳过。"), fate=DUPLICATE)
        elif len(ids) > 1:
            plan.refuse(row, plan.key, _("有 %d 条已有记录符合，无法确定更新哪一条。") % len(ids))
        elif ids[0] not in mine:
            plan.refuse(row, plan.key, _("已存在，但不在您的可修改范围内。"))
        else:
            plan.fates[row], plan.ids[row] = UPDATE, ids[0]


def _within(model: Any, by: Actor, verb: str, ids: Sequence[int]) -> set[int]:
    everything = by.breadth(model.key(), verb).everything
    if by.is_system or (everything and withheld(model, by, verb) == NOBODY):
        return set(ids)
    rows = model.objects.visible_to(by, verb)
    return {
        pk
        for part in slices(ids)
        for pk in rows.filter(among("pk", part)).values_list("pk", flat=True)
    }


def match_unique(plan: Plan, by: Actor, done: set[int]) -> None:
    """Refuse rows that break a unique field or constraint, in the file or against the database."""
    for names, condition, message in unique_sets(plan.resource.model):
        if not set(names) <= plan.values.keys() or names == (plan.key,):
            continue
        seen: dict[tuple[Any, ...], int] = {}
        for row, value in enumerate(zip(*(plan.values[name] for name in names), strict=True)):
            if KEEP in value or None in value or "" in value or plan.fates[row] not in GOOD:
                continue
            if value in seen:
                number = plan.row_numbers[seen[value]]
                plan.refuse(row, names[-1], _("与第 %d 行重复。") % number)
            else:
                seen[value] = row
        _against_database(plan, by, names, condition, message, seen, done)


def _against_database(
    plan: Plan,
    by: Actor,
    names: tuple[str, ...],
    condition: models.Q,
    message: str,
    seen: dict[tuple[Any, ...], int],
    done: set[int],
) -> None:
    model = plan.resource.model
    columns = [plan.targets[name].field.attname for name in names]
    taken: dict[tuple[Any, ...], int] = {}
    for part in slices(v[0] for v in seen):
        rows = model.unscoped.filter(condition, among(columns[0], part))
        for *value, pk in rows.values_list(*columns, "pk").iterator(chunk_size=SLICE):
            taken[tuple(value)] = pk
    clashes = {
        row: taken[value]
        for value, row in seen.items()
        if value in taken and taken[value] != plan.ids[row] and row not in done
    }
    if not clashes:
        return
    visible = _titles(plan, by, clashes.values())
    fate = DUPLICATE if plan.mode == "insert" else "error"
    for row, pk in clashes.items():
        known = visible.get(pk)
        text = (
            _("已有记录“%s”使用这个值。") % known if known else message or _("已有记录使用这个值。")
        )
        plan.refuse(row, names[-1], str(text), fate=fate)


def _titles(plan: Plan, by: Actor, ids: Iterable[int]) -> dict[int, str]:
    """Names of records that the actor may see; of others only the existence is told (DAT-025)."""
    rows = plan.resource.model.objects.visible_to(by, "view", archived=True)
    return {
        row.pk: plan.resource.title_of(row, by)
        for part in slices(set(ids), 1_000)
        for row in rows.filter(among("pk", part))
    }


def find_lookalikes(plan: Plan, by: Actor) -> None:
    """Warn of companies that may exist already, in the file or stored (DAT-023, DAT-024)."""
    find_sounding_alike(plan, find_same_names(plan, by), by)


def find_same_names(plan: Plan, by: Actor) -> dict[str, list[int]]:
    """Warn of companies whose normalised name exists already, in the file or stored (DAT-023).

    Returns:
        Name field -> the rows that nothing was found for, one for each name.
    """
    model = plan.resource.model
    stored = {f.name for f in model._meta.concrete_fields}
    alone: dict[str, list[int]] = {}
    for name, target in plan.targets.items():
        if not isinstance(target.field, kinds.CompanyName) or f"{name}_normal" not in stored:
            continue
        seen: dict[str, int] = {}
        for row, value in enumerate(plan.values[name]):
            if value is KEEP or not value or not (plan.good(row) or plan.fates[row] == DONE):
                continue
            normal = normalise(value)
            if normal not in seen:
                seen[normal] = row
            elif plan.good(row):
                number = plan.row_numbers[seen[normal]]
                plan.warn(row, name, _("与第 %(row)s 行“%(name)s”相似。")
                          % {"row": number, "name": plan.values[name][seen[normal]]})  # fmt: skip
        fresh = {normal: row for normal, row in seen.items() if plan.fates[row] != DONE}
        near = _same_stored(plan, name, fresh)
        _warn_of(plan, name, near, by)
        alone[name] = [row for row in fresh.values() if row not in near]
    return alone


def _same_stored(plan: Plan, name: str, seen: dict[str, int]) -> dict[int, int]:
    rows = plan.resource.model.unscoped.filter(archived_at__isnull=True, pk__lte=plan.newest)
    found: dict[int, int] = {}
    for part in slices(seen):
        near = rows.filter(among(f"{name}_normal", part))
        for normal, pk in near.values_list(f"{name}_normal", "pk").iterator(SLICE):
            if pk != plan.ids[seen[normal]]:
                found.setdefault(seen[normal], pk)
    return found


def _warn_of(plan: Plan, name: str, near: dict[int, int], by: Actor) -> None:
    titles = _titles(plan, by, near.values())
    for row, pk in near.items():
        plan.warn(row, name, _("与“%s”相似。") % (titles.get(pk) or _("他人名下的客户")))


def find_sounding_alike(plan: Plan, alone: dict[str, list[int]], by: Actor) -> None:
    """Warn of records that are probably the same, by the rule of duplicates (DAT-024).

    It may follow the writing of the same plan: records that came after it are left out.

    Args:
        alone: what ``find_same_names`` returned.
    """
    for name, rows in alone.items():
        _warn_of(plan, name, _sounding_alike(plan, rows), by)


def _sounding_alike(plan: Plan, rows: list[int]) -> dict[int, int]:
    kind = DUPLICATE_KINDS.get(plan.resource.key)
    if kind is None:
        return {}
    found: dict[int, int] = {}
    names = list(plan.values)

    def compare(part: list[int]) -> None:
        given = [
            {n: v for n in names if (v := plan.values[n][row]) is not KEEP and v} for row in part
        ]
        likely = matches(kind, given, least=LIKELY, newest=plan.newest)
        for row, matched in zip(part, likely, strict=True):
            others = [one.id for one in matched if one.id != plan.ids[row]]
            if others:
                found[row] = others[0]

    parts = list(slices(rows[:COMPARED], COMPARED_AT_ONCE))
    if connection.in_atomic_block or len(parts) < 2:
        for part in parts:
            compare(part)
    else:
        with in_threads(COMPARERS) as submit:
            for part in parts:
                submit(compare, part)
    return found


def find_unchanged(plan: Plan) -> None:
    """Note versions of the rows to update, and which of them would change nothing."""
    updates = {pk: row for row, pk in enumerate(plan.ids) if pk and plan.fates[row] == UPDATE}
    if not updates:
        return
    names = [n for n in plan.values if n != plan.key]
    columns = [plan.targets[n].field.attname for n in names]
    rows = plan.resource.model.unscoped.all()
    for part in slices(updates):
        stored = rows.filter(among("pk", part)).values_list("pk", "version", *columns)
        for pk, version, *values in stored.iterator(chunk_size=SLICE):
            row = updates[pk]
            plan.versions[pk] = version
            cells = [plan.values[n][row] for n in names]
            if all(c is KEEP or c == v for c, v in zip(cells, values, strict=True)):
                plan.fates[row] = SAME
