"""Files that go back to the person: the template, and the own file with its errors."""

import tempfile
from pathlib import Path
from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhike.exchange.engine.check import choices_of, resource_of
from zhike.exchange.engine.fields import Target, targets
from zhike.exchange.models import ImportBatch, ImportRow
from zhike.exchange.sheets.problems import CellProblem
from zhike.exchange.sheets.template import TemplateField, write_template
from zhike.exchange.sheets.writeback import write_back
from zhike.kernel import kinds
from zhike.kernel.actions import authorise
from zhike.kernel.actor import Actor

BAD = (ImportRow.Fate.ERROR, ImportRow.Fate.SKIPPED)
EXAMPLES: dict[type, str] = {
    kinds.CompanyName: "上海示例化工有限公司",
    kinds.PersonName: "王小明",
    kinds.CreditCode: "91310000MA1FL0000Q",
    kinds.Mobile: "13800138000",
    kinds.Landline: "021-62345678",
    kinds.Email: "wang@example.com",
    kinds.Money: "12800.50",
    kinds.Date: "2026-01-05",
    kinds.DateTime: "2026-01-05 14:30",
    kinds.Region: "上海 浦东新区",
    kinds.LunarDate: "八月十五",
    kinds.Code: "KH0001",
    kinds.Integer: "3",
}
CODES = (kinds.Code, kinds.CreditCode, kinds.IdNumber, kinds.Mobile, kinds.Landline)


def template_file(resource_key: str, *, by: Actor) -> Path:
    """Write the template of a resource with the fields that the actor may fill.

    Raises:
        Invalid: not importable; Forbidden.
    """
    resource = resource_of(resource_key)
    authorise(by, resource.key, "import")
    fields = [_template_field(t) for t in targets(resource, by).values()]
    path = _temporary(".xlsx")
    write_template(path, _("导入%s：填写说明") % resource.title, fields)
    return path


def _template_field(target: Target) -> TemplateField:
    f = target.field
    return TemplateField(
        header=target.title,
        required=target.required,
        help=_help(target),
        example=_example(f),
        choices=choices_of(f),
        as_text=isinstance(f, CODES),
    )


def _help(target: Target) -> str:
    f = target.field
    if target.original:
        return _("原系统中的作者和时间，可不填；填写后保留原值。")
    if f.help_text:
        return str(f.help_text)
    if isinstance(f, kinds.Owner):
        return _("填写成员的姓名或账号；不填则归导入人。")
    if isinstance(f, models.ForeignKey):
        return _("填写已有记录的编号或名称。")
    if isinstance(f, kinds.Money):
        return _("单位：元，最多两位小数；也可写 12.5万。")
    return (
        _("日期可以写成 2026-01-05、2026.1.5 或 2026年1月5日。")
        if isinstance(f, kinds.Date)
        else ""
    )


def _example(f: Any) -> str:
    choices = choices_of(f)
    if choices:
        return choices[0]
    return next((text for kind, text in EXAMPLES.items() if type(f) is kind), "")


def error_file(batch: ImportBatch, *, only_bad: bool) -> tuple[Path, str]:
    """Return the person's own file with reasons, and the name under which it is downloaded.

    Raises:
        SheetError: the stored file cannot be read any more.
    """
    rows = batch.rows.filter(fate__in=BAD) if only_bad else batch.rows.exclude(problems=[])
    problems: dict[int, list[CellProblem]] = {}
    for row in (
        rows.only("row_number", "problems").order_by("row_number").iterator(chunk_size=5_000)
    ):
        problems.setdefault(row.row_number, []).extend(
            CellProblem(p["column"] or None, p["message"]) for p in row.problems
        )
    source = Path(batch.file_name)
    suffix = ".csv" if source.suffix.lower() in {".csv", ".txt", ".tsv"} else ".xlsx"
    path = _temporary(suffix)
    write_back(
        batch.path,
        path,
        problems,
        only_bad_rows=only_bad,
        language=get_language() or "zh-hans",
        name=batch.file_name,
        sheet=batch.sheet_name or None,
    )
    word = _("错误行") if only_bad else _("检查结果")
    return path, f"{source.stem}_{word}{suffix}"


def _temporary(suffix: str) -> Path:
    with tempfile.NamedTemporaryFile(prefix="zhike-", suffix=suffix, delete=False) as file:
        return Path(file.name)
