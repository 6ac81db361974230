"""Applies the code blocks of a how-to page to a copy of the sources.

The info string of a block says what to do: ``append FILE``, ``prepend FILE`` (before the first own
import), ``insert-after FILE MARK``, ``replace FILE`` (old and new parted by ``---``), ``run``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^```(?P<info>[^\n]+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Step:
    """One block: its verb, the file it is about (empty for ``run``), a mark, and its text."""

    verb: str
    file: str
    mark: str
    text: str


def steps(page: Path) -> Iterator[Step]:
    """Yield the executable blocks of a page in order."""
    for found in BLOCK.finditer(page.read_text(encoding="utf-8")):
        _language, *words = found["info"].split(" ")
        if words:
            verb, file, mark = words[0], "".join(words[1:2]), " ".join(words[2:])
            yield Step(verb, file, mark, found["body"])


def apply(step: Step, root: Path) -> None:
    """Change one file of the copy as a step says.

    Raises:
        AssertionError: the place that the page names is not there.
    """
    path = root / step.file
    text = path.read_text(encoding="utf-8")
    if step.verb == "append":
        text += step.text
    elif step.verb == "prepend":
        first = re.search(r"^from zhike\.", text, re.MULTILINE)
        assert first, f"no imports in {step.file}"
        text = text[: first.start()] + step.text + text[first.start() :]
    elif step.verb == "insert-after":
        lines = text.splitlines(keepends=True)
        places = [n for n, line in enumerate(lines) if step.mark in line]
        assert places, f"no {step.mark} in {step.file}"
        lines.insert(places[0] + 1, step.text)
        text = "".join(lines)
    elif step.verb == "replace":
        old, _dashes, new = step.text.partition("---\n")
        assert old in text, f"not found in {step.file}: {old}"
        text = text.replace(old, new)
    else:
        raise AssertionError(f"unknown verb {step.verb}")
    path.write_text(text, encoding="utf-8")
