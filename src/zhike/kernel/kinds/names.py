"""Names of companies and persons."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, ClassVar
from unicodedata import normalize as unicode_form

from django.utils.translation import gettext_lazy as _

from zhike.chinese import pinyin
from zhike.chinese.script import half_width, simplify

from .base import EMPTY_MARK, as_text, is_empty, refuse, shown
from .text import Text, within

_LETTERS = re.compile(r"[^\W\d_]")
_HANZI_NAME = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_LATIN_FORM = re.compile(
    r"[\s,.]*\b(?:co(?:mpany)?\b[\s.,]*(?:ltd|limited|inc)?|ltd|limited|inc(?:orporated)?|corp(?:oration)?|llc|gmbh|plc"
    r"|s\.?a\.?r\.?l|pte|pty)\b[\s.,]*$"
)
_LEGAL_FORM = re.compile(
    r"(?:集团)?(?:股份)?(?:有限)?(?:责任)?(?:总)?(?<!分)(?<!子)公司$|(?:股份|集团|控股)$"
)
_SEPARATORS = re.compile(r"[\W_]+")
_ENDINGS, _LONGEST_FORM = ("公司", "股份", "集团", "控股"), 11


@lru_cache(maxsize=65536)
def normalise(name: str) -> str:
    """The comparison form of a company's name, for finding duplicates; never shown.

    Half width, simplified, lower case, without blanks, brackets and punctuation, without the legal
    form at its end (有限公司, 股份有限公司, 集团, Co., Ltd.). A place inside brackets stays, and so
    does 分公司: a branch is not its parent. A name that is nothing but a legal form keeps it.
    """
    text = simplify(unicode_form("NFKC", name)).casefold()
    if not text[-1:] > "\u3400":
        text = _LATIN_FORM.sub("", text) or text
    core = text if text.isalpha() else _SEPARATORS.sub("", text)
    for _turn in range(3):
        form = core.endswith(_ENDINGS) and _LEGAL_FORM.search(
            core, max(0, len(core) - _LONGEST_FORM)
        )
        if not form or not form.start():
            break
        core = core[: form.start()]
    return core


class CompanyName(Text):
    """The name of an organisation as in its licence, without invisible characters."""

    defaults: ClassVar[dict[str, Any]] = {"max_length": 200}

    def parse(self, raw: Any) -> str:
        """A tidy name with at least two letters or hanzi."""
        name = within(as_text(raw), self.max_length)
        if len(_LETTERS.findall(name)) < 2:
            raise refuse(_("应为企业名称，至少两个汉字或字母，当前是“%(found)s”"), found=shown(raw))
        return name

    def certain(self, item: Any) -> Any:
        """A tidy name that begins with two letters or hanzi."""
        return (
            super().certain(item)
            if type(item) is str and len(item) > 1 and item[:2].isalpha()
            else None
        )

    def sort_key(self, value: str) -> str:
        """Byte-wise order by pinyin, Latin first."""
        return pinyin.sort_key(value)


def split_name(name: str) -> tuple[str, str]:
    """Family name and given name; a Latin name is "Given Family", or "Family, Given"."""
    if pinyin.HANZI.match(name):
        size = pinyin.surname_length(name)
        return name[:size], name[size:].strip(" ·")
    if "," in name:
        family, _comma, given = name.partition(",")
        return family.strip(), given.strip()
    given, _blank, family = name.rpartition(" ")
    return family, given


class PersonName(Text):
    """A person's name, family name first. Personal: masked as 顾**."""

    personal = True
    defaults: ClassVar[dict[str, Any]] = {"max_length": 80}

    def parse(self, raw: Any) -> str:
        """A tidy name; blanks between hanzi (张  三) are closed."""
        name = within(as_text(raw), self.max_length)
        if not _LETTERS.search(name) or any(char.isdigit() for char in name):
            raise refuse(_("应为姓名，不含数字，当前是“%(found)s”"), found=shown(raw))
        hanzi = pinyin.HANZI.pattern
        return re.sub(f"(?<={hanzi}) (?={hanzi})", "", half_width(name)).replace("•", "·")

    def certain(self, item: Any) -> Any:
        """A short name of hanzi only."""
        good = type(item) is str and len(item) <= 4 and _HANZI_NAME.fullmatch(item)
        return super().certain(item) if good else None

    def mask(self, value: Any) -> str:
        """The family name and two stars; of a Latin name its first letter."""
        if is_empty(value):
            return EMPTY_MARK
        return f"{split_name(value)[0] if pinyin.HANZI.match(value) else value[:1]}**"

    def sort_key(self, value: str) -> str:
        """Byte-wise order by pinyin with surname readings, Latin first."""
        return pinyin.sort_key(value, surname=True)


def salutation(name: str, form: str) -> str:
    """How to address a person: 曾国藩 with 总 is 曾总; with "" the full name."""
    family, _given = split_name(name)
    if not form or not family:
        return name
    return f"{family}{form}" if pinyin.HANZI.match(name) else f"{form} {family}"
