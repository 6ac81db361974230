"""Ordinary and odd tables, as Excel, WPS, LibreOffice and ERP exports make them."""

import datetime as dt
import shutil
import subprocess

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment

from tests.exchange.sheets.books import inline, pack, parts
from zhike.exchange.sheets.problems import SheetError
from zhike.exchange.sheets.reader import open_sheet

pytestmark = pytest.mark.requirement("INT-017", "DAT-021")
ROWS = [["客户名称", "电话"], ["上海𠮷野商贸😀", "021-5888"], ["䶮记，\n二店", "13800138000"]]


def save(path, rows, **options):
    book = xlsxwriter.Workbook(str(path), options)
    sheet = book.add_worksheet()
    for index, row in enumerate(rows):
        sheet.write_row(index, 0, row)
    book.close()
    return path


def read(path, **options):
    return open_sheet(path, name=path.name, **options)


def codes(sheet):
    return [(note.code, note.row, note.letter) for note in sheet.warnings]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_csv_encodings_and_delimiters(tmp_path, encoding, found, delimiter):
    path = tmp_path / "a.csv"
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in ROWS)
    path.write_bytes(text.encode(encoding))
    sheet = read(path)
    assert sheet.encoding == found
    assert sheet.headers == ROWS[0]
    assert [list(row) for row in zip(*sheet.columns, strict=True)] == ROWS[1:]
    assert sheet.row_numbers == [2, 3]


def test_xlsx_types_and_rare_hanzi(tmp_path):
    moment = dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC).replace(tzinfo=None)
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["名称", "日期", "时刻", "钟点", "数", "小数", "真"])
    book.active.append(["𠮷䶮😀", moment.date(), moment, moment.time(), 3, 1234.56, True])
    book.save(path)
    values = [column[0] for column in read(path).columns]
    assert values == ["𠮷䶮😀", moment.date(), moment, moment.time(), 3, 1234.56, True]
    assert type(values[1]) is dt.date
    assert type(values[4]) is int


def test_binary_noise_of_calculated_numbers_is_gone(tmp_path):
    sheet = read(save(tmp_path / "a.xlsx", [["品名", "金额"], ["甲", 0.1 + 0.2]]))
    assert sheet.columns[1] == [0.3]


@pytest.mark.parametrize("date_1904", [False, True])
def test_dates_of_both_epochs(tmp_path, date_1904):
    options = {"date_1904": date_1904, "default_date_format": "yyyy-mm-dd"}
    rows = [["名称", "日期"], ["甲", dt.date(2026, 1, 5)]]
    assert read(save(tmp_path / "a.xlsx", rows, **options)).columns[1] == [dt.date(2026, 1, 5)]


def test_title_and_instructions_above_the_header_are_skipped(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.merge_range("A1:D1", "2026 年客户清单")
    sheet.write("A2", "说明：请勿改动表头")
    sheet.write_row("A4", ["*客户名称", "电话 ", "城\n市", "备注＊"])
    sheet.write_row("A5", ["甲", "1", "上海", ""])
    sheet.write_row("A7", ["乙", "2", "北京", "x"])
    sheet.write_blank("A900", None, book.add_format({"bold": True}))
    book.close()
    result = read(path)
    assert result.headers == ["客户名称", "电话", "城 市", "备注"]
    assert (result.header_row, result.row_numbers) == (4, [5, 7])
    assert result.columns[3] == [None, "x"]
    assert result.warnings == []


def test_merged_cells_are_filled_down_never_sideways(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row("A1", ["地区", "名称", "电话"])
    sheet.write_column("B2", ["甲", "乙", "丙"])
    sheet.merge_range("A2:A4", "华东")
    sheet.merge_range("B5:C5", "丁")
    book.close()
    result = read(path)
    assert result.columns == [
        ["华东", "华东", "华东", None],
        ["甲", "乙", "丙", "丁"],
        [None, None, None, None],
    ]
    assert codes(result) == [("merged_down", 2, "A"), ("merged_across", 5, "B")]


def test_duplicate_and_missing_headers_are_named_with_their_letters(tmp_path):
    rows = [["名称", "电话", "", "电话", "错误原因", ""], ["甲", "1", "x", "2", "旧", ""]]
    result = read(save(tmp_path / "a.xlsx", rows))
    assert result.headers == ["名称", "电话", "（C）", "电话（D）"]
    assert result.letters == ["A", "B", "C", "D"]
    assert codes(result) == [("empty_header", 1, "C"), ("duplicate_header", 1, "D")]
    assert "B、D" in result.warnings[1].message
    assert result.cell_problems() == {}


def test_numbers_that_excel_has_rounded_are_blocked(tmp_path):
    rows = [["名称", "证件号", "卡号"], ["甲", 110101199003070012, 999999999999999], ["乙", "x", 1]]
    result = read(save(tmp_path / "a.xlsx", rows))
    assert codes(result) == [("rounded_number", 2, "B")]
    (problem,) = result.cell_problems()[2]
    assert problem.column == "证件号"
    assert "15" in problem.message
    assert result.columns[2] == [999999999999999, 1]


def test_scientific_notation_in_csv_is_blocked(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("名称,卡号\n甲,6.22203E+18\n乙,622203000000000000\n", encoding="utf-8")
    result = read(path)
    assert codes(result) == [("scientific_text", 2, "B")]
    assert result.columns[1][1] == "622203000000000000"


def test_error_cells_and_uncalculated_formulas_are_blocked(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row("A1", ["名称", "合计"])
    sheet.write_column("A2", ["甲", "乙", "丙", "丁"])
    sheet.write_formula("B2", "=1+1", None, 2)
    sheet.write_formula("B3", "=NA()", None, "#N/A")
    sheet.write_formula("B4", "=1/0", None, "#DIV/0!")
    book.close()
    result = read(path)
    assert result.columns[1] == [2, None, None, None]
    assert codes(result) == [("error_value", 3, "B"), ("error_value", 4, "B")]
    assert "#DIV/0!" in result.cell_problems()[4][0].message
    book = openpyxl.Workbook()
    book.active.append(["名称", "合计"])
    book.active.append(["甲", "=1+1"])
    book.save(path)
    assert codes(read(path)) == [("formula_without_value", 2, "B")]


def test_control_characters_and_nul(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("名称,电话\n甲\x07乙,1\n".encode() + "丙\x7f,2".encode())
    result = read(path)
    assert result.columns[0] == ["甲乙", "丙"]
    assert [code for code, *_ in codes(result)] == ["control_characters"] * 2
    rows = inline("名称", "电话") + inline("a_x0000_b", "1", row=2)
    assert read(pack(tmp_path / "b.xlsx", parts(rows))).columns[0] == ["ab"]


def test_the_first_visible_sheet_with_data_and_the_choice(tmp_path):
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "空"
    for name, state in (("隐藏", "hidden"), ("客户", "visible"), ("联系人", "visible")):
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        sheet.append(["名称", "表"])
        sheet.append(["甲", name])
    book.save(path)
    result = read(path)
    assert (result.sheet_name, result.sheet_names) == ("客户", ["空", "客户", "联系人"])
    assert read(path, sheet="联系人").columns[1] == ["联系人"]
    with pytest.raises(SheetError, match="隐藏"):
        read(path, sheet="隐藏")


def test_content_beats_extension_with_a_warning(tmp_path):
    path = tmp_path / "a.xls"
    path.write_bytes("名称\t电话\n甲\t1\n".encode("gb18030"))
    result = read(path)
    assert (result.format, result.headers) == ("csv", ["名称", "电话"])
    assert codes(result) == [("extension_mismatch", None, None)]
    save(path, [["名称", "电话"], ["甲", "1"]])
    assert read(path).format == "xlsx"


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed")
def test_xls_and_wps_et(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["名称", "日期", "数"])
    book.active.append(["𠮷记", dt.date(2026, 1, 5), 12])
    book.active["A1"].comment = Comment("必填", "")
    book.save(tmp_path / "a.xlsx")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xls", "a.xlsx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    for name in ("a.xls", "a.et"):
        result = open_sheet(tmp_path / "a.xls", name=name)
        assert result.format == "xls"
        assert [column[0] for column in result.columns] == ["𠮷记", dt.date(2026, 1, 5), 12]


def test_one_column_is_a_table_too(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("名称\n甲\n\n乙\n", encoding="utf-8")
    result = read(path)
    assert (result.headers, result.columns, result.row_numbers) == (
        ["名称"],
        [["甲", "乙"]],
        [2, 4],
    )


@pytest.mark.parametrize("title", ["", "2026 年客户清单,,\n"])
def test_sep_line_title_and_quoted_delimiters(tmp_path, title):
    path = tmp_path / "a.csv"
    path.write_text(f'sep=,\n{title}名称,地址,金额\n甲,"北京;海淀,中关村",5\n', encoding="utf-8")
    result = read(path)
    assert result.headers == ["名称", "地址", "金额"]
    assert result.columns[1] == ["北京;海淀,中关村"]
    assert result.row_numbers == [4 if title else 3]
