"""The user's own file comes back with reasons, is corrected and uploaded again."""

import datetime as dt

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Font

from zhike.exchange.sheets import annotate
from zhike.exchange.sheets.problems import CellProblem
from zhike.exchange.sheets.reader import open_sheet
from zhike.exchange.sheets.writeback import REASON_HEADERS, write_back
from zhike.exchange.sheets.writer import write_csv

pytestmark = pytest.mark.requirement("INT-017")
DAY = dt.date(2026, 1, 5)
PROBLEMS = {
    5: [CellProblem("电话", "=不是电话号码"), CellProblem("城市", "没有这个城市")],
    7: [CellProblem(None, "与第 4 行重复")],
}


@pytest.fixture
def original(tmp_path):
    """Title, header in row 3, data in rows 4–7, with styles, a formula and merged cells."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "客户"
    sheet["A1"] = "客户清单"
    sheet.merge_cells("A1:E1")
    for column, header in enumerate(["地区", "名称", "电话", "城市", "日期"], 1):
        sheet.cell(3, column, header).font = Font(bold=True)
    for row in range(4, 8):
        for column, value in enumerate([None, f"客户{row}", f"=1+{row}", "上海", DAY], 1):
            sheet.cell(row, column, value)
        sheet.cell(row, 3).data_type = "s"
    sheet["A4"] = "华东"
    sheet.merge_cells("A4:A7")
    sheet.column_dimensions["B"].width = 33
    sheet["B5"].font = Font(italic=True)
    book.create_sheet("其他")["A1"] = "=1+1"
    path = tmp_path / "original.xlsx"
    book.save(path)
    return path


def fill_of(cell):
    return cell.fill.start_color.rgb[-6:] if cell.fill.fill_type else None


def test_all_rows_layout_untouched(original, tmp_path):
    out = tmp_path / "out.xlsx"
    result = write_back(original, out, PROBLEMS, only_bad_rows=False)
    assert (result.rows, result.method) == (4, "edited")
    sheet = openpyxl.load_workbook(out)["客户"]
    assert sheet["F3"].value == REASON_HEADERS[0]
    assert sheet["F3"].font.bold
    reasons = [sheet.cell(row, 6).value for row in range(4, 8)]
    bad = "电话：=不是电话号码；城市：没有这个城市"
    assert reasons == ["通过", bad, "通过", "与第 4 行重复"]
    assert [fill_of(sheet[place]) for place in ("B5", "C5", "D5", "C6")] == [
        None, annotate.BAD_FILL, annotate.BAD_FILL, None,
    ]  # fmt: skip
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:E1", "A4:A7"}
    assert sheet["B5"].font.italic
    assert sheet.column_dimensions["B"].width == 33
    assert sheet["C5"].data_type == "s"
    assert openpyxl.load_workbook(out)["其他"]["A1"].value == "=1+1"


def test_only_bad_rows_can_be_uploaded_again(original, tmp_path):
    out, again = tmp_path / "out.xlsx", tmp_path / "again.xlsx"
    assert write_back(original, out, PROBLEMS, only_bad_rows=True).rows == 2
    sheet = open_sheet(out, name="out.xlsx")
    assert sheet.headers == ["地区", "名称", "电话", "城市", "日期"]
    assert sheet.columns == [
        ["华东", "华东"], ["客户5", "客户7"], ["=1+5", "=1+7"], ["上海", "上海"], [DAY, DAY],
    ]  # fmt: skip
    assert (sheet.header_row, sheet.row_numbers, sheet.warnings[1:]) == (3, [4, 5], [])
    second = {4: [CellProblem("城市", "Unknown city")]}
    write_back(out, again, second, only_bad_rows=False, language="en")
    cells = openpyxl.load_workbook(again)["客户"]
    assert [cells.cell(row, 6).value for row in (3, 4, 5)] == [
        REASON_HEADERS[1], "城市：Unknown city", "OK",
    ]  # fmt: skip
    assert cells.max_column == 6
    assert open_sheet(again, name="again.xlsx").headers == sheet.headers


def test_csv_stays_csv_or_becomes_xlsx(tmp_path):
    path = tmp_path / "a.csv"
    rows = [("甲", "=1+1"), ("乙", "+86"), ("䶮", "3")]
    write_csv(path, ["名称", "电话"], rows, encoding="gb18030")
    problems = {3: [CellProblem("电话", "=错")], 4: [CellProblem("没有的列", "错")]}
    for name, method in (("out.csv", "csv"), ("out.xlsx", "rewritten")):
        out = tmp_path / name
        result = write_back(path, out, problems, only_bad_rows=True, name="客户.csv")
        assert (result.rows, result.method) == (2, method)
        sheet = open_sheet(out, name=name)
        assert (sheet.headers, sheet.columns) == (["名称", "电话"], [["乙", "䶮"], ["+86", "3"]])
        assert sheet.encoding == ("gb18030" if name.endswith("csv") else "")
    assert "'=错" not in (tmp_path / "out.csv").read_text("gb18030")
    cells = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert fill_of(cells["B2"]) == annotate.BAD_FILL
    assert cells["C2"].value == "电话：=错"


def test_large_workbooks_are_written_anew_with_their_widths(original, tmp_path, monkeypatch):
    monkeypatch.setattr(annotate, "EDITABLE_CELLS", 0)
    monkeypatch.setattr(
        "zhike.exchange.sheets.writeback.run",
        lambda task, request, limits: annotate.annotate(original, request_of(request), limits),
    )
    out = tmp_path / "out.xlsx"
    result = write_back(original, out, PROBLEMS, only_bad_rows=True)
    assert (result.rows, result.method) == (2, "rewritten")
    sheet = open_sheet(out, name="out.xlsx")
    assert (sheet.header_row, sheet.row_numbers) == (3, [4, 5])
    assert sheet.columns[1] == ["客户5", "客户7"]
    assert sheet.columns[4] == [DAY, DAY]
    cells = openpyxl.load_workbook(out)["客户"]
    assert cells["A1"].value == "客户清单"
    assert cells.column_dimensions["B"].width == pytest.approx(33, abs=1)
    assert fill_of(cells["C4"]) == annotate.BAD_FILL


def request_of(request):
    """The request as the child gets it: through JSON, so that row numbers are text."""
    return {**request, "problems": {str(row): found for row, found in request["problems"].items()}}


def test_a_thousand_rows_forty_bad(tmp_path):
    path, out = tmp_path / "a.xlsx", tmp_path / "out.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for row in range(1001):
        sheet.write_row(row, 0, [f"客户{row}" if row else "名称", f"地址{row}" if row else "地址"])
    book.close()
    problems = {row: [CellProblem("地址", "错")] for row in range(2, 1002, 25)}
    write_back(path, out, problems, only_bad_rows=True)
    result = open_sheet(out, name="out.xlsx")
    assert len(result) == 40
    assert result.columns[0] == [f"客户{row - 1}" for row in range(2, 1002, 25)]
