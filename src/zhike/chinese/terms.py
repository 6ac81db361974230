"""Search terms: what is indexed for a value and what a query looks for. No database here.

The namespaces of lexemes (hanzi stand for themselves):

=====  ==========================================  =============================
``w``  a Latin word or number                      ``whuawei``
``p``  suffixes of the initials, cut to 6          ``pszhwjs``, ``phwjs``
``y``  pinyin of adjacent syllables, last single   ``yhuawei``, ``ywei``
``r``  a telephone number reversed                 ``r4321…``
``f``  a telephone number forwards                 ``f138…``
``d``  suffixes of a code, cut to 6                ``dkh0012``, ``dh00123``
``x``  an exact value                              ``xa@b.cn``
=====  ==========================================  =============================

Index with ``array_to_tsvector(terms)`` and query with ``'…'::tsquery``: the terms are lexemes as
they stand and must not pass through a text search parser.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from operator import add

from .pinyin import (
    HANZI,
    SURNAMES,
    Made,
    all_syllables,
    initials,
    is_odd,
    surname_length,
    syllables,
)
from .script import half_width, simplify

WINDOW = 6
MASKED_TAIL, MASKED_HEAD, WHOLE_NUMBER = 4, 3, 10
MAX_QUERY, MAX_NAME = 64, 200
FEW_ENDINGS = 3  # syllables that a last one may still become
HANZI_RUN = re.compile(f"{HANZI.pattern}+")
_PARTS = re.compile(
    f"{HANZI.pattern}+|(?:(?!{HANZI.pattern})[^\\W_])+(?:[-._/#&']+(?:(?!{HANZI.pattern})[^\\W_])+)*"
)
_WORD = re.compile(f"(?:(?!{HANZI.pattern})[^\\W_])+")
_NUMBER = re.compile(r"\+?[0-9][0-9 ()-]{2,}", re.ASCII)
_NOT_CODE = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Return a text as search sees it: simplified, half width, lower case, without quotes."""
    found = simplify(half_width(text)).lower()
    if found.isalnum():
        return found
    return found.replace("'", "").replace("\\", "")


def name_terms(text: str) -> list[str]:
    """Lexemes of a name: hanzi bigrams and last unigram, Latin words, initials and pinyin.

    A beginning that is a surname with a reading of its own (曾) is indexed under both readings.
    """
    whole = folded(text[:MAX_NAME])
    runs = [whole] if HANZI_RUN.fullmatch(whole) else HANZI_RUN.findall(whole)
    found: list[str] = []
    for run in runs:
        pairs = list(map(add, run, run[1:]))
        found += pairs
        found.append(run[-1])
        found += _sound_terms(syllables(run)) if is_odd(pairs) else _plain_sounds(run, pairs)
    if runs and whole.startswith(runs[0]) and (whole[0] in SURNAMES or whole[:2] in SURNAMES):
        found += _sound_terms(syllables(runs[0], surname=True), surname_length(runs[0]))
    if sum(map(len, runs)) < len(whole):
        words = _WORD.findall(whole)
        found += ["w" + word for word in words]
        if runs:
            heard = [each[:1] for run in runs for each in syllables(run)]
            letters = initials(whole) if words else "".join(heard)
            found += ["p" + letters[at : at + WINDOW] for at in range(len(letters))]
    return list(dict.fromkeys(found))


_LETTERS = Made(lambda char: syllables(char)[0][:1])
_SPOKEN_PAIRS = Made(lambda pair: "y" + "".join(syllables(pair)))


def _plain_sounds(run: str, pairs: list[str]) -> list[str]:
    """``_sound_terms`` of a text that is read character by character, of what is known already."""
    letters = "".join(map(_LETTERS.__getitem__, run))
    found = ["p" + letters[at : at + WINDOW] for at in range(len(letters))]
    found += map(_SPOKEN_PAIRS.__getitem__, pairs)
    found.append("y" + syllables(run[-1])[0])
    return found


def _sound_terms(spoken: list[str], count: int = MAX_NAME) -> list[str]:
    """Initials and pinyin of the first ``count`` syllables."""
    letters = "".join([reading[:1] for reading in spoken])
    found = ["p" + letters[at : at + WINDOW] for at in range(min(count, len(letters)))]
    found += [f"y{left}{right}" for left, right in pairwise(spoken[: count + 1])]
    if count >= len(spoken):
        found.append("y" + spoken[-1])
    return found


def digits_terms(text: str) -> list[str]:
    """Lexemes of a telephone number: forwards and reversed, without its extension."""
    number = text
    if text.count("-") == 2 and text[0] not in "48":
        number = text.rpartition("-")[0]
    digits = number
    if not (number.isascii() and number.isdigit()):
        digits = "".join([char for char in number if char.isdigit() and char.isascii()])
    return [f"f{digits}", f"r{digits[::-1]}"] if digits else []


def bare_code(text: str) -> str:
    """Return a code in lower case, letters and digits only."""
    code = text[:100].lower() if text.isascii() else folded(text[:100])
    return code if code.isalnum() else _NOT_CODE.sub("", code)


def code_terms(text: str) -> list[str]:
    """Lexemes of a code, so that any fragment of two characters or more is found."""
    code = bare_code(text)
    if not code:
        return []
    windows = ["d" + code[at : at + WINDOW] for at in range(max(1, len(code) - 1))]
    return list(dict.fromkeys(["w" + code, *windows]))


def exact_terms(text: str) -> list[str]:
    """The lexeme of a value that is found whole or not at all.

    A prefix search would uncover a masked value letter by letter.
    """
    return ["x" + re.sub(r"[\s'\\\\]+", "", half_width(text).lower())[:120]]


# -- the query side ------------------------------------------------------------------


def query_terms(query: str, *, masked: bool = True) -> list[str]:
    """The conditions that a typed text stands for: pieces of tsquery text, all to hold.

    Args:
        query: what was typed; cut to 64 characters.
        masked: the person may not see telephone numbers in clear: no more digits are looked up than
        the mask shows,
            or the whole number, so that nobody can uncover one digit by digit.

    Returns:
        Pieces to be joined by ``&``; empty when nothing was typed that can be looked for.
    """
    if "@" in query:
        return [f"'{term}'" for term in exact_terms(query)]
    typed = folded(query[:MAX_QUERY])
    if _NUMBER.fullmatch(typed):
        typed = re.sub(r"[^0-9]", "", typed)
        typed = typed[2:] if len(typed) == 13 and typed.startswith("86") else typed
    pieces: list[str] = []
    for match in _PARTS.finditer(typed):
        part = match[0]
        pieces += _hanzi_query(part) if HANZI.match(part) else [_latin_query(part, masked=masked)]
    return [piece for piece in dict.fromkeys(pieces) if piece]


def to_tsquery(query: str, *, masked: bool = True) -> str:
    """``query_terms`` as one text for ``::tsquery``; "" for nothing to look for."""
    return " & ".join(query_terms(query, masked=masked))


def _prefix(term: str) -> str:
    return f"'{term}':*"


def _all(terms: list[str]) -> str:
    return terms[0] if len(terms) == 1 else f"({' & '.join(terms)})"


def _hanzi_query(run: str) -> list[str]:
    if len(run) == 1:
        return [_prefix(run)]
    return [f"'{left}{right}'" for left, right in pairwise(run)]


def _latin_query(part: str, *, masked: bool) -> str:
    words = _WORD.findall(part)
    joined = "".join(words)
    # Only the last word may still be being typed.
    options = [_all([*(f"'w{word}'" for word in words[:-1]), _prefix("w" + words[-1])])]
    if len(joined) > 1 or joined.isalpha():
        options.append(_windows("p", joined))
    if joined.isascii() and joined.isalpha():
        options += [_all(option) for option in _sound_query(joined)]
    if len(joined) > 1:
        options.append(_windows("d", joined))
    if joined.isascii() and joined.isdigit():
        options += _phone_query(joined, masked=masked)
    unique = list(dict.fromkeys(option for option in options if option))
    return unique[0] if len(unique) == 1 else f"({' | '.join(unique)})"


def _windows(namespace: str, text: str) -> str:
    last = max(1, len(text) - WINDOW + 1)
    starts = {*range(0, last, WINDOW), last - 1}
    return _all(sorted(_window(namespace, text[at : at + WINDOW]) for at in starts))


def _window(namespace: str, part: str) -> str:
    # No lexeme is longer than a window. Looked up whole, GIN reads only what it needs of its list;
    # a prefix makes it read all of it first.
    return f"'{namespace}{part}'" if len(part) == WINDOW else _prefix(namespace + part)


def _phone_query(digits: str, *, masked: bool) -> list[str]:
    whole = len(digits) >= WHOLE_NUMBER
    options = []
    if len(digits) > 1 and (not masked or whole or len(digits) <= MASKED_TAIL):
        options.append(f"'r{digits[::-1]}'" if masked and whole else _prefix("r" + digits[::-1]))
    if not whole and len(digits) > 1 and (not masked or len(digits) <= MASKED_HEAD):
        options.append(_prefix("f" + digits))
    return options


@lru_cache(maxsize=4096)
def _sound_query(letters: str) -> tuple[list[str], ...]:
    """Each way of reading the letters as syllables, as conditions on ``y`` terms."""
    result = []
    splits = _splits(letters, 4)
    for split in splits:
        if len(split) == 1:
            result.append([_prefix("y" + letters)])
        elif len(split) == 2:
            if len(splits[0]) > 1:  # else its prefix holds these, too: xi·an beside xian·…
                result.append([_pair(*split)])
        else:
            pairs = ["y" + left + right for left, right in pairwise(split[:-1])]
            result.append([*(f"'{pair}'" for pair in pairs), _last_pair(*split[-2:])])
    return tuple(result)


def _pair(left: str, begun: str) -> str:
    """The pairs that two syllables may become; few are quicker looked up whole than by a prefix."""
    endings = sum(1 for syllable in all_syllables() if syllable.startswith(begun))
    return _last_pair(left, begun) if endings <= FEW_ENDINGS else _prefix(f"y{left}{begun}")


def _last_pair(left: str, begun: str) -> str:
    """The pairs that a last syllable may become, each looked up whole: yu·an is not yuan·…."""
    whole = sorted(syllable for syllable in all_syllables() if syllable.startswith(begun))
    pairs = [f"'y{left}{syllable}'" for syllable in whole]
    return pairs[0] if len(pairs) == 1 else f"({' | '.join(pairs)})"


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(
        syllable[:end] for syllable in all_syllables() for end in range(1, len(syllable) + 1)
    )


def _splits(letters: str, most: int) -> list[list[str]]:
    """At most ``most`` splits into syllables, longest first."""
    known, begun = all_syllables(), _beginnings()
    found: list[list[str]] = []

    def walk(at: int, sofar: list[str]) -> None:
        if len(found) >= most or len(sofar) > 12:
            return
        rest = letters[at:]
        # After heng·yu·a an "n" only ends the syllable: heng·yu·an is there already.
        ends = len(rest) == 1 and len(sofar) > 1 and sofar[-1] + rest in known
        if rest in begun and not ends:
            found.append([*sofar, rest])
        for size in range(min(6, len(rest) - 1), 0, -1):
            if rest[:size] in known:
                walk(at + size, [*sofar, rest[:size]])

    walk(0, [])
    return found


def lexemes_of(piece: str) -> list[tuple[str, bool]]:
    """The lexemes of a piece of ``query_terms``, each with whether it is a prefix."""
    return [(match[1], bool(match[2])) for match in re.finditer(r"'([^']+)'(:\*)?", piece)]
