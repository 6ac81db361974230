"""Records as columns, and the facts on which the likeness rules decide, for many pairs at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from . import forms
from .blocks import exact_keys, keys_of_names
from .encode import Floats, Ints, Texts, Vocabulary, alike, at_most, codes

COMMON = {
    "科": 0.3, "技": 0.3, "实": 0.1, "业": 0.25, "工": 0.15, "贸": 0.1, "商": 0.08, "新": 0.15, "材": 0.15,
    "料": 0.15, "电": 0.15, "子": 0.12, "化": 0.12, "学": 0.06, "生": 0.1, "物": 0.1, "药": 0.1, "医": 0.08,
    "环": 0.08, "保": 0.08, "能": 0.1, "源": 0.08, "机": 0.1, "械": 0.08, "设": 0.08, "备": 0.08, "制": 0.08,
    "造": 0.06, "发": 0.08, "展": 0.06, "投": 0.06, "资": 0.06, "集": 0.06, "团": 0.06, "股": 0.04, "份": 0.04,
    "控": 0.04, "品": 0.06, "信": 0.06, "息": 0.05, "网": 0.04, "络": 0.04, "建": 0.06, "水": 0.05, "处": 0.04,
    "理": 0.04, "司": 0.02, "公": 0.02, "有": 0.02, "限": 0.02, "分": 0.03, "市": 0.06, "省": 0.03, "国": 0.05,
}  # fmt: skip
FLAT = Vocabulary()
ADDRESS_WIDTH = 40
SAME_ADDRESS, OTHER_ADDRESS = 0.9, 0.6
SAME_NAME, FAR = 0.995, 0.5
WAYS = (("whole", "whole"), ("short", "whole"), ("whole", "short"), ("short", "short"))


@dataclass
class Customers:
    """Columns of customers, prepared for comparison; all lists of one length."""

    names: list[str]
    short_names: list[str]
    codes: list[str]
    phones: list[str]
    emails: list[str]
    websites: list[str]
    addresses: list[str]

    def __post_init__(self) -> None:
        found = [forms.name_forms(name) for name in self.names]
        self.whole = [whole for whole, _bare, _place in found]
        self.bare = [bare for _whole, bare, _place in found]
        self.place = [forms.place_code(place) for _whole, _bare, place in found]
        self.numbers = [forms.numbers_of(name) for name in self.names]
        self.short = [forms.name_forms(name)[0] if name else "" for name in self.short_names]
        self.phone = [forms.phone_form(text) if text else "" for text in self.phones]
        self.email = [forms.email_form(text) if text else "" for text in self.emails]
        self.domain = [
            (forms.domain_form(site) or forms.domain_form(mail)) if site or mail else ""
            for site, mail in zip(self.websites, self.emails, strict=True)
        ]
        self.address = [forms.address_form(text) if text else "" for text in self.addresses]
        self.house = [forms.house_in(text) if text else "" for text in self.address]

    def __len__(self) -> int:
        return len(self.names)

    def contact_columns(self) -> dict[str, list[str]]:
        """Return the exact values by which two customers may meet, by kind."""
        return {
            "code": self.codes, "phone": self.phone, "email": self.email, "domain": self.domain,
            "house": self.house,
        }  # fmt: skip

    def keys(self) -> tuple[Ints, Ints]:
        """Return a row and a key it has, two arrays; a row may have a key more than once."""
        by_name = keys_of_names(self.bare, self.whole)
        named = [row for row, short in enumerate(self.short) if short]
        shorts = [self.short[row] for row in named]
        places, by_short = keys_of_names(shorts, shorts)
        exact = exact_keys(self.contact_columns())
        parts = by_name, (np.array(named, np.int64)[places], by_short), exact
        rows, keys = (np.concatenate(column) for column in zip(*parts, strict=True))
        return rows, keys

    def vocabulary(self) -> Vocabulary:
        """Return how telling each character is among these names."""
        return Vocabulary.counted(codes(self.bare), COMMON)


def load_tables() -> None:
    """Read the tables of sounds and places; threads that need them at once would each do so."""
    Customers(["无锡市云帆商贸有限公司"], *([""] for _field in range(6))).keys()


@dataclass
class Persons:
    """Columns of persons; ``customers`` are ids as text, "" = none."""

    names: list[str]
    mobiles: list[str]
    emails: list[str]
    wecoms: list[str]
    papers: list[str]
    birthdays: list[str]
    customers: list[str]

    def __post_init__(self) -> None:
        self.name = [forms.person_form(name) for name in self.names]
        self.mobile = [forms.phone_form(text) for text in self.mobiles]
        self.email = [forms.email_form(text) for text in self.emails]

    def __len__(self) -> int:
        return len(self.names)

    def contact_columns(self) -> dict[str, list[str]]:
        """Return the exact values by which two persons may meet, by kind."""
        at = [
            f"{name}@{customer}" if name and customer else ""
            for name, customer in zip(self.name, self.customers, strict=True)
        ]
        born = [
            f"{name}@{day}" if name and day else ""
            for name, day in zip(self.name, self.birthdays, strict=True)
        ]
        return {
            "mobile": self.mobile, "pemail": self.email, "wecom": self.wecoms, "papers": self.papers,
            "at": at, "born": born,
        }  # fmt: skip

    def keys(self) -> tuple[Ints, Ints]:
        """Return a row and a key it has, two arrays."""
        return exact_keys(self.contact_columns())

    def vocabulary(self) -> Vocabulary:
        """Return the flat vocabulary: every character of a person's name counts alike."""
        return FLAT


@dataclass
class Found:
    """Facts of many pairs as arrays, under the names of ``CustomerFacts`` or ``PersonFacts``."""

    name: Floats
    contained: Any = 0
    weight: Any = 0
    replaced: Any = 0
    code: Any = 0
    code_differs: Any = 0
    place_differs: Any = 0
    number_differs: Any = 0
    phone: Any = 0
    email: Any = 0
    domain: Any = 0
    domain_differs: Any = 0
    address: Any = 0
    address_differs: Any = 0
    mobile: Any = 0
    wecom: Any = 0
    papers: Any = 0
    birthday: Any = 0
    customer: Any = 0

    def row(self, at: int, names: Sequence[str]) -> dict[str, float]:
        """Return the facts of one pair as plain numbers."""
        return {
            f.name: float(value[at]) if np.ndim(value := getattr(self, f.name)) else float(value)
            for f in fields(self)
            if f.name in names
        }


Hopeful = Callable[[Found], Any]  # facts that flatter many pairs -> which of them matter even so


def numbered(one: Sequence[str], other: Sequence[str]) -> tuple[Ints, Ints]:
    """Return two columns as numbers that are equal where the texts are; 0 for empty."""
    known: dict[str, int] = {"": 0}
    return (
        np.array([known.setdefault(text or "", len(known)) for text in one], np.int64),
        np.array([known.setdefault(text or "", len(known)) for text in other], np.int64),
    )


class CustomerComparer:
    """Compares rows of one set of customers with rows of another, or of the same."""

    def __init__(self, one: Customers, other: Customers, words: Vocabulary) -> None:
        sides = (one, other) if one is not other else (one,)
        self.texts = [
            {
                "bare": Texts.of(side.bare, words),
                "whole": Texts.of(side.whole, words),
                "short": Texts.of(side.short, words),
                "address": Texts.of(side.address, FLAT, ADDRESS_WIDTH),
            }
            for side in sides
        ]
        self.exact = {
            kind: numbered(one.contact_columns()[kind], other.contact_columns()[kind])
            for kind in ("code", "phone", "email", "domain", "house")
        }
        self.numbers = numbered(one.numbers, other.numbers)
        self.places = np.array(one.place, np.int32), np.array(other.place, np.int32)

    def facts(self, i: Ints, j: Ints, hopeful: Hopeful | None = None) -> Found:
        """Return the facts of the pairs (row i of one, row j of the other).

        Args:
            hopeful: asked with the most that names and addresses could give; the facts of the pairs
            without hope stay at that most of their names, which is too little.
        """
        found = Found(*np.zeros((4, len(i)), np.float32))
        for kind in ("code", "phone", "email", "domain"):
            a, b = self.exact[kind][0][i], self.exact[kind][1][j]
            setattr(found, kind, ((a == b) & (a > 0)).astype(np.float32))
            if kind in {"code", "domain"}:
                setattr(found, f"{kind}_differs", ((a != b) & (a > 0) & (b > 0)).astype(np.float32))
        found.place_differs = _elsewhere(self.places[0][i], self.places[1][j])
        one, other = self.numbers[0][i], self.numbers[1][j]
        unlike = (one != other) & (one > 0) & (other > 0)
        found.number_differs = unlike.astype(np.float32)
        found.address, found.address_differs = np.zeros((2, len(i)), np.float32)
        at = np.arange(len(i))
        if hopeful is not None:
            found = replace(found, **self._at_most(i, j))
            at = np.flatnonzero(hopeful(replace(found, address=1)))
        for name, value in self._names(i[at], j[at]).items():
            getattr(found, name)[at] = value
        self._addresses(found, i, j, at)
        return found

    def _at_most(self, i: Ints, j: Ints) -> dict[str, Any]:
        """Return the most that the names of each pair can say for it, much cheaper than comparing."""
        left, right = self.texts[0], self.texts[-1]
        most = at_most(left["bare"], i, right["bare"], j)
        for one, other in WAYS:
            at = np.flatnonzero((left[one].sizes[i] > 0) & (right[other].sizes[j] > 0))
            seen = at_most(left[one], i[at], right[other], j[at])
            most.both[at] = np.maximum(most.both[at], seen.both)
            most.shorter[at] = np.maximum(most.shorter[at], seen.shorter)
            most.replaced[at] = np.minimum(most.replaced[at], seen.replaced)
        return {
            "name": most.both, "contained": most.shorter, "weight": most.least,
            "replaced": most.replaced,
        }  # fmt: skip

    def _names(self, i: Ints, j: Ints) -> dict[str, Floats]:
        """Compare the names in every form; short names and places only where they could help."""
        left, right = self.texts[0], self.texts[-1]
        plain = alike(left["bare"], i, right["bare"], j)
        name, contained, replaced = plain.both, plain.shorter, plain.replaced
        for one, other in WAYS:
            known = (left[one].chars[i, 0] > 0) & (right[other].chars[j, 0] > 0)
            at = np.flatnonzero(known & (name < SAME_NAME))
            if one == other == "whole":
                at = at[name[at] > FAR]
            seen = alike(left[one], i[at], right[other], j[at])
            better = seen.both > name[at]
            replaced[at] = np.where(better, seen.replaced, replaced[at])
            name[at] = np.maximum(name[at], seen.both)
            contained[at] = np.maximum(contained[at], seen.shorter)
        return {
            "name": name, "contained": contained, "weight": plain.least, "replaced": replaced
        }  # fmt: skip

    def _addresses(self, found: Found, i: Ints, j: Ints, among: Ints) -> None:
        left, right = self.texts[0]["address"], self.texts[-1]["address"]
        known = (left.chars[i, 0] > 0) & (right.chars[j, 0] > 0)
        house = self.exact["house"][0][i], self.exact["house"][1][j]
        same = (house[0] == house[1]) & (house[0] > 0)
        at = among[known[among] & (found.name[among] > FAR)]
        places = alike(left, i[at], right, j[at]).shorter
        same[at] |= places > SAME_ADDRESS
        found.address_differs[at] = places < OTHER_ADDRESS
        found.address = (known & same).astype(np.float32)


def _elsewhere(one: Ints, other: Ints) -> Floats:
    """Tell where both places are known and neither lies in the other: 3205 and 3200 agree."""
    known = (one > 0) & (other > 0)
    province = one // 100 != other // 100
    city = (one % 100 > 0) & (other % 100 > 0) & (one != other)
    unlike: Floats = (known & (province | city)).astype(np.float32)
    return unlike


class PersonComparer:
    """Compares rows of one set of persons with rows of another, or of the same."""

    def __init__(self, one: Persons, other: Persons, words: Vocabulary) -> None:
        self.names = Texts.of(one.name, words), Texts.of(other.name, words)
        columns = {
            "mobile": (one.mobile, other.mobile), "email": (one.email, other.email),
            "wecom": (one.wecoms, other.wecoms), "papers": (one.papers, other.papers),
            "birthday": (one.birthdays, other.birthdays),
            "customer": (one.customers, other.customers),
        }  # fmt: skip
        self.exact = {kind: numbered(*pair) for kind, pair in columns.items()}

    def facts(self, i: Ints, j: Ints, _hopeful: Hopeful | None = None) -> Found:
        """Return the facts of the pairs (row i of one, row j of the other)."""
        found = Found(name=alike(self.names[0], i, self.names[1], j).both)
        for kind, (one, other) in self.exact.items():
            a, b = one[i], other[j]
            known = (a > 0) & (b > 0)
            value = np.where(known, np.where(a == b, 1.0, -1.0), 0.0).astype(np.float32)
            if kind == "customer":
                value = np.maximum(value, 0)  # people work in more than one company
            setattr(found, kind, value)
        return found
