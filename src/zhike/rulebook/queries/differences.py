"""What differs: between two sets of parameters, two editions, two texts."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from zhike.kernel.policies import Params
from zhike.rulebook.queries.offers import offered
from zhike.rulebook.queries.schema import Node, tree
from zhike.rulebook.queries.words import CODES

NONE = "—"


@dataclass(frozen=True)
class Change:
    """One changed value: where, its label as a chain of words, both values as shown."""

    path: str
    label: str
    before: str
    after: str


def params_changes(model: type[Params], before: Any, after: Any) -> list[Change]:
    """Return every changed leaf between two raw (JSON) parameter sets, in form order."""
    return list(_walk(tree(model), "", [], before, after))


def _walk(node: Node, path: str, labels: list[str], old: Any, new: Any) -> Iterator[Change]:
    if old == new:
        return
    if node.kind == "group" and (isinstance(old, Mapping) or isinstance(new, Mapping)):
        for child in node.children:
            yield from _walk(
                child, _join(path, child.name), [*labels, _word(child.title)],
                _get(old, child.name), _get(new, child.name),
            )  # fmt: skip
    elif node.kind == "rows" and node.item and _lists(old, new):
        yield from _rows(node.item, path, labels, old, new)
    elif (
        node.kind == "mapping"
        and node.item
        and isinstance(old, Mapping)
        and isinstance(new, Mapping)
    ):
        names = titles(node)
        for key in dict.fromkeys([*old, *new]):
            name = names.get(key, key)
            yield from _walk(
                node.item, _join(path, key), [*labels, _word(name)], old.get(key), new.get(key)
            )
    else:
        yield Change(path, " · ".join(labels), shown(node, old), shown(node, new))


def _lists(old: Any, new: Any) -> bool:
    return isinstance(old, Sequence) and isinstance(new, Sequence)


def _rows(
    item: Node, path: str, labels: list[str], old: Sequence[Any], new: Sequence[Any]
) -> Iterator[Change]:
    """Pair rows by their naming field where it is unique, else by position."""
    named = {row_name(item, row): row for row in old}
    by_name = len(named) == len(old) and "" not in named
    used = set()
    for index, row in enumerate(new):
        name = row_name(item, row)
        former = named.get(name) if by_name else old[index] if index < len(old) else None
        used.add(name if by_name else str(index))
        words = [*labels, _word(name) if name else str(index + 1)]
        if former is None:
            yield Change(_join(path, index), " · ".join(words), NONE, _("新增"))
        else:
            yield from _walk(item, _join(path, index), words, former, row)
    for index, row in enumerate(old):
        name = row_name(item, row)
        if (name if by_name else str(index)) not in used:
            words = [*labels, _word(name) if name else str(index + 1)]
            yield Change(path, " · ".join(words), shown(item, row), _("已删除"))


def row_name(item: Node, row: Any) -> str:
    """Return the first word of a row, by which it is known among its neighbours."""
    for child in item.children:
        if child.kind in {"choice", "text"}:
            value = str(_get(row, child.name) or "")
            return titles(child).get(value, value)
    return ""


def shown(node: Node, value: Any) -> str:
    """Return a value of a field as short text."""
    if value in (None, "", [], {}):
        return NONE
    if node.kind == "flag":
        return _("是") if value else _("否")
    if node.kind == "choice":
        return _word(dict(node.choices).get(str(value), str(value)))
    if node.kind == "group" and isinstance(value, Mapping):
        parts = [
            f"{_word(c.title)} {shown(c, value.get(c.name))}"
            for c in node.children
            if value.get(c.name) not in (None, "", [], {})
        ]
        return "，".join(parts)
    if node.offers and not isinstance(value, Mapping):
        names = titles(node)
        values = value if isinstance(value, list | tuple) else [value]
        return "；".join(_word(names.get(str(one), str(one))) for one in values)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "；".join(shown(node.item, one) if node.item else str(one) for one in value)
    if node.kind in {"integer", "decimal"}:
        return f"{plain_number(value)}{' ' + _word(node.unit) if node.unit else ''}"
    return str(value)


def titles(node: Node) -> dict[str, str]:
    """Return the words for the codes of a field: its own choices, what is offered, what all share."""
    return {**CODES, **dict(offered(node.offers)), **dict(node.choices)}


def plain_number(value: Any) -> str:
    """Return a number grouped in thousands without needless zeros."""
    from decimal import Decimal, InvalidOperation

    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _word(text: str) -> str:
    return _(text) if text else ""


def _get(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None


def _join(path: str, part: object) -> str:
    return f"{path}.{part}" if path else str(part)


def text_changes(before: str, after: str) -> list[tuple[str, str]]:
    """Return runs of ``same``, ``gone`` and ``new`` characters that turn one text into another."""
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    found: list[tuple[str, str]] = []
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag == "equal":
            found.append(("same", before[a1:a2]))
            continue
        if a2 > a1:
            found.append(("gone", before[a1:a2]))
        if b2 > b1:
            found.append(("new", after[b1:b2]))
    return found


@dataclass(frozen=True)
class ClauseChange:
    """How one clause differs: ``kind`` is same, changed, new or gone; ``parts`` as text runs."""

    kind: str
    number: str
    heading: str
    parts: list[tuple[str, str]]
    bound: str = ""


def clause_changes(before: Sequence[Any], after: Sequence[Any]) -> list[ClauseChange]:
    """Return the differences of two lists; a clause is known by its heading or number."""
    left = {_identity(clause): clause for clause in before}
    found = []
    for clause in after:
        former = left.pop(_identity(clause), None)
        if former is None:
            found.append(ClauseChange("new", clause.number, clause.heading, [("new", clause.text)]))
            continue
        rebound = former.policy_id != clause.policy_id
        same = former.text == clause.text and not rebound and former.number == clause.number
        parts = [("same", clause.text)] if same else text_changes(former.text, clause.text)
        bound = clause.policy_id or NONE
        found.append(
            ClauseChange(
                "same" if same else "changed", clause.number, clause.heading, parts,
                bound if rebound else "",
            )
        )  # fmt: skip
    found += [
        ClauseChange("gone", clause.number, clause.heading, [("gone", clause.text)])
        for clause in left.values()
    ]
    return found


def _identity(clause: Any) -> str:
    return str(clause.heading or clause.number)
