"""The import template: data sheet, instructions, example; opens alike in Excel and WPS.

No macro, no external link, no structured reference, no dynamic array.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from .cells import CELL_LENGTH, LAST_ROW, OPTIONS
from .writer import width_of

LISTS_SHEET = "_lists"


@dataclass(frozen=True)
class TemplateField:
    """One column of a template.

    ``as_text`` belongs on every code, number or identifier that is no quantity: a text cell
    keeps all digits, a number cell only 15. ``width`` is in characters, 0 for automatic.
    """

    header: str
    required: bool = False
    help: str = ""
    example: str = ""
    choices: Sequence[str] = ()
    as_text: bool = False
    width: int = 0

    @property
    def title(self) -> str:
        """The header as written; the asterisk for required is taken off when reading."""
        return f"{self.header}*" if self.required else self.header


@dataclass(frozen=True)
class Styles:
    """The few formats of a template."""

    header: Format
    required: Format
    text: Format
    wrapped: Format
    heading: Format


def write_template(path: Path | str, title: str, fields: Sequence[TemplateField]) -> None:
    """Write the template for ``fields``; ``title`` heads the instructions."""
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        styles = Styles(
            header=book.add_format({"bold": True, "bg_color": "#F1F5F9", "border": 1}),
            required=book.add_format(
                {"bold": True, "bg_color": "#FEF3C7", "font_color": "#B91C1C", "border": 1}
            ),
            text=book.add_format({"num_format": "@"}),
            wrapped=book.add_format({"text_wrap": True, "valign": "top"}),
            heading=book.add_format({"bold": True, "font_size": 14}),
        )
        data = book.add_worksheet(_("数据"))
        guide = book.add_worksheet(_("填写说明"))
        example = book.add_worksheet(_("示例"))
        lists = book.add_worksheet(LISTS_SHEET)
        lists.hide()
        write_headers(data, fields, styles, comments=True)
        add_choices(data, lists, fields)
        write_guide(guide, title, fields, styles)
        write_headers(example, fields, styles, comments=False)
        for column, field in enumerate(fields):
            example.write_string(1, column, field.example, styles.text)
        data.activate()


def write_headers(
    sheet: Worksheet, fields: Sequence[TemplateField], styles: Styles, *, comments: bool
) -> None:
    """The header row; columns of codes are text down to the last row."""
    for column, field in enumerate(fields):
        width = field.width or max(width_of(field.title), width_of(field.example), 12)
        sheet.set_column(column, column, width, styles.text if field.as_text else None)
        style = styles.required if field.required else styles.header
        sheet.write_string(0, column, field.title, style)
        if comments and field.help:
            sheet.write_comment(0, column, field.help[:CELL_LENGTH], {"author": ""})
    sheet.freeze_panes(1, 0)


def add_choices(data: Worksheet, lists: Worksheet, fields: Sequence[TemplateField]) -> None:
    """Drop-downs whose entries stand in the hidden sheet, one column per field.

    An inline list would be limited to 255 characters and break at every comma.
    """
    for column, field in enumerate(fields):
        if not field.choices:
            continue
        for row, choice in enumerate(field.choices):
            lists.write_string(row, column, choice)
        place = xlsxwriter.utility.xl_range_abs(0, column, len(field.choices) - 1, column)
        data.data_validation(
            1,
            column,
            LAST_ROW - 1,
            column,
            {
                "validate": "list",
                "source": f"={LISTS_SHEET}!{place}",
                "error_title": _("请从列表中选择"),
                "error_message": _("这里只能填写下拉列表中的值。"),
            },
        )


def write_guide(
    sheet: Worksheet, title: str, fields: Sequence[TemplateField], styles: Styles
) -> None:
    """The instructions: general rules, then one line per column."""
    rules = [
        _("请把数据填在“数据”工作表，不要改动表头；带 * 的列必须填写。"),
        _("编号、证件号、银行账号等列是文本格式，请直接填写完整号码，不要改成数字格式。"),
        _("日期可以写成 2026-01-05、2026.1.5 或 2026年1月5日。"),
        _("更新已有记录时，空单元格表示保留原值，填写【清空】表示清除原值。"),
    ]
    sheet.set_column(0, 0, 24, styles.wrapped)
    sheet.set_column(1, 1, 10, styles.wrapped)
    sheet.set_column(2, 3, 48, styles.wrapped)
    sheet.write_string(0, 0, title, styles.heading)
    for row, rule in enumerate(rules, 2):
        sheet.write_string(row, 0, f"{row - 1}. {rule}")
    top = len(rules) + 3
    for column, word in enumerate((_("列名"), _("必填"), _("说明"), _("可选值"))):
        sheet.write_string(top, column, word, styles.header)
    for row, field in enumerate(fields, top + 1):
        required = _("是") if field.required else _("否")
        cells = (field.header, required, field.help, "、".join(field.choices))
        for column, text in enumerate(cells):
            sheet.write_string(row, column, text[:CELL_LENGTH], styles.wrapped)
