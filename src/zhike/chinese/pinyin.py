"""Pinyin: full, initials, surname readings and a sort key.

The tables are condensed from the data of ``pypinyin`` (MIT) on first use: one reading per character
without tones, and only those phrases whose reading differs from it (重庆, 长城, 厦门). The big
phrase table is not kept in memory.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from importlib.metadata import distribution
from operator import add
from pathlib import Path
from unicodedata import normalize

SURNAMES = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "朴": "piao", "查": "zha",
    "区": "ou", "任": "ren", "盖": "ge", "翟": "zhai", "尉": "wei", "乐": "yue", "缪": "miao",
    "繁": "po", "员": "yun", "种": "chong", "覃": "qin", "召": "shao", "洗": "xian",
    "冼": "xian", "折": "she", "黑": "he", "秘": "bi", "晟": "cheng", "宓": "mi",
    "逄": "pang", "华": "hua", "燕": "yan", "宁": "ning", "牟": "mu", "句": "gou", "那": "na",
    "郗": "xi", "祭": "zhai", "隗": "kui", "万俟": "moqi", "尉迟": "yuchi", "长孙": "zhangsun",
    "澹台": "tantai", "单于": "chanyu", "令狐": "linghu", "宰父": "zaifu",
}  # fmt: skip
_COMPOUND_SURNAMES_WORDS = (
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 司空 夏侯 轩辕 宇文 长孙 鲜于 "
    "闾丘 南宫 万俟 闻人 东郭 澹台 公冶 宗政 濮阳 淳于 单于 太叔 申屠 仲孙 钟离 端木 独孤 "
    "拓跋 赫连 西门 呼延 百里 第五 宰父 公羊 谷梁"
)
COMPOUND_SURNAMES = frozenset(_COMPOUND_SURNAMES_WORDS.split())
HANZI = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
# Of the big table: phrases of up to four characters, and the usual reading of each character.
_PHRASE = re.compile(r'"([^"]{2,4})":\s*\[((?:\s*\[[^\]]*\]\s*,?)*)\s*\]')
_FIRST = re.compile(r'\[\s*"([^"]*)"')


@lru_cache(maxsize=4096)
def plain(syllable: str) -> str:
    """A syllable without its tone; ü is v, as typed."""
    if syllable.isascii():
        return syllable
    text = normalize("NFD", syllable).replace("u\u0308", "v").replace("ê", "e")
    return "".join(char for char in text if "a" <= char <= "z")


def _table(name: str) -> str:
    """The text of a table. Its package is not imported: that alone takes 55 MB."""
    return Path(str(distribution("pypinyin").locate_file(f"pypinyin/{name}"))).read_text("utf-8")


@cache
def _readings() -> dict[str, str]:
    """Character to its ordinary reading."""
    data = json.loads(_table("pinyin_dict.json"))
    shared: dict[str, str] = {}
    result = {}
    for code, tones in data.items():
        reading = plain(tones.split(",", 1)[0])
        result[chr(int(code))] = shared.setdefault(reading, reading)
    return result


@cache
def _phrases() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[int, ...]]]:
    """Phrases read otherwise than by character; the lengths by first character, longest first."""
    usual = _readings()
    phrases: dict[str, tuple[str, ...]] = {}
    starts: dict[str, tuple[int, ...]] = {}
    for phrase, readings in _PHRASE.findall(_table("phrases_dict.json")):
        spoken = tuple(map(plain, _FIRST.findall(readings)))
        expected = tuple(map(usual.get, phrase))
        if spoken == expected or len(spoken) != len(phrase):
            continue
        if any(new and new != old for new, old in zip(spoken, expected, strict=True)):
            phrases[phrase] = spoken
            sizes = {*starts.get(phrase[0], ()), len(phrase)}
            starts[phrase[0]] = tuple(sorted(sizes, reverse=True))
    return phrases, starts


@cache
def _openings() -> frozenset[str]:
    """The first two characters of the odd phrases: few texts hold any of them."""
    return frozenset(phrase[:2] for phrase in _phrases()[0])


def is_odd(pairs: Iterable[str]) -> bool:
    """Whether a text may hold a phrase that is read otherwise than by character.

    Args:
        pairs: every two neighbouring characters of the text.
    """
    return not _openings().isdisjoint(pairs)


class Made(dict[str, str]):
    """What follows from a short text, made once for each; forgotten when it grows too large."""

    def __init__(self, make: Callable[[str], str], most: int = 100_000) -> None:
        super().__init__()
        self.make, self.most = make, most

    def __missing__(self, text: str) -> str:
        """Make it and keep it."""
        if len(self) >= self.most:
            self.clear()
        found = self[text] = self.make(text)
        return found


@cache
def all_syllables() -> frozenset[str]:
    """Every syllable in use, for splitting what people type."""
    return frozenset(_readings().values()) | frozenset(
        SURNAMES[char] for char in SURNAMES if len(char) == 1
    )


def surname_length(name: str) -> int:
    """How many characters of a Chinese name are the surname: 1, or 2 for a compound one."""
    return 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1


def syllables(text: str, *, surname: bool = False) -> list[str]:
    """The reading of each character, without tones; a character that is no hanzi reads as "".

    Args:
        text: a name or phrase.
        surname: read its beginning as a surname (曾 zeng, 单 shan).
    """
    usual = _readings()
    spoken = [usual.get(char, "") for char in text]
    if is_odd(map(add, text, text[1:])):
        _read_phrases(text, spoken, *_phrases())
    if surname and text:
        size = surname_length(text)
        special = SURNAMES.get(text[:size])
        if special and size == 1:
            spoken[0] = special
        elif special:
            spoken[:2] = {"moqi": ["mo", "qi"], "yuchi": ["yu", "chi"]}.get(special) or _halves(
                special
            )
    return spoken


def _halves(reading: str) -> list[str]:
    known = all_syllables()
    return next(
        ([reading[:cut], reading[cut:]] for cut in range(len(reading) - 1, 1, -1)
         if reading[:cut] in known and reading[cut:] in known),
        [reading, ""],
    )  # fmt: skip


def _read_phrases(
    text: str,
    spoken: list[str],
    phrases: dict[str, tuple[str, ...]],
    starts: dict[str, tuple[int, ...]],
) -> None:
    """Put the readings of the phrases in ``text`` over those of its characters, longest first."""
    done = 0
    for at, char in enumerate(text):
        if at < done or char not in starts:
            continue
        for size in starts[char]:
            found = phrases.get(text[at : at + size])
            if found:
                spoken[at : at + size] = found
                done = at + size
                break


def full(text: str, *, surname: bool = False) -> str:
    """The whole reading joined: zengguofan; Latin letters and digits stay, in lower case."""
    return "".join(
        reading or (char.lower() if char.isalnum() else "")
        for char, reading in zip(text, syllables(text, surname=surname), strict=True)
    )


def initials(text: str, *, surname: bool = False) -> str:
    """The first letters: zgf."""
    return "".join(
        reading[:1] or (char.lower() if char.isalnum() else "")
        for char, reading in zip(text, syllables(text, surname=surname), strict=True)
    )


def _sort_piece(char: str) -> str:
    reading = _readings().get(char, "")
    return f"~{reading} {char}" if reading else char.casefold()


_SORT_PIECES = Made(_sort_piece)


@lru_cache(maxsize=65536)
def sort_key(text: str, *, surname: bool = False) -> str:
    """A key for byte-wise order: digits, Latin, hanzi by syllable and character."""
    if not surname and not is_odd(map(add, text, text[1:])):
        return "".join(map(_SORT_PIECES.__getitem__, text))[:200]
    spoken = syllables(text, surname=surname)
    parts = [f"~{r} {c}" if r else c.casefold() for c, r in zip(text, spoken, strict=True)]
    return "".join(parts)[:200]
