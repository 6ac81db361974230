"""Text of users never becomes a live formula, in csv and xlsx, and comes back unchanged (V-8)."""

import datetime as dt
import shutil
import subprocess
import zipfile
from decimal import Decimal

import openpyxl
import pytest

from zhike.exchange.sheets.neutral import neutralise, restore
from zhike.exchange.sheets.problems import SheetError
from zhike.exchange.sheets.reader import open_sheet
from zhike.exchange.sheets.writer import by_row, write_csv, write_xlsx

pytestmark = pytest.mark.requirement("INT-017")
STARTS = ["=", "+", "-", "@", "\t=", "\r=", "\n=", "\r\n=", "＝", "＋", "－", "＠"]
BLANKS = ["", " ", "\u00a0", "\u3000", "  \u00a0", "\u200b"]
HOSTILE = [f"{blank}{start}1+1" for start in STARTS for blank in BLANKS]
HOSTILE += [f"第一行\n{text}" for text in HOSTILE] + [
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://127.0.0.1/?"&A1,"点我")',
    "'=1+1",
    "''=1+1",
    "' =1+1",
    "O'Neil",
    "'",
    "''",
    "-",
    "a;=1+1",
    "a,=1+1",
    'a",=1+1',
    '"=1+1',
    "a\t=1+1",
    "+86 138 0013 8000",
    "@上海",
    "http://127.0.0.1/x",
    "x\r\n\r\n=1",
    "_x000D_=1",
    "𠮷䶮😀",
]
SOFFICE = pytest.mark.skipif(
    not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed"
)


def table():
    return [(f"客户{index}", text) for index, text in enumerate(HOSTILE)]


@pytest.mark.parametrize("text", HOSTILE)
def test_the_rule_is_reversible_and_complete(text):
    safe = neutralise(text)
    assert restore(safe) == text
    assert neutralise(neutralise(text)) == neutralise(safe)
    for line in [safe, *safe.splitlines()]:
        stripped = line.lstrip(" \u00a0\u3000\u200b")
        assert not stripped or stripped[0] not in "=+-@\t＝＋－＠"
    assert not safe.startswith(("\r", "\n"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_csv_comes_back_unchanged(tmp_path, encoding):
    path = tmp_path / "a.csv"
    assert write_csv(path, ["名称", "=备注"], table(), encoding=encoding) == len(HOSTILE)
    sheet = open_sheet(path, name="a.csv")
    assert sheet.headers == ["名称", "=备注"]
    assert sheet.columns[1] == HOSTILE


def test_xlsx_comes_back_unchanged_without_formula_or_link(tmp_path):
    path = tmp_path / "a.xlsx"
    write_xlsx(path, ["名称", "备注"], table(), watermark="张三 & 李四 2026-11-21")
    assert open_sheet(path, name="a.xlsx").columns[1] == HOSTILE
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
        assert b"<f" not in sheet
        assert b"<hyperlink" not in sheet
        assert not [name for name in archive.namelist() if "sheets/_rels" in name]


@SOFFICE
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_libreoffice_finds_no_formula(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    (write_csv if suffix == "csv" else write_xlsx)(path, ["名称", "备注"], table())
    assert formulas_in(path, tmp_path) == 0


@SOFFICE
def test_the_libreoffice_check_would_notice(tmp_path):
    (tmp_path / "a.csv").write_text("名称,备注\n甲,=1+1\n", encoding="utf-8")
    assert formulas_in(tmp_path / "a.csv", tmp_path) == 1


def formulas_in(path, folder):
    """Formula cells after LibreOffice opened the file with all separators that it offers."""
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"]
    if path.suffix == ".csv":
        # comma, semicolon and tab; quote; UTF-8; formulas evaluated (token 15)
        command.append(
            "--infilter=CSV:44/59/9,34,76,1,,0,false,true,false,false,false,0,true,false,true"
        )
    command += ["--convert-to", "fods", "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (folder / "a.fods").read_text(encoding="utf-8").count("table:formula=")


def test_types_and_formats_of_an_export(tmp_path):
    path = tmp_path / "a.xlsx"
    moment = dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC)
    formats = ["text", "text", "money", "date", "datetime", "general", "general", "percent"]
    row = ["007", 110101199003070012, Decimal("1234.50"), moment.date(), moment, None, True, 0.5]
    old = ["008", 5, Decimal(0), dt.date(1850, 1, 1), None, float("nan"), 10**17, 1]
    headers = ["编号", "证件号", "金额", "日期", "时刻", "空", "真", "率"]
    write_xlsx(path, headers, by_row(list(zip(row, old, strict=True))), formats=formats)
    sheet = openpyxl.load_workbook(path).active
    assert [cell.number_format for cell in sheet[2]][:5] == [
        "@", "@", "#,##0.00", "yyyy-mm-dd", "yyyy-mm-dd hh:mm",
    ]  # fmt: skip
    assert sheet["A1"].font.bold
    assert sheet.freeze_panes == "A2"
    values = [column[0] for column in open_sheet(path, name="a.xlsx").columns]
    naive = moment.replace(tzinfo=None)
    assert values == ["007", "110101199003070012", 1234.5, naive.date(), naive, None, True, 0.5]
    assert sheet["D3"].value == "1850-01-01"
    assert sheet["G3"].value == str(10**17)


def test_more_rows_than_a_sheet_holds(tmp_path, monkeypatch):
    monkeypatch.setattr("zhike.exchange.sheets.writer.LAST_ROW", 3)
    with pytest.raises(SheetError, match="1,048,576"):
        write_xlsx(tmp_path / "a.xlsx", ["名称"], [["x"]] * 3)
