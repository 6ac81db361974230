"""Comparison forms of what identifies a customer or person (DAT-023). Never shown."""

import re
from functools import cache, lru_cache

from zhike.chinese import pinyin
from zhike.chinese.divisions import divisions
from zhike.chinese.script import half_width, simplify
from zhike.kernel.kinds.names import normalise

FREE_MAIL = frozenset(
    [
        "qq.com",
        "163.com",
        "126.com",
        "foxmail.com",
        "sina.com",
        "sina.cn",
        "sohu.com",
        "139.com",
        "189.cn",
        "aliyun.com",
        "yeah.net",
        "21cn.com",
        "tom.com",
        "vip.qq.com",
        "vip.163.com",
        "gmail.com",
        "hotmail.com",
        "outlook.com",
        "live.com",
        "yahoo.com",
        "yahoo.cn",
        "icloud.com",
    ]
)
_SECOND_LEVEL = frozenset({"com", "net", "org", "gov", "edu", "ac", "co"})
_HOST = re.compile(r"^(?:[a-z]+://)?(?:[^/@]*@)?([^/:?#]+)")
_NOT_WORD = re.compile(r"[\W_]+")
_NUMBERS = re.compile(r"\d+|(?<=第)[一二三四五六七八九十百]+")
_DIGITS = re.compile(r"\d+")
_LISTED = re.compile(r"^(?:\*?st|n|c|u|xd|xr|dr)(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])[ab]$")
SHORTEST = 2
_FORM_SOUNDS = frozenset({("fen", "gu"), ("ji", "tuan"), ("gu", "kong")})


@cache
def _places() -> tuple[dict[str, str], tuple[int, ...]]:
    """Names of provinces, cities and counties -> code of the city; and the lengths of the names."""
    found = {"中国": "", "中华": ""}
    for code, each in divisions().items():
        if not each.short:
            continue
        names = {each.name}
        if code.endswith("00") or each.name[-1:] == "市":
            names |= {each.short, f"{each.short}市"}
        if code.endswith("0000"):
            names |= {f"{each.short}省"}
        for name in names:
            if len(name) > 1:
                found.setdefault(name, code[:4])
    return found, tuple(sorted({len(name) for name in found}, reverse=True))


def place_code(place: str) -> int:
    """Return the number of a place's city, such as 3205, or of its province, 3200; 0 = unknown."""
    return int(_places()[0].get(place) or 0)


@cache
def _edges() -> tuple[dict[str, tuple[int, ...]], dict[str, tuple[int, ...]]]:
    """The first, and the last, two characters of a place -> how long such places are, longest first."""
    known, sizes = _places()
    first: dict[str, set[int]] = {}
    last: dict[str, set[int]] = {}
    for name in known:
        first.setdefault(name[:2], set()).add(len(name))
        last.setdefault(name[-2:], set()).add(len(name))
    ordered = [
        {edge: tuple(size for size in sizes if size in own) for edge, own in each.items()}
        for each in (first, last)
    ]
    return ordered[0], ordered[1]


@lru_cache(maxsize=65536)
def without_place(core: str) -> tuple[str, str]:
    """Return (name without places at its ends, the first place found) of a normalised name.

    A name that is nothing but a place keeps it: at least two characters stay.
    """
    known, _sizes = _places()
    first, last = _edges()
    place = ""
    for _turn in range(3):
        for size in first.get(core[:2], ()):
            if len(core) - size >= SHORTEST and core[:size] in known:
                place = place or core[:size]
                core = core[size:]
                break
        else:
            break
    for size in last.get(core[-2:], ()):
        if len(core) - size >= SHORTEST + 2 and core[-size:] in known:
            return core[:-size], place or core[-size:]
    return core, place


@lru_cache(maxsize=4096)
def _is_form(ending: str) -> bool:
    """Whether two characters sound like a legal form that was typed wrong."""
    return tuple(sorted(pinyin.syllables(ending))) in _FORM_SOUNDS


@lru_cache(maxsize=65536)
def name_forms(name: str) -> tuple[str, str, str]:
    """Return (normalised, without places, place) of a name: 苏州恒铭达（苏州）有限公司 is 恒铭达, 苏州."""
    core = normalise(name)
    if core.isascii() or core[0].isascii() or core[-1] in "ab":
        core = _LISTED.sub("", core) or core
    if len(core) > 2 + SHORTEST - 1 and _is_form(core[-2:]):
        core = core[:-2]  # 股粉公司, 团集公司
    return (core, *without_place(core))


def numbers_of(name: str) -> str:
    """Return the numbers in a name: 第2建筑公司 is not 第3建筑公司."""
    if name.isalpha() and "第" not in name:
        return ""
    return ",".join(_NUMBERS.findall(half_width(name)))


def person_form(name: str) -> str:
    """Return a person's name simplified, half width, lower case and without blanks and dots."""
    return _NOT_WORD.sub("", simplify(half_width(name)).casefold())


def phone_form(phone: str | None) -> str:
    """Return the digits that identify a line: without country code; short ones do not count."""
    digits = phone or ""
    if not (digits.isascii() and digits.isdigit()):
        digits = "".join(_DIGITS.findall(half_width(digits).split("转")[0].split("ext")[0]))
    digits = digits.removeprefix("0086")
    if digits.startswith("86") and len(digits) > 11:
        digits = digits[2:]
    digits = digits.lstrip("0")
    return digits if len(digits) >= 7 and len(set(digits)) > 2 else ""


def email_form(email: str | None) -> str:
    """Return an address in lower case, or "" where it is none."""
    text = (email or "").strip().casefold()
    return text if "@" in text else ""


def domain_form(text: str | None) -> str:
    """Return the registered domain of a website or e-mail address; free mail has none."""
    found = _HOST.match((text or "").strip().casefold().rpartition("@")[2])
    if not found or "." not in found[1]:
        return ""
    parts = found[1].strip(".").split(".")
    size = 3 if len(parts) > 2 and parts[-2] in _SECOND_LEVEL and len(parts[-1]) == 2 else 2
    domain = ".".join(parts[-size:])
    return "" if domain in FREE_MAIL else domain


def address_form(address: str | None) -> str:
    """Return an address simplified, half width, without blanks, brackets and punctuation."""
    text = simplify(half_width(address or "")).casefold()
    return text if text.isalnum() else _NOT_WORD.sub("", text)


_HOUSE = re.compile(r"([\u4e00-\u9fff]{3})(\d+)")


def house_form(address: str | None) -> str:
    """Return what singles a building out: the last hanzi before the first number, and the number.

    无锡市惠山区洛社镇中兴路18号3号楼 gives 兴路18. "" where the address has no number.
    """
    return house_in(address_form(address))


def house_in(address: str) -> str:
    """Return ``house_form`` of what ``address_form`` returned."""
    found = _HOUSE.search(address)
    return found[1] + found[2] if found else ""
