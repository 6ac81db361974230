"""Choice (a closed list with colours) and Bool."""

# mypy: disable-error-code="type-arg"

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.db import models
from django.utils import translation
from django.utils.choices import CallableChoiceIterator
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from zhike.chinese.script import half_width

from .base import EMPTY_MARK, Kind, as_text, is_empty, refuse, shown


class Choice(Kind, models.CharField):
    """One of a closed list: ``Choice(_("等级"), Grade)`` with a TextChoices class.

    The class may give its members the properties ``tone`` (a colour token of the design: dai, zhu,
    hu, zhuqing, dian, zi, grey) and ``dot`` (hollow, solid, square, badge). In sheets and texts
    value and label are both accepted, the label in Chinese and English.
    """

    operators: ClassVar[tuple[str, ...]] = ("is", "not", "in", "empty")
    widget: ClassVar[str] = "select"
    defaults: ClassVar[dict[str, Any]] = {"max_length": 32}

    def __init__(
        self,
        verbose_name: Any = None,
        options: type[models.TextChoices] | None = None,
        **kwargs: Any,
    ) -> None:
        self.options = options
        if options is not None:
            kwargs.setdefault("choices", options.choices)
        self._spellings: dict[str, str] = {}
        super().__init__(verbose_name, **kwargs)

    def spellings(self) -> dict[str, str]:
        """Everything that may be written, in lower case, to its value."""
        if isinstance(self.choices, CallableChoiceIterator):  # a register: may grow at any time
            return dict(self._spell())
        if not self._spellings:
            self._spellings = dict(self._spell())
        return self._spellings

    def _spell(self) -> Iterator[tuple[str, str]]:
        for language in ("en", "zh-hans"):
            with translation.override(language):
                yield from ((str(label).casefold(), value) for value, label in self.flatchoices)
        yield from ((str(value).casefold(), value) for value, _label in self.flatchoices)

    def parse(self, raw: Any) -> str:
        """The stored value."""
        if isinstance(raw, str) and any(raw == value for value, _label in self.flatchoices):
            return raw  # what a form sends and a row holds
        text = half_width(as_text(raw)).casefold()
        found = self.spellings().get(text)
        if found is None:
            options = "、".join(str(label) for _value, label in self.flatchoices[:12])
            raise refuse(
                _("应为 %(options)s 之一，当前是“%(found)s”"), options=options, found=shown(raw)
            )
        return found

    def display(self, value: Any) -> str:
        """The label in the active language; a value no longer offered shows as itself."""
        return EMPTY_MARK if is_empty(value) else str(dict(self.flatchoices).get(value, value))

    def _member(self, value: Any) -> Any:
        known = self.options is not None and value in self.options.values
        return self.options(value) if self.options is not None and known else None

    def tone(self, value: Any) -> str:
        """The colour token of a value, "" for none."""
        return str(getattr(self._member(value), "tone", ""))

    def dot(self, value: Any) -> str:
        """The form of the mark beside a value, "" for none."""
        return str(getattr(self._member(value), "dot", ""))

    def to_sheet(self, value: Any) -> Any:
        """The label."""
        return "" if is_empty(value) else self.display(value)

    def api_schema(self) -> dict[str, Any]:
        """The values."""
        return {
            "type": "string",
            "enum": [value for value, _label in self.flatchoices] + ([""] if self.blank else []),
        }


_YES_WORDS = "是 真 有 对 √ ✓ ✔ y yes true t 1 on"
_YES = frozenset(_YES_WORDS.split())
_NO_WORDS = "否 假 无 错 × ✗ ✘ n no false f 0 off"
_NO = frozenset(_NO_WORDS.split())


class Bool(Kind, models.BooleanField):
    """Yes or no; 是/否, true/false, 1/0, √/× are read. Empty is no unless null is allowed."""

    operators: ClassVar[tuple[str, ...]] = ("is",)
    widget: ClassVar[str] = "checkbox"
    lake: ClassVar[str] = "BOOLEAN"
    schema: ClassVar[dict[str, Any]] = {"type": "boolean"}
    defaults: ClassVar[dict[str, Any]] = {"default": False}

    def parse(self, raw: Any) -> bool:
        """True or False."""
        if isinstance(raw, bool):
            return raw
        text = half_width(as_text(raw)).lower()
        if text in _YES:
            return True
        if text in _NO:
            return False
        raise refuse(_("应为“是”或“否”，当前是“%(found)s”"), found=shown(raw))

    def display(self, value: Any) -> str:
        """是 or 否."""
        return EMPTY_MARK if value is None else (now("是") if value else now("否"))

    def to_sheet(self, value: Any) -> Any:
        """是 or 否, as people write it."""
        return "" if value is None else self.display(value)
