"""Kind: a model field that carries the meaning of its values once, for every surface.

A kind is this mix-in beside a concrete Django field. Form, list, filter, import, export, API,
search and lake all ask the kind; none of them knows what a mobile number is. ``clean_value`` takes
one value, ``clean_column`` a whole column, and both always agree: a column first offers its values
to ``quick_pass`` (vectorised), and whatever that does not settle goes through the same ``parse`` as
a single value.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.encoding import force_str
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

MAX_CODE_NUMBER = 10**15  # Excel keeps 15 significant digits
EMPTY_MARK = "—"
# Control characters, bidirectional marks and lone surrogates: invisible, and never meant.
UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class CleanColumn:
    """A cleaned column: a value per row (None where refused), the message of each refused row."""

    values: list[Any]
    errors: dict[int, str] = field(default_factory=dict)


def refuse(message: Any, **params: Any) -> ValidationError:
    """The error of a kind; the message names what is expected and what was found."""
    return ValidationError(message, code="invalid", params=params)


def message_of(error: ValidationError) -> str:
    """The error as one line of text in the active language."""
    return "；".join(error.messages)


def english() -> bool:
    """True while the active language is English."""
    return (get_language() or "zh").startswith("en")


def shown(raw: Any) -> str:
    """A refused value as it may be quoted in a message: one line, at most 40 characters."""
    text = UNWANTED.sub("�", force_str(raw, errors="replace")).replace("\n", " ")
    return text if len(text) <= 40 else text[:39] + "…"


def is_empty(raw: Any) -> bool:
    """None, an empty or blank text, or the NaN of a data frame."""
    if isinstance(raw, str):
        return not raw or raw.isspace()
    if isinstance(raw, Decimal):
        return raw.is_nan()
    return raw is None or (isinstance(raw, float) and raw != raw)


def as_text(raw: Any) -> str:
    """One line of clean text from a person's text, a sheet's number or JSON.

    Invisible characters go, composed characters are joined (NFC), blanks are collapsed. Emoji and
    rare hanzi stay.

    Raises:
        ValidationError: the value is no text, holds NUL, or is a number too long for a sheet to
        have kept.
    """
    if isinstance(raw, str):
        return tidy(raw)
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        raise refuse(_("应为文字，当前是 %(found)s"), found=type(raw).__name__)
    if not abs(Decimal(raw)) < MAX_CODE_NUMBER:  # also infinite
        raise refuse(_("表格中的数字只保留 15 位，超出的部分已丢失；请把该列设为文本后重新填写"))
    return str(int(raw)) if raw == int(raw) else str(raw)


def tidy(text: str) -> str:
    """``as_text`` of a text."""
    if "\x00" in text:
        raise refuse(_("含有不可见的空字符（NUL），请删除后重试"))
    if not text.isascii() and SURROGATE.search(text):
        raise refuse(_("含有残缺的字符（半个表情或汉字），请重新输入"))
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", UNWANTED.sub("", text))
    return " ".join(text.split())


if TYPE_CHECKING:
    _Field = models.Field[Any, Any]
else:
    _Field = object


class Kind(_Field):
    """The mix-in. A subclass sets the class attributes and writes ``parse``."""

    personal: bool = False
    operators: ClassVar[tuple[str, ...]] = ("is", "not", "in", "contains", "empty")
    widget: ClassVar[str] = "text"
    align: ClassVar[str] = "left"
    lake: ClassVar[str] = "VARCHAR"
    schema: ClassVar[dict[str, Any]] = {"type": "string"}
    shows: ClassVar[tuple[int, int]] = (0, 0)  # how many characters the mask leaves at either end
    lexemes: ClassVar[Any] = None  # function: search terms of a non-empty value
    own_options: ClassVar[dict[str, Any]] = {}  # own options of the kind and their defaults
    defaults: ClassVar[
        dict[str, Any]
    ] = {}  # options of the Django field that the kind fixes unless told otherwise

    def __init__(self, verbose_name: Any = None, *args: Any, **kwargs: Any) -> None:
        self.take_options(kwargs)
        super().__init__(verbose_name, *args, **{**self.defaults, **kwargs})

    def take_options(self, kwargs: dict[str, Any]) -> None:
        """Move the kind's own options from ``kwargs`` to the field."""
        self.personal = kwargs.pop("personal", type(self).personal)
        for name, default in self.own_options.items():
            setattr(self, name, kwargs.pop(name, default))

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Name the kind by its public path, so that files may move without touching migrations."""
        name, path, args, kwargs = super().deconstruct()
        if path.startswith(__package__):
            path = f"{__package__}.{type(self).__name__}"
        own = {"personal": type(self).personal, **self.own_options}
        kwargs |= {key: getattr(self, key) for key in own if getattr(self, key) != own[key]}
        return name, path, args, kwargs

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """Django's hook: the kind's own cleaning, then the field's validators."""
        return super().clean(self.clean_value(value), model_instance)

    # -- reading what people write ---------------------------------------------------

    def parse(self, raw: Any) -> Any:
        """The Python value of a non-empty ``raw``; the error names expected and found."""
        raise NotImplementedError

    def clean_value(self, raw: Any) -> Any:
        """The Python value of a person's text, JSON value or sheet cell.

        Raises:
            ValidationError: the field is required and empty, or the value does not fit.
        """
        return self.when_empty() if is_empty(raw) else self.parse(raw)

    def when_empty(self) -> Any:
        """The value of an empty cell; raises ValidationError where one is required."""
        if self.blank and self.null:
            return None
        if self.has_default():
            return self.get_default()
        if self.blank:
            return "" if self.empty_strings_allowed else None
        raise ValidationError(_("必填，当前为空"), code="required")

    def certain(self, item: Any) -> Any:
        """The value of an item that is clean at a glance, else None; cheap, for whole columns."""
        del item

    def quick_pass(self, raw: Sequence[Any]) -> list[Any]:
        """The values that are certain, None for what ``clean_value`` must read."""
        return [self.certain(item) for item in raw]

    def clean_column(self, raw: Sequence[Any]) -> CleanColumn:
        """``clean_value`` over a column, each distinct text once."""
        values = self.quick_pass(raw)
        result = CleanColumn(values)
        seen: dict[str, Any] = {}
        clean = self.clean_value
        for row in [row for row, value in enumerate(values) if value is None]:
            item = raw[row]
            try:
                if type(item) is str:
                    if item not in seen:
                        seen[item] = clean(item)
                    values[row] = seen[item]
                else:
                    values[row] = clean(item)
            except ValidationError as error:
                values[row] = None
                result.errors[row] = message_of(error)
        return result

    # -- showing ---------------------------------------------------------------------

    def display(self, value: Any) -> str:
        """The value as text for a page, in the active language; the caller escapes it."""
        return EMPTY_MARK if is_empty(value) else str(value)

    def mask(self, value: Any) -> str:
        """What a person without the right to see the value gets."""
        if is_empty(value):
            return EMPTY_MARK
        head, tail = self.shows
        text = str(value) if len(str(value)) >= head + tail + 2 else ""
        return f"{text[:head]}****{text[-tail:] if tail else ''}"

    def to_json(self, value: Any) -> Any:
        """The API form: JSON types only."""
        return value

    def to_sheet(self, value: Any) -> Any:
        """The cell of a sheet: text, number or date; reading it back gives the same value."""
        return self.to_json(value)

    def api_schema(self) -> dict[str, Any]:
        """JSON-schema fragment of ``to_json``; the caller adds null where allowed."""
        return {**self.schema, **({"maxLength": self.max_length} if self.max_length else {})}

    def search_terms(self, value: Any) -> list[str]:
        """Lexemes for the search index; none unless the kind says so."""
        read = type(self).lexemes
        return [] if read is None or is_empty(value) else read(value)

    def lake_type(self) -> str:
        """The type of the column in DuckDB."""
        return self.lake
