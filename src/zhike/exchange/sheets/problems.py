"""What can be wrong with a file, a cell or a row, in the user's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REFUSALS: Mapping[str, Promise] = {
    "unsupported_extension": _("不支持 %(extension)s 文件。请上传 .xlsx、.xls 或 .csv 文件。"),
    "empty_file": _("文件是空的。请检查是否选对了文件。"),
    "file_too_big": _("文件有 %(size)s MB，超过 %(limit)s MB 的上限。请拆成几个文件再上传。"),
    "web_page": _("这个文件其实是网页，只是扩展名像表格。请用 Excel 或 WPS 打开后另存为 .xlsx。"),
    "not_a_table": _("文件内容不是表格。请上传 .xlsx、.xls 或 .csv 文件。"),
    "not_a_workbook": _("文件内容不是 Excel 工作簿。请用 Excel 或 WPS 打开后另存为 .xlsx。"),
    "encrypted": _("文件设有打开密码。请取消密码后再上传。"),
    "damaged": _("文件已损坏或不完整，无法读取。请用 Excel 或 WPS 打开后另存，再上传。"),
    "too_many_entries": _("文件内部有 %(count)s 个部件，超过 %(limit)s 个的上限，已拒绝。"),
    "zip_bomb": _("文件只有 %(packed)s KB，展开后却有 %(unpacked)s MB，可能是压缩炸弹，已拒绝。"),
    "nested_archive": _("文件内部夹带了另一个压缩包（%(entry)s），已拒绝。"),
    "xml_entities": _("文件内部含有外部实体或自定义实体，不是正常的工作簿，已拒绝。"),
    "unknown_encoding": _(
        "第 %(line)s 行附近的文字编码无法识别。请另存为 UTF-8 或 GB18030 编码的 csv，或 .xlsx。"
    ),
    "too_many_sheets": _("工作簿有 %(count)s 个工作表，超过 %(limit)s 个的上限。"),
    "no_such_sheet": _("没有名为“%(sheet)s”的工作表。可选的有：%(sheets)s。"),
    "empty_sheet": _("工作表里没有数据。"),
    "no_header": _("找不到表头行。请让表头独占一行，并在数据的上方。"),
    "no_rows": _("只有表头，没有数据行。"),
    "too_many_cells": _(
        "表格超过 %(rows)s 行或 %(cells)s 个单元格。请拆成几个文件；"
        "如果实际数据不多，请删除远处的多余单元格。"
    ),
    "too_many_columns": _("表格有 %(count)s 列，超过 %(limit)s 列的上限。"),
    "too_slow": _("读取文件超过 %(seconds)s 秒，已停止。请拆成几个文件再上传。"),
    "too_much_memory": _(
        "读取文件需要的内存太多，已停止。请拆成几个文件；如果实际数据不多，请删除远处的多余单元格。"
    ),
    "too_many_rows": _("要导出的行数超过 Excel 一个工作表的上限（1,048,576 行）。请导出为 csv。"),
}

NOTES: Mapping[str, Promise] = {
    "extension_mismatch": _("文件扩展名是 %(a)s，内容其实是 %(b)s，已按内容读取。"),
    "merged_down": _("第 %(a)s 行是合并单元格，已把值填到每一行。"),
    "merged_across": _("%(a)s 列横向合并，值只算在最左一列。"),
    "empty_header": _("%(a)s 列有数据但没有表头。"),
    "duplicate_header": _("表头“%(a)s”重复出现在 %(b)s 列，请改成不同的名称。"),
    "rounded_number": _(
        "这里是 16 位以上的数字（%(a)s），Excel 只保留前 15 位，后面的已经变成 0。"
        "请把该列设为文本格式，再重新填写完整号码。"
    ),
    "scientific_text": _(
        "号码已被改写成科学计数法（%(a)s），丢失了位数。请把该列设为文本格式，再重新填写。"
    ),
    "error_value": _("单元格是错误值 %(a)s，请改正公式或直接填写值。"),
    "formula_without_value": _(
        "单元格是公式，但文件里没有保存计算结果。请用 Excel 或 WPS 打开并保存一次。"
    ),
    "control_characters": _("已去掉看不见的控制字符。"),
}
BLOCKING = {
    "duplicate_header",
    "rounded_number",
    "scientific_text",
    "error_value",
    "formula_without_value",
}
"""Notes that say the value itself is lost or unclear; the cell must not be imported."""


class SheetError(Exception):
    """A file that cannot be used; ``message`` is for the user, ``code`` for programs and tests."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def refuse(code: str, **params: object) -> SheetError:
    """The SheetError for a code of ``REFUSALS``, worded in the current language."""
    return SheetError(code, str(REFUSALS[code]) % params)


@dataclass(frozen=True)
class CellProblem:
    """Why a cell is bad; ``column`` is a header of the Sheet, or None for the whole row."""

    column: str | None
    message: str


@dataclass(frozen=True)
class SheetNote:
    """Something found while reading: the sheet (no row), a header or a cell.

    ``row`` is the user's own row number, ``letter`` the user's column, ``header`` its name.
    """

    code: str
    row: int | None = None
    letter: str | None = None
    header: str | None = None
    details: tuple[str, ...] = field(default=())

    @property
    def blocks(self) -> bool:
        """Whether the value is lost or unclear, so that the cell must not be imported."""
        return self.code in BLOCKING

    @property
    def message(self) -> str:
        """The note in the current language."""
        return str(NOTES[self.code]) % dict(zip("ab", self.details, strict=False))
