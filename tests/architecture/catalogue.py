"""Gathers every text that readers see, from modules, templates and scripts, to hold the English
catalogue against it.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation.template import templatize

from zhike.site import messages

SOURCE = Path(__file__).parents[2] / "src" / "zhike"
HAN = re.compile(r"[\u3400-\u9fff]")
TRANSLATORS = {"_", "gettext", "gettext_lazy", "gettext_noop", "N_", "lazy", "_later"}
PLURAL = {"ngettext", "ngettext_lazy", "_n"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy"}
# Where bare Chinese is right, and why.
DATA = (
    "chinese/",  # knowledge about Chinese writing and places
    "site/",  # terminal lines carry both languages; the demo company is Chinese
    "kernel/kinds/",  # what people write into cells: units, numerals, yes and no
    "kernel/actor.py",  # the name of the system in the history
    "customers/naming.py",  # forms of company names
    "customers/policies/",  # names of tiers are the company's own parameters
    "segments/policies/",  # names of classes and stages are the company's own parameters
    "identity/actions/second_factor.py",  # the issuer that an authenticator shows
    "duplicates/matching/",  # forms of names: common characters, places, numerals
    "interactions/cadence.py",  # titles written into rows by SQL, translated where shown
    "interactions/merge.py",  # names of merge fields, which stand in Chinese and English beside each other
    "interactions/actions/channels.py",  # names and purposes of shipped channels, the company's to change
    "interactions/queries/guides.py",  # the merge fields again
    "trust/data/",  # names of shipped roles, the company's to change
    "exchange/engine/synonyms",  # headings that files use
    "exchange/engine/mapping.py",  # units in headings
    "exchange/engine/plan.py",  # the mark that clears a cell
    "exchange/files.py",  # examples in the template
    "exchange/sheets/",  # columns written back into the reader's own Chinese file
    "exchange/engine/mapping.py",  # units that headings carry
    "exchange/engine/plan.py",  # the mark that people write into a cell
    "exchange/files.py",  # sample rows of a template
    "api/",  # the API's description is written in Chinese; names and codes are English
    "loyalty/policies/gifts.py",  # words in customers' names that show a public body
    "interactions/policies.py",  # the source of a rule, quoted
    "needs/policies/",  # words that people look for in notes, the company's to change
    "needs/actions/need.py",  # types of needs that ship, the company's to change
    "interactions/policies/",  # the source of a rule, quoted
    "web/almanac.py",  # festivals and lunar days of the Chinese line under the greeting
    "web/views/customer.py",  # month and day of the Chinese edition
    "web/views/rulebook/params_form.py",  # units that people type
    "web/monogram.py",  # places that say nothing in a company's name
    "web/formats.py",  # formats of the Chinese edition; the English ones stand beside them
    "web/views/components.py",  # samples of the component page
)
BOTH = {"fault.html"}  # shown when nothing else works, in both languages at once
# Marks of the product that stay as they are in every language.
MARKS = re.compile(
    r"知客|知<br>客|知其人，懂其需，<br>守其诺。|简体中文|中/|<b>中</b>|切换到中文|(?<=>)知(?=<)|陆知行|叶清和"
)
LITERAL = re.compile(r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")""", re.DOTALL)
CALL = re.compile(
    rf"(?<![\w.])(?P<name>ngettext|pgettext|gettext|_)\((?P<words>(?:\s*{LITERAL.pattern}\s*,?)+)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Text:
    """One text of the interface: where it stands, its context if any, and itself."""

    place: str
    context: str | None
    text: str
    counts: bool = False


def texts(root: Path = SOURCE) -> Iterator[Text]:
    """Yield every marked text of the product."""
    for path in sorted(root.rglob("*.py")):
        if not {"migrations", "node_modules"} & set(path.parts):
            yield from _python(path, root)
    for path in sorted(root.rglob("*.html")):
        if "node_modules" not in path.parts:
            yield from _template(path, root)


def _python(path: Path, root: Path) -> Iterator[Text]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        place = f"{path.relative_to(root)}:{node.lineno}"
        given = [a.value for a in node.args if isinstance(a, ast.Constant)]
        words = [value for value in given if isinstance(value, str)]
        if name in TRANSLATORS and words:
            yield Text(place, None, words[0])
        elif name in WITH_CONTEXT and len(words) > 1:
            yield Text(place, words[0], words[1])
        elif name in PLURAL and words:
            yield Text(place, None, words[0], counts=True)


def _template(path: Path, root: Path) -> Iterator[Text]:
    plain = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for call in CALL.finditer(plain):
        number = plain.count("\n", 0, call.start()) + 1
        place = f"{path.relative_to(root)}:{number}"
        words = [ast.literal_eval(found[0]) for found in LITERAL.finditer(call["words"])]
        if call["name"] in WITH_CONTEXT and len(words) > 1:
            yield Text(place, words[0], words[1])
        elif words:
            text = words[0].replace("%%", "%") if "%(" not in words[0] else words[0]
            yield Text(place, None, text, counts=call["name"] == "ngettext")


def untranslated(root: Path = SOURCE) -> list[str]:
    """Return the texts in Chinese that have no English, each with its place."""
    known = messages.merged(root / "locale_en")
    return sorted(
        {
            f"{one.place}: {one.text}"
            for one in texts(root)
            if HAN.search(one.text)
            and (
                (one.context, one.text) not in known
                or (one.counts and isinstance(known[one.context, one.text], str))
            )
        }
    )


def unused(root: Path = SOURCE) -> list[str]:
    """Return entries of the catalogue that no source asks for."""
    asked = {(one.context, one.text) for one in texts(root)}
    return sorted(f"{text}" for (context, text) in messages.merged(root / "locale_en")
                  if (context, text) not in asked)  # fmt: skip


@cache
def sources(root: Path = SOURCE) -> str:
    """Return all sources as one text, without the English catalogue."""
    paths = (path for kind in ("py", "yaml", "html", "ts") for path in root.rglob(f"*.{kind}"))
    wanted = [p for p in paths if not {"node_modules", "locale_en", "static"} & set(p.parts)]
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(wanted))


def bare_chinese_in_templates(root: Path = SOURCE) -> list[str]:
    """Return lines of templates whose Chinese is outside of a translation tag."""
    found = []
    for path in sorted(root.rglob("*.html")):
        if "node_modules" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        for pattern in (
            r"\{#.*?#\}", r"\{% comment %\}.*?\{% endcomment %\}", r"<!--.*?-->",
            r"\{% blocktrans(?:late)?\b.*?\{% endblocktrans(?:late)? %\}", r"\{% .*?%\}",
            r"\{\{.*?\}\}",
        ):  # fmt: skip
            text = re.sub(pattern, lambda m: "\n" * m[0].count("\n"), text, flags=re.DOTALL)
        found += [
            f"{path.relative_to(root)}:{number}: {line.strip()}"
            for number, line in enumerate(text.splitlines(), 1)
            if HAN.search(MARKS.sub("", line)) and path.name not in BOTH
        ]
    return found


def bare_chinese_in_modules(root: Path = SOURCE) -> list[str]:
    """Return Chinese string constants outside of a translating call, where readers may see them."""
    found = []
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root).as_posix()
        if name.startswith(DATA) or "migrations" in path.parts or "node_modules" in path.parts:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        quiet = _quiet(tree)
        found += [
            f"{name}:{node.lineno}: {node.value[:60]}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
            and HAN.search(node.value) and id(node) not in quiet
        ]  # fmt: skip
    return found


def _quiet(tree: ast.Module) -> set[int]:
    """Return the constants that are translated, or documentation, or reasons in the history."""
    quiet: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            quiet.add(id(node.value))
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in TRANSLATORS | PLURAL | WITH_CONTEXT | {"SYSTEM"}:
                quiet |= {id(inner) for inner in ast.walk(node)}
    return quiet


def scripts_texts(root: Path = SOURCE) -> list[str]:
    """Return lines of scripts with Chinese: scripts take their words from the page."""
    return [
        f"{path.relative_to(root)}:{number}: {line.strip()}"
        for path in sorted((root / "web" / "assets" / "ts").rglob("*.ts"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if HAN.search(re.sub(r"//.*|/\*.*?\*/|^\s*\*.*", "", line))
    ]
