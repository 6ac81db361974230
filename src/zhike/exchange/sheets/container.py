"""Look at a file from outside before any parser sees it: size, magic bytes, zip directory.

Runs in the child process. Nothing here builds a document tree of the user's content.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Literal

from .limits import Limits, Refusal

Format = Literal["xlsx", "xls", "csv"]

FAMILIES: dict[str, Format] = {
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xls",
    ".et": "xls",
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "csv",
}
ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHER_MAGIC = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"GIF8")
WEB_PAGE = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")
NESTED = {".zip", ".xlsx", ".xlsm", ".gz", ".rar", ".7z", ".jar", ".docx"}
DOCTYPES = tuple("<!DOCTYPE".encode(codec) for codec in ("ascii", "utf-16-le", "utf-16-be"))
CHUNK = 1024 * 1024


def identify(path: Path, name: str, limits: Limits) -> Format:
    """The real format of ``path``, uploaded as ``name``; raises Refusal for what is unsafe.

    The content decides, not the name: an xlsx renamed to .xls and a text table saved as .xls
    (both common exports of Chinese ERP programs) are read as what they are.
    """
    size = path.stat().st_size
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    if suffix not in FAMILIES:
        raise Refusal("unsupported_extension", extension=suffix or "–")
    if size == 0:
        raise Refusal("empty_file")
    if size > limits.max_bytes:
        raise Refusal("file_too_big", size=size // 2**20, limit=limits.max_bytes // 2**20)
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith(ZIP_MAGIC):
        check_zip(path, limits)
        return "xlsx"
    if head.startswith(OLE_MAGIC):
        check_compound(path)
        return "xls"
    check_text(head, suffix)
    return "csv"


def check_text(head: bytes, suffix: str) -> None:
    """Refuse what is neither a workbook nor a text table."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(WEB_PAGE):
        raise Refusal("web_page")
    if head.startswith(OTHER_MAGIC):
        raise Refusal("not_a_table")
    if FAMILIES[suffix] == "xlsx":
        raise Refusal("not_a_workbook")


def check_compound(path: Path) -> None:
    """Refuse an OLE file that holds an encrypted package or no workbook."""
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Refusal("encrypted")
    if not any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        raise Refusal("not_a_workbook")


def check_zip(path: Path, limits: Limits) -> None:
    """Refuse archives that are damaged, encrypted, nested, no workbook, or bombs."""
    try:
        with zipfile.ZipFile(path) as archive:
            check_directory(archive.infolist(), path.stat().st_size, limits)
            for entry in archive.infolist():
                if entry.filename.endswith((".xml", ".rels", ".vml")):
                    check_markup(archive, entry)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise Refusal("damaged") from error


def check_directory(entries: list[zipfile.ZipInfo], packed: int, limits: Limits) -> None:
    """Judge the table of contents alone; nothing is unpacked yet."""
    names = {entry.filename for entry in entries}
    unpacked = sum(entry.file_size for entry in entries)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refusal("encrypted")
    if len(entries) > limits.max_entries:
        raise Refusal("too_many_entries", count=len(entries), limit=limits.max_entries)
    inflated = unpacked > limits.ratio_floor and unpacked > packed * limits.ratio
    if unpacked > limits.max_unpacked or inflated:
        raise Refusal("zip_bomb", packed=-(-packed // 1024), unpacked=unpacked // 2**20)
    if len(names) != len(entries):
        raise Refusal("damaged")
    for name in names:
        inner = PurePosixPath(name)
        if inner.suffix.lower() in NESTED and "embeddings" not in inner.parts:
            raise Refusal("nested_archive", entry=name[:80])
    if "xl/workbook.xml" not in names:
        raise Refusal("not_a_workbook")


def check_markup(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Refuse a document type: spreadsheets have none, entity bombs and XXE need one.

    Reading to the end also proves the declared size: zipfile fails on a lying directory.
    """
    tail = b""
    with archive.open(entry) as stream:
        while chunk := stream.read(CHUNK):
            window = tail + chunk
            if any(doctype in window for doctype in DOCTYPES):
                raise Refusal("xml_entities")
            tail = chunk[-32:]
