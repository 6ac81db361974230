"""The dry run: read the file, judge every row, write nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from zhike.exchange.engine import mapping
from zhike.exchange.engine.clean import clean_columns
from zhike.exchange.engine.match import find_unchanged, match_key, match_unique
from zhike.exchange.engine.plan import CREATE, DONE, KEEP, Plan
from zhike.exchange.sheets.reader import Sheet, open_sheet
from zhike.kernel import kinds
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.registry import registry
from zhike.kernel.resources import Resource

DATE_FORMATS = {"date": "%Y-%m-%d", "datetime": "%Y-%m-%d %H:%M"}


def read(
    path: str, *, name: str, sheet: str = "", corrections: Mapping[str, Any] | None = None
) -> Sheet:
    """Return the file's table with the cells that were corrected on the page.

    Args:
        corrections: row number -> header -> the new text ("" empties the cell).

    Raises:
        SheetError: the file cannot be used.
    """
    found = open_sheet(path, name=name, sheet=sheet or None)
    places = {number: index for index, number in enumerate(found.row_numbers)}
    columns = dict(zip(found.headers, found.columns, strict=True))
    for number, cells in (corrections or {}).items():
        index = places.get(int(number))
        for header, text in cells.items():
            if index is not None and header in columns:
                columns[header][index] = text or None
    if corrections:
        fixed = {(int(number), header) for number, cells in corrections.items() for header in cells}
        found.warnings = [w for w in found.warnings if (w.row, w.header) not in fixed]
    return found


def examine(
    resource: Resource,
    sheet: Sheet,
    chosen: Mapping[str, str],
    *,
    by: Actor,
    mode: str,
    key: str = "",
    done: Sequence[int] = (),
) -> Plan:
    """Judge every row of a file but for look-alikes, which only warn; the plan of the import.

    Args:
        chosen: header -> field name.
        mode: insert, update or upsert; key: the field by which existing records are found.
        done: numbers of the rows that an interrupted run of the same import wrote already; they
            count for duplicates inside the file and are otherwise left alone.

    Raises:
        Invalid: the mapping or the key cannot be used.
    """
    by_header = mapping.checked(resource, sheet.headers, chosen, by, mode=mode)
    targets = {t.name: t for t in by_header.values()}
    if key and key not in targets:
        raise Invalid(fields={"match_key": [_("匹配字段没有对应的列。")]})
    plan = Plan(
        resource=resource,
        mode=mode,
        key=key,
        targets=targets,
        headers={t.name: header for header, t in by_header.items()},
        row_numbers=sheet.row_numbers,
        newest=resource.model.unscoped.aggregate(last=models.Max("pk"))["last"] or 0,
    )
    columns = dict(zip(sheet.headers, sheet.columns, strict=True))
    clean_columns(plan, columns, by)
    _note_lost_cells(plan, sheet)
    _own_rules(plan)
    places = {number: index for index, number in enumerate(plan.row_numbers)}
    written = {places[number] for number in done if number in places}
    match_key(plan, by, written)
    _require(plan, written)
    match_unique(plan, by, written)
    find_unchanged(plan)
    for row in written:
        plan.fates[row] = DONE
        plan.problems.pop(row, None)
    return plan


def _note_lost_cells(plan: Plan, sheet: Sheet) -> None:
    """Refuse rows with cells whose value the spreadsheet program has lost."""
    names = {header: name for name, header in plan.headers.items()}
    places = {number: index for index, number in enumerate(plan.row_numbers)}
    for number, found in sheet.cell_problems().items():
        for problem in found:
            name = names.get(problem.column or "")
            if name and number in places:
                row = places[number]
                earlier = [p for p in plan.problems.get(row, []) if p.column != problem.column]
                plan.problems[row] = earlier
                plan.refuse(row, name, problem.message)


def _own_rules(plan: Plan) -> None:
    """Apply the entry standards of the resource."""
    rules = getattr(plan.resource, "check_import", None)
    if rules is None:
        return
    columns = {n: [None if v is KEEP else v for v in c] for n, c in plan.values.items()}
    for name, found in rules(columns).items():
        for row, message in found.items():
            if not any(p.column == plan.headers.get(name) for p in plan.problems.get(row, ())):
                plan.refuse(row, name, message)


def _require(plan: Plan, written: set[int]) -> None:
    for name, target in plan.targets.items():
        if not target.required:
            continue
        for row, value in enumerate(plan.values[name]):
            if value is KEEP and plan.fates[row] == CREATE and row not in written:
                plan.refuse(row, name, _("必填，当前为空"))


def resource_of(key: str) -> Resource:
    """Return an importable resource.

    Raises:
        Invalid: nothing of that name can be imported.
    """
    resource = registry.resources.get(key)
    if resource is None or not resource.importable or resource.create is None:
        raise Invalid(_("“%s”不支持导入。") % key)
    return resource


def shown(cell: Any) -> str:
    """Return a raw cell as text for the page."""
    if cell is None:
        return ""
    if hasattr(cell, "strftime"):
        form = DATE_FORMATS["datetime" if hasattr(cell, "hour") and cell.hour else "date"]
        return str(cell.strftime(form)) if hasattr(cell, "year") else str(cell)
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return str(cell)[:200]


def choices_of(f: Any) -> list[str]:
    """Return the labels of a closed list, for the template's drop-down."""
    if isinstance(f, kinds.Choice):
        return [str(label) for _value, label in f.flatchoices]
    return [_("是"), _("否")] if isinstance(f, models.BooleanField) else []
