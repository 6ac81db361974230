"""Plain texts, codes and e-mail addresses."""

# mypy: disable-error-code="type-arg"

from __future__ import annotations

import re
from typing import Any, ClassVar
from unicodedata import is_normalized

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.chinese import terms
from zhike.chinese.script import half_width

from .base import (
    EMPTY_MARK,
    SURROGATE,
    UNWANTED,
    Kind,
    as_text,
    is_empty,
    refuse,
    shown,
)

MAX_TEXT = 100_000


def within(text: str, limit: int | None) -> str:
    """The text itself, refused when longer than ``limit`` characters."""
    if limit is not None and len(text) > limit:
        raise refuse(
            _("应不超过 %(limit)s 个字，当前 %(found)s 个字"), limit=limit, found=len(text)
        )
    return text


class Text(Kind, models.CharField):
    """One line of text, without invisible characters; emoji and rare hanzi stay."""

    lexemes = staticmethod(terms.name_terms)
    defaults: ClassVar[dict[str, Any]] = {"max_length": 200}

    def parse(self, raw: Any) -> str:
        """One tidy line."""
        return within(as_text(raw), self.max_length)

    def certain(self, item: Any) -> Any:
        """A text that is tidy already."""
        good = type(item) is str and 0 < len(item) <= (self.max_length or MAX_TEXT)
        good = good and item.isprintable() and (item.isascii() or is_normalized("NFC", item))
        return item if good and item[0] != " " != item[-1] and "  " not in item else None


class LongText(Kind, models.TextField):
    """Text of many lines; line ends are unified, at most 100,000 characters."""

    operators: ClassVar[tuple[str, ...]] = ("contains", "empty")
    widget: ClassVar[str] = "textarea"
    defaults: ClassVar[dict[str, Any]] = {"max_length": MAX_TEXT}

    def parse(self, raw: Any) -> str:
        """The text with its line breaks; blanks at line ends and blank ends are cut."""
        if not isinstance(raw, str):
            return as_text(raw)
        within(raw, (self.max_length or 0) * 2)
        if "\x00" in raw or SURROGATE.search(raw):
            raise refuse(_("含有不可见的空字符（NUL）或残缺的字符，请删除后重试"))
        lines = (
            line.rstrip()
            for line in UNWANTED.sub("", raw).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        )
        return within("\n".join(lines).strip(), self.max_length)


class Code(Kind, models.CharField):
    """A code: half-width, without blanks, never a sheet's rounded number."""

    lexemes = staticmethod(terms.code_terms)
    defaults: ClassVar[dict[str, Any]] = {"max_length": 64}

    def parse(self, raw: Any) -> str:
        """The code in half-width characters, case kept."""
        text = half_width(as_text(raw)).replace(" ", "")
        if re.fullmatch(r"\d\.\d+[eE]\+\d+", text):
            raise refuse(
                _("%(found)s 是表格显示的科学计数，原编号已丢失；请把该列设为文本后重新填写"),
                found=text,
            )
        return within(text, self.max_length)

    def certain(self, item: Any) -> Any:
        """A code of ASCII without blanks that is no number in scientific form."""
        good = type(item) is str and item.isascii() and item.isprintable() and "+" not in item
        good = good and " " not in item and 0 < len(item) <= (self.max_length or 0)
        return item if good else None


_EMAIL = re.compile(
    r"(?=.{6,254}$)(?=[^@]{1,64}@)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)


class Email(Kind, models.CharField):
    """An e-mail address; the domain is stored in lower case. Personal: masked as g***@域名."""

    personal = True
    widget: ClassVar[str] = "email"
    schema: ClassVar[dict[str, Any]] = {"type": "string", "format": "email"}
    lexemes = staticmethod(terms.exact_terms)
    defaults: ClassVar[dict[str, Any]] = {"max_length": 254}

    def parse(self, raw: Any) -> str:
        """The address; full-width characters are accepted."""
        text = half_width(as_text(raw)).removeprefix("mailto:").replace(" ", "")
        if not _EMAIL.fullmatch(text):
            try:
                validate_email(text)
            except ValidationError as error:
                raise refuse(
                    _("应为 name@example.com 形式的邮箱，当前是“%(found)s”"), found=shown(raw)
                ) from error
        local, _at, domain = text.rpartition("@")
        return within(f"{local}@{domain.lower()}", self.max_length)

    def certain(self, item: Any) -> Any:
        """A plain address in lower case."""
        good = type(item) is str and item.islower() and _EMAIL.fullmatch(item)
        return item if good and len(item) <= (self.max_length or MAX_TEXT) else None

    def mask(self, value: Any) -> str:
        """First character and domain."""
        if is_empty(value):
            return EMPTY_MARK
        local, _at, domain = str(value).rpartition("@")
        return f"{local[:1]}***@{domain}"
