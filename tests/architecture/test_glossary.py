"""The glossary names every resource, action, policy and metric in both languages, nothing else."""

import re
from pathlib import Path

from zhike.kernel.registry import registry

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
ROW = re.compile(
    r"^\| (?P<chinese>[^|]+) \| (?P<english>[^|]+) \| `(?P<key>[a-z0-9_.]+)` \|", re.MULTILINE
)


def rows() -> dict[str, tuple[str, str]]:
    """Return identifier -> (Chinese, English) of the glossary's tables."""
    text = GLOSSARY.read_text(encoding="utf-8")
    return {m["key"]: (m["chinese"].strip(), m["english"].strip()) for m in ROW.finditer(text)}


def declared() -> dict[str, str]:
    """Return identifier -> Chinese title of everything that users meet by name."""
    shelves = (registry.resources, registry.actions, registry.policies, registry.metrics)
    return {key: str(thing.title) for shelf in shelves for key, thing in shelf.items()}


def test_everything_declared_has_its_line():
    assert sorted(declared().keys() - rows().keys()) == []


def test_nothing_else_is_listed():
    assert sorted(rows().keys() - declared().keys()) == []


def test_the_chinese_is_the_title_that_people_see():
    titles = declared()
    wrong = {k: (zh, titles[k]) for k, (zh, _en) in rows().items() if titles.get(k) != zh}
    assert wrong == {}


def test_every_line_has_its_english():
    assert [k for k, (_zh, en) in rows().items() if not re.search(r"[A-Za-z]", en)] == []
