"""Files that want to harm: refused before parsing, or bounded in the child (V-13, bar 40)."""

import re
import time

import pytest
from django.utils import translation

from tests.exchange.sheets.books import inline, pack, parts
from zhike.exchange.sheets.limits import Limits
from zhike.exchange.sheets.problems import REFUSALS, SheetError
from zhike.exchange.sheets.reader import open_sheet

pytestmark = pytest.mark.requirement("INT-017")
TABLE = inline("名称", "电话") + inline("蓝屿", "1380", row=2)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refused(path, name=None, **limits):
    with pytest.raises(SheetError) as caught:
        open_sheet(path, name=name or path.name, limits=Limits(**limits))
    assert re.search("[\u4e00-\u9fff]", caught.value.message)
    assert "%(" not in caught.value.message
    return caught.value.code


def test_a_minimal_workbook_by_hand_is_read(tmp_path):
    sheet = open_sheet(pack(tmp_path / "a.xlsx", parts(TABLE)), name="a.xlsx")
    assert sheet.headers == ["名称", "电话"]
    assert sheet.columns == [["蓝屿"], ["1380"]]


def test_half_a_megabyte_that_unpacks_to_77_is_refused_before_parsing(tmp_path):
    row = inline(*["aaaaaaaaaa"] * 20)
    bomb = pack(tmp_path / "a.xlsx", parts(row * (77 * 2**20 // len(row))))
    assert bomb.stat().st_size < 500_000
    started = time.monotonic()
    assert refused(bomb) == "zip_bomb"
    assert time.monotonic() - started < 5


def test_a_lying_directory_is_found_out(tmp_path):
    path = pack(tmp_path / "a.xlsx", parts(inline(*["aaaa"] * 20) * 20_000))
    content = bytearray(path.read_bytes())
    for match in re.finditer(b"PK\x01\x02", bytes(content)):
        at = match.start()
        if content[at + 46 :].startswith(b"xl/worksheets/sheet1.xml"):
            content[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    path.write_bytes(content)
    assert refused(path) == "damaged"


def test_a_thousand_sheets_are_refused(tmp_path):
    path = pack(tmp_path / "a.xlsx", parts(TABLE, sheets=1000))
    assert refused(path) == "too_many_sheets"
    assert refused(path, max_entries=500) == "too_many_entries"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;">]>',
        '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        f'<!--{" " * 70_000}--><!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
    ],
)
def test_entities_internal_and_external_are_refused(tmp_path, prolog, encoding):
    contents = parts(TABLE, prolog=prolog)
    contents["xl/worksheets/sheet1.xml"] = contents["xl/worksheets/sheet1.xml"].encode(encoding)
    assert refused(pack(tmp_path / "a.xlsx", contents)) == "xml_entities"


def test_entities_in_the_workbook_part_are_refused(tmp_path):
    contents = parts(TABLE)
    contents["xl/workbook.xml"] = "<!DOCTYPE a []>" + contents["xl/workbook.xml"]
    assert refused(pack(tmp_path / "a.xlsx", contents)) == "xml_entities"


def test_nested_archive_is_refused(tmp_path):
    inner = pack(tmp_path / "inner.zip", {"a": "0" * 1000}).read_bytes()
    contents = {**parts(TABLE), "xl/media/inner.zip": inner}
    assert refused(pack(tmp_path / "a.xlsx", contents)) == "nested_archive"
    contents = {**parts(TABLE), "xl/embeddings/offer.xlsx": inner}
    assert len(open_sheet(pack(tmp_path / "b.xlsx", contents), name="b.xlsx")) == 1


def test_encrypted_files_are_named_as_such(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(OLE + bytes(2000) + "EncryptedPackage".encode("utf-16-le") + bytes(2000))
    assert refused(path) == "encrypted"


def test_truncated_and_foreign_files(tmp_path):
    whole = pack(tmp_path / "whole.xlsx", parts(TABLE)).read_bytes()
    for content, name, code in [
        (b"", "a.xlsx", "empty_file"),
        (whole[: len(whole) // 2], "a.xlsx", "damaged"),
        (b"PK\x03\x04" + bytes(50), "a.xlsx", "damaged"),
        (b"name,phone\n1,2\n", "a.xlsx", "not_a_workbook"),
        (OLE + bytes(4000), "a.xls", "not_a_workbook"),
        (OLE + "Workbook".encode("utf-16-le") + bytes(4000), "a.xls", "damaged"),
        (b"<html><table><tr><td>1</td></tr></table>", "a.xls", "web_page"),
        (b"%PDF-1.7\n", "a.csv", "not_a_table"),
        (b"\x7fELF" + bytes(range(256)) * 20, "a.csv", "not_a_table"),
        (whole, "a.exe", "unsupported_extension"),
        (whole, "no-extension", "unsupported_extension"),
        (b"a,b\n\xff\xff\xff,1\n", "a.csv", "unknown_encoding"),
        (b"a,b\n", "a.csv", "no_rows"),
        (b"\n\n , \n", "a.csv", "empty_sheet"),
    ]:
        path = tmp_path / "upload"
        path.write_bytes(content)
        assert refused(path, name) == code, (name, content[:20])


def test_a_word_document_is_no_workbook(tmp_path):
    assert refused(pack(tmp_path / "a.xlsx", {"word/document.xml": "<a/>"})) == "not_a_workbook"


def test_200_mb_is_the_end(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as stream:
        stream.truncate(200 * 2**20 + 1)
    assert refused(path) == "file_too_big"


def test_memory_and_time_are_bounded(tmp_path):
    far = inline("a", "b") + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = pack(tmp_path / "a.xlsx", parts(far))
    assert refused(path) in {"too_much_memory", "too_many_cells"}
    assert refused(pack(tmp_path / "b.xlsx", parts(TABLE)), seconds=0) == "too_slow"


def test_too_many_cells_and_columns(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + "1,2\n" * 100)
    assert refused(path, max_rows=50) == "too_many_cells"
    assert refused(path, max_columns=1) == "too_many_columns"


def test_the_child_gets_no_secrets(monkeypatch, tmp_path):
    """A hostile file that took the child over would find no password in its environment."""
    from zhike.exchange.sheets import sandbox

    seen = {}
    real = sandbox.subprocess.Popen

    def watch(*args, **options):
        seen.update(options["env"])
        return real(*args, **options)

    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    monkeypatch.setattr(sandbox.subprocess, "Popen", watch)
    open_sheet(pack(tmp_path / "a.xlsx", parts(TABLE)), name="a.xlsx")
    assert set(seen) == {"PYTHONPATH", "PATH", "LANG", "TMPDIR"}


def test_every_refusal_speaks_chinese():
    with translation.override("zh-hans"):
        assert all(re.search("[\u4e00-\u9fff]", str(text)) for text in REFUSALS.values())
