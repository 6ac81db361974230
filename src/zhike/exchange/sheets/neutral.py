r"""Text that a spreadsheet program would run as a formula when it opens a csv file.

The rule, reversible line by line:

* A line is dangerous if, after any apostrophes and then any blanks (space, no-break,
  ideographic, zero-width), it starts with ``= + - @``, their full-width forms or a tab;
  the first line also if it starts with a line break (CR, LF).
* ``neutralise`` puts one apostrophe before each dangerous line.
* ``restore`` takes one apostrophe from each dangerous line that starts with one.

As apostrophes are part of the pattern, a text that had one already gets a second, so
``restore(neutralise(text)) == text`` for every text. Numbers are no text and stay untouched.
"""

from __future__ import annotations

import re

BLANK = "[ \u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]*"
TRIGGER = "=+\\-@\t＝＋－＠﹢﹣﹦﹫−"
_DANGEROUS = re.compile(f"\\A(?='*{BLANK}[{TRIGGER}\r\n])|(?<=[\r\n])(?='*{BLANK}[{TRIGGER}])")
_NEUTRALISED = re.compile(f"\\A'(?='*{BLANK}[{TRIGGER}\r\n])|(?<=[\r\n])'(?='*{BLANK}[{TRIGGER}])")


def neutralise(text: str) -> str:
    """``text`` so that no spreadsheet program evaluates any line of it."""
    return _DANGEROUS.sub("'", text)


def restore(text: str) -> str:
    """The text that ``neutralise`` was given."""
    return _NEUTRALISED.sub("", text) if "'" in text else text
