"""Whole columns of search terms as literals of ``tsvector``, for imports.

A literal holds the lexemes that ``terms`` gives for the same text. A lexeme may stand there twice:
PostgreSQL keeps it once. Letters, digits and hanzi need no quotes, and are read faster without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import add

from . import terms
from .pinyin import SURNAMES, Made, is_odd, syllables
from .terms import WINDOW

Terms = Callable[[str], list[str]]


def literal(words: Iterable[str]) -> str:
    """Return lexemes as a literal."""
    text = "\0".join(filter(None, words))
    if "'" in text or "\\" in text:
        text = text.replace("\\", "\\\\").replace("'", "''")
    return "'" + text.replace("\0", "' '") + "'" if text else ""


_SOUNDS = Made(lambda char: syllables(char)[0])
_LETTERS = Made(lambda char: _SOUNDS[char][:1])
_PAIRS = Made(lambda pair: f"{pair} y{_SOUNDS[pair[0]]}{_SOUNDS[pair[1]]}")  # of an even text
_LAST = Made(lambda char: f"{char} y{_SOUNDS[char]}")


def _windows(namespace: str, text: str, count: int) -> str:
    found = [text[at : at + WINDOW] for at in range(count)]
    return f" {namespace}" + f" {namespace}".join(found) if found else ""


def name_literal(text: str) -> str:
    """Return the lexemes of a name; one of hanzi that are read one by one is put together here."""
    name = terms.folded(text[: terms.MAX_NAME])
    pairs = list(map(add, name, name[1:]))
    plain = terms.HANZI_RUN.fullmatch(name) and not is_odd(pairs)
    if not plain or name[0] in SURNAMES or name[:2] in SURNAMES:
        return literal(terms.name_terms(text))
    letters = "".join(map(_LETTERS.__getitem__, name))
    pieces = [*map(_PAIRS.__getitem__, pairs), _LAST[name[-1]]]
    return " ".join(pieces) + _windows("p", letters, len(letters))


def code_literal(text: str) -> str:
    """Return the lexemes of a code."""
    code = terms.bare_code(text)
    return f"w{code}" + _windows("d", code, max(1, len(code) - 1)) if code else ""


_OWN: dict[Terms, Callable[[str], str]] = {
    terms.name_terms: name_literal,
    terms.code_terms: code_literal,
}


def column(read: Terms, values: Sequence[str | None]) -> list[str]:
    """Return the literal of each value by a function of ``terms``; "" for an empty value."""
    own = _OWN.get(read)
    if own is None:
        return [literal(read(value)) if value else "" for value in values]
    return [own(value) if value else "" for value in values]
