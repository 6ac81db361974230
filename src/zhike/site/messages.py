"""Compiles the English catalogue: ``python -m zhike.site.messages``.

Texts are Chinese in the source. Each area keeps its English in ``locale_en/<area>.yaml``, a flat
mapping of source text to translation; a text with a context stands below a key ``context:NAME``. A
text that counts things has two translations, ``{one: …, other: …}``.
All files together become the one catalogue that Django reads. Words that several areas use stand in
``shared.yaml``, which settles them. Any other text translated in two ways, an empty translation or
one whose placeholders differ stops the build.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

PACKAGE = Path(__file__).resolve().parents[1]
SOURCES = PACKAGE / "locale_en"
TARGET = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.mo"
CONTEXT = "context:"
SHARED = "shared.yaml"
PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sd]|\{\w*\}")

Translation = str | tuple[str, str]  # (one, other) for a text that counts
Entry = tuple[str | None, str, Translation]  # context, source text, translation


class CatalogueError(ValueError):
    """The English files contradict each other or cannot be read."""


def entries(source: Path) -> Iterator[Entry]:
    """Entries of one file.

    Raises:
        CatalogueError: not a flat mapping of text to text.
    """
    content = yaml.safe_load(source.read_text(encoding="utf-8")) or {}
    if not isinstance(content, dict):
        raise CatalogueError(f"{source.name}: not a mapping")
    for key, value in content.items():
        if isinstance(key, str) and key.startswith(CONTEXT) and isinstance(value, dict):
            context = key.removeprefix(CONTEXT)
            yield from ((context, *_checked(source, *pair)) for pair in value.items())
        else:
            yield (None, *_checked(source, key, value))


def _checked(source: Path, text: object, translation: object) -> tuple[str, Translation]:
    if isinstance(translation, dict) and set(translation) == {"one", "other"}:
        text, one = _plain(source, text, translation["one"])
        return text, (one, _plain(source, text, translation["other"])[1])
    return _plain(source, text, translation)


def _plain(source: Path, text: object, translation: object) -> tuple[str, str]:
    if not isinstance(text, str) or not isinstance(translation, str) or not translation.strip():
        raise CatalogueError(f"{source.name}: {text!r}: both sides must be text; quote yes, no, 1")
    wanted, given = (sorted(PLACEHOLDER.findall(side)) for side in (text, translation))
    if wanted != given:
        raise CatalogueError(f"{source.name}: {text!r}: placeholders {wanted} became {given}")
    return text, translation


def merged(directory: Path = SOURCES) -> dict[tuple[str | None, str], Translation]:
    """All entries of all files.

    Raises:
        CatalogueError: the same text is translated in two ways.
    """
    result: dict[tuple[str | None, str], Translation] = {}
    origin: dict[tuple[str | None, str], str] = {}
    for source in sorted(directory.glob("*.yaml"), key=lambda path: (path.name != SHARED, path)):
        for context, text, translation in entries(source):
            key = (context, text)
            if origin.get(key) == SHARED:
                continue
            if result.setdefault(key, translation) != translation:
                raise CatalogueError(
                    f"{text!r}: {result[key]!r} in {origin[key]}, {translation!r} in {source.name}"
                )
            origin.setdefault(key, source.name)
    return result


def compile_catalogue(directory: Path = SOURCES, target: Path = TARGET) -> int:
    """Write the catalogue; returns the number of texts."""
    texts = merged(directory)
    catalogue = Catalog(locale="en", domain="django", charset="utf-8")
    for (context, text), translation in texts.items():
        counts = isinstance(translation, tuple)
        catalogue.add((text, text) if counts else text, translation, context=context)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        write_mo(file, catalogue)
    return len(texts)


if __name__ == "__main__":
    try:
        sys.stdout.write(f"英文词条 English texts: {compile_catalogue()}\n")
    except CatalogueError as error:
        sys.exit(f"locale_en: {error}")
