"""The import template opens everywhere and teaches how to fill it."""

import zipfile

import openpyxl
import pytest

from zhike.exchange.sheets.problems import SheetError
from zhike.exchange.sheets.reader import open_sheet
from zhike.exchange.sheets.template import TemplateField, write_template

pytestmark = pytest.mark.requirement("INT-017", "DAT-021")
FIELDS = [
    TemplateField(
        "客户名称", required=True, help="营业执照上的全称", example="上海蓝屿科技有限公司"
    ),
    TemplateField("信用代码", help="18 位", example="91310000MA1FL0XX00", as_text=True),
    TemplateField("等级", choices=[f"第{n}级，含逗号" for n in range(60)], example="第1级，含逗号"),
]


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "template.xlsx"
    write_template(path, "客户导入模板", FIELDS)
    return path


def test_headers_comments_text_columns_and_drop_downs(template):
    book = openpyxl.load_workbook(template)
    assert book.sheetnames == ["数据", "填写说明", "示例", "_lists"]
    assert book["_lists"].sheet_state == "hidden"
    data = book["数据"]
    assert [cell.value for cell in data[1]] == ["客户名称*", "信用代码", "等级"]
    assert data["A1"].comment.text == "营业执照上的全称"
    assert data.column_dimensions["B"].number_format == "@"
    (rule,) = data.data_validations.dataValidation
    assert rule.formula1 == "_lists!$C$1:$C$60"
    assert str(rule.sqref) == "C2:C1048576"
    assert book["填写说明"]["A1"].value == "客户导入模板"


def test_no_macros_links_or_structured_references(template):
    with zipfile.ZipFile(template) as archive:
        names = archive.namelist()
    assert not [n for n in names if "vba" in n or "externalLink" in n or "tables/" in n]


def test_a_filled_template_is_read_without_the_asterisk(template):
    with pytest.raises(SheetError) as caught:
        open_sheet(template, name="t.xlsx", sheet="数据")
    assert caught.value.code == "no_rows"
    assert open_sheet(template, name="t.xlsx", sheet="示例").columns[0] == ["上海蓝屿科技有限公司"]
    book = openpyxl.load_workbook(template)
    book["数据"].append(["甲", "91310000MA1FL0XX00", "第1级，含逗号"])
    book.save(template)
    sheet = open_sheet(template, name="t.xlsx")
    assert (sheet.sheet_name, sheet.headers) == ("数据", [field.header for field in FIELDS])
    assert sheet.columns[1] == ["91310000MA1FL0XX00"]
    assert sheet.warnings == []
