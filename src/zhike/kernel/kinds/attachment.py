"""Attachment: a file under the media directory, stored under a name that we make."""

# mypy: disable-error-code="type-arg"

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any, ClassVar
from uuid import uuid4

from django.core.files.base import File
from django.db import models
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from .base import EMPTY_MARK, UNWANTED, Kind, refuse, shown

MAX_BYTES = 50 * 2**20
_DANGEROUS_WORDS = (
    "ade adp app apk bat chm cmd com cpl dll dmg exe gadget hta html htm htaccess inf ins "
    "iso jar js jse jsp lnk mht msc msi msp mst php phtml pif ps1 py reg scf scr sct sh "
    "shtml svg swf sys url vb vbe vbs wsc wsf wsh xhtml xht"
)
DANGEROUS = frozenset(_DANGEROUS_WORDS.split())


def attachment_path(_instance: Any, filename: str) -> str:
    """attachments/年/月/a random name/the cleaned name: never a path that a person has chosen."""
    name = PurePosixPath(filename.replace("\\", "/")).name
    stem, _dot, extension = name.rpartition(".")
    stem = (
        re.sub(r"[^\w（）()-]+", "_", UNWANTED.sub("", stem or extension)).strip("._")[:60]
        or "file"
    )
    suffix = "." + re.sub(r"[^a-z0-9]", "", extension.lower())[:10] if _dot else ""
    return f"attachments/{timezone.localdate():%Y/%m}/{uuid4().hex}/{stem}{suffix}"


class Attachment(Kind, models.FileField):
    """One file of at most ``MAX_BYTES``; programs, web pages and disguised names are refused."""

    operators: ClassVar[tuple[str, ...]] = ("empty",)
    widget: ClassVar[str] = "file"
    defaults: ClassVar[dict[str, Any]] = {"max_length": 255, "upload_to": attachment_path}

    def parse(self, raw: Any) -> Any:
        """The uploaded file itself, once its name and size pass."""
        if not isinstance(raw, File):
            raise refuse(_("应为上传的文件，当前是“%(found)s”"), found=shown(raw))
        name = str(raw.name or "")
        if not name or UNWANTED.search(name) or any(char in name for char in "\n\r\t"):
            raise refuse(_("文件名含有不可见的字符，请改名后上传"))
        parts = [
            part.strip().lower()
            for part in name.replace("\\", "/").rpartition("/")[2].split(".")[1:]
        ]
        bad = next((part for part in parts if part in DANGEROUS), None)
        if bad:
            raise refuse(_("不能上传 .%(found)s 类型的文件"), found=bad)
        if (raw.size or 0) > MAX_BYTES:
            raise refuse(
                _("文件应不超过 %(limit)s MB，当前 %(found)s MB"),
                limit=MAX_BYTES // 2**20,
                found=round(raw.size / 2**20, 1),
            )
        return raw

    def display(self, value: Any) -> str:
        """The name of the file."""
        return EMPTY_MARK if not value else PurePosixPath(str(value)).name

    def to_json(self, value: Any) -> Any:
        """The name of the file; its content has an address of its own."""
        return self.display(value) if value else None

    def to_sheet(self, value: Any) -> Any:
        """The name of the file."""
        return self.display(value) if value else ""

    @staticmethod
    def headers(value: Any) -> dict[str, str]:
        """How a file is served: always as a download, never opened in our origin."""
        name = PurePosixPath(str(value)).name
        return {
            "Content-Disposition": content_disposition_header(True, name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Content-Type": "application/octet-stream",
        }
