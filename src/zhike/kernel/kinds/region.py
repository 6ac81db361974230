"""Region: an administrative division by its code of GB/T 2260."""

# mypy: disable-error-code="type-arg"

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.chinese import terms
from zhike.chinese.divisions import find, path, stem

from .base import EMPTY_MARK, Kind, as_text, is_empty, refuse, shown


class Region(Kind, models.CharField):
    """An administrative division; the operator "under" takes everything beneath it."""

    operators: ClassVar[tuple[str, ...]] = ("under", "is", "in", "empty")
    widget: ClassVar[str] = "region"
    schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": "^[0-9]{6}$"}
    defaults: ClassVar[dict[str, Any]] = {"max_length": 6}

    def parse(self, raw: Any) -> str:
        """The code of six digits; an ambiguous name is refused with the candidates."""
        codes = find(as_text(raw))
        if len(codes) == 1:
            return codes[0]
        if codes:
            options = "、".join(self.display(code) for code in codes[:5])
            raise refuse(
                _("“%(found)s”有多个：%(options)s，请写上省市"), found=shown(raw), options=options
            )
        raise refuse(
            _("没有找到行政区划“%(found)s”，请写 省、市、县 的名称或代码"), found=shown(raw)
        )

    def display(self, value: Any) -> str:
        """江苏 · 泰州; a code of another edition shows as itself."""
        if is_empty(value):
            return EMPTY_MARK
        steps = path(value)
        return " · ".join(each.name if each.level == 3 else each.short for each in steps) or str(
            value
        )

    @staticmethod
    def under(value: str) -> dict[str, str]:
        """The look-up of the operator "under": {"startswith": "3212"}."""
        return {"startswith": stem(value)}

    def to_sheet(self, value: Any) -> Any:
        """The names, which read back."""
        return "" if is_empty(value) else self.display(value)

    def search_terms(self, value: Any) -> list[str]:
        """The names of the division and those above it."""
        return (
            []
            if is_empty(value)
            else terms.name_terms(" ".join(each.short for each in path(value)))
        )
