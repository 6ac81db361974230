"""Columns of a file to values of fields, a column at a time."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.utils.translation import gettext as _

from zhike.exchange.engine.fields import Target, link_keys
from zhike.exchange.engine.mapping import scale_of
from zhike.exchange.engine.plan import CLEAR_MARKS, KEEP, Plan
from zhike.kernel import kinds
from zhike.kernel.actor import Actor

LOOKUP_SIZE = 10_000
MASK = "**"


def clean_columns(plan: Plan, columns: dict[str, Sequence[Any]], by: Actor) -> None:
    """Fill ``plan.values`` from the raw columns (by header); refuse the rows that do not fit."""
    for name, target in plan.targets.items():
        raw = columns[plan.headers[name]]
        plan.values[name] = _column(plan, target, raw, by)


def _column(plan: Plan, target: Target, raw: Sequence[Any], by: Actor) -> list[Any]:
    values: list[Any] = [KEEP] * len(raw)
    filled = [row for row, cell in enumerate(raw) if cell is not None]
    marks = [row for row in filled if type(raw[row]) is str and raw[row] in CLEAR_MARKS]
    masked = _masked(plan, target, raw, filled) if target.personal else set()
    if marks or masked:
        out = {*marks, *masked}
        filled = [row for row in filled if row not in out]
    for row in marks:
        values[row] = _cleared(plan, target, row)
    scale = scale_of(plan.headers[target.name]) if isinstance(target.field, kinds.Money) else ""
    cells = [raw[row] for row in filled] if len(filled) < len(raw) else raw
    if scale:
        cells = [_scaled(cell, scale) for cell in cells]
    if target.is_link:
        return _links(plan, target, cells, filled, values, by)
    found = target.kind.clean_column(cells)
    if len(filled) == len(raw):
        values = found.values
    else:
        for row, value in zip(filled, found.values, strict=True):
            values[row] = value
    for at, message in found.errors.items():
        plan.refuse(filled[at], target.name, message)
    return values


def _masked(plan: Plan, target: Target, raw: Sequence[Any], rows: Iterable[int]) -> set[int]:
    """Cells of an export in which personal data was masked; they say nothing about the value."""
    found = {row for row in rows if type(raw[row]) is str and MASK in raw[row]}
    for row in found:
        plan.warn(row, target.name, _("这是脱敏后的内容，不导入，保留原值。"))
    return found


def _scaled(cell: Any, scale: str) -> Any:
    text = str(cell).strip()
    return f"{text}{scale}" if text[-1:].isdigit() else cell


def _cleared(plan: Plan, target: Target, row: int) -> Any:
    f = target.field
    if not (f.blank or f.null or f.has_default()):
        plan.refuse(row, target.name, _("必填字段不能清空。"))
        return KEEP
    return empty_value(f)


def empty_value(f: Any) -> Any:
    """Return what a field holds when nothing was given."""
    if f.has_default():
        return f.get_default()
    return None if f.null else "" if f.empty_strings_allowed else None


def _links(
    plan: Plan,
    target: Target,
    cells: Sequence[Any],
    rows: Sequence[int],
    values: list[Any],
    by: Actor,
) -> list[Any]:
    texts = [_as_text(cell) for cell in cells]
    found = resolve(target.field, texts, by)
    missing = _("没有找到“%s”，或它不在您的数据范围内。")
    several = _("“%s”对应多条记录，请改用编号。")
    for row, text in zip(rows, texts, strict=True):
        key = found.get(text)
        if key is None:
            plan.refuse(row, target.name, (several if text in found else missing) % text[:60])
        else:
            values[row] = key
    if isinstance(target.field, kinds.Owner | kinds.Unit):
        _assignment(plan, target, rows, values, by)
    return values


def _as_text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split())


def resolve(f: Any, texts: Sequence[str], by: Actor) -> dict[str, int | None]:
    """Return text -> id of the record it names within the actor's scope; None when ambiguous.

    One query for each key of the linked model and 10,000 names.
    """
    model = f.related_model
    rows = model.objects.visible_to(by, "view", archived=True)
    if isinstance(f, kinds.Owner) or model._meta.label == "identity.User":
        rows = model.unscoped.filter(models.Q(pk__in=rows.values("pk")) | models.Q(pk=by.user_id))
    found: dict[str, int | None] = {}
    wanted = dict.fromkeys(text for text in texts if text)
    for key in link_keys(model):
        missing = [text for text in wanted if text not in found]
        for start in range(0, len(missing), LOOKUP_SIZE):
            _lookup(rows, key, missing[start : start + LOOKUP_SIZE], found)
    return found


def _lookup(rows: Any, key: str, texts: list[str], found: dict[str, int | None]) -> None:
    own: dict[str, int | None] = {}
    try:
        pairs = rows.filter(**{f"{key}__in": texts}).values_list(key, "pk")
    except FieldError:
        return
    for text, pk in pairs.iterator(chunk_size=LOOKUP_SIZE):
        own[text] = None if text in own and own[text] != pk else pk
    found.update(own)


def _assignment(
    plan: Plan, target: Target, rows: Sequence[int], values: list[Any], by: Actor
) -> None:
    """Records for other people or units need the right to assign."""
    if by.is_system or by.may(plan.resource.key, "assign"):
        return
    is_owner = isinstance(target.field, kinds.Owner)
    allowed = {by.user_id} if is_owner else set(by.unit_ids)
    message = (
        _("您没有把记录分配给他人的权限。") if is_owner else _("您没有把记录归到其他部门的权限。")
    )
    for row in rows:
        if values[row] is not KEEP and values[row] is not None and values[row] not in allowed:
            plan.refuse(row, target.name, message)
