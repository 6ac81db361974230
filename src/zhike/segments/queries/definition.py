"""The question of a segment: nested groups of conditions as plain JSON, checked and compiled.

A group is ``{"op": "and" | "or" | "not", "items": [...]}`` (``not``: none of the items), a
condition ``{"field": code, "op": comparison, "values": [text, ...], "days": window or null}``.
What cannot be asked (any more) is named with its place instead of failing: a field that was
removed, a class or a tag that is gone, a value that does not fit, a field the reader may not see.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from zhike.customers.models import Customer
from zhike.kernel.actor import Actor
from zhike.segments.queries.criteria import (
    LONGEST_WINDOW,
    Criterion,
    Leaf,
    Unusable,
    criteria,
)

GROUP_OPS = ("and", "or", "not")
DEEPEST, MOST = 5, 40
MOST_VALUES = 200
FEW = 5_000  # customers of whom each one's orders are looked up rather than all orders summed


@dataclass(frozen=True, slots=True)
class Broken:
    """A condition that cannot be asked: its place such as ``0.2`` and why."""

    path: str
    message: str


class BrokenDefinition(ValueError):
    """A definition with conditions that cannot be asked; ``broken`` names each."""

    def __init__(self, broken: list[Broken]) -> None:
        self.broken = broken
        super().__init__("；".join(one.message for one in broken))


def empty() -> dict[str, Any]:
    """Return the question that asks nothing."""
    return {"op": "and", "items": []}


def shaped(raw: Any) -> dict[str, Any]:
    """Return the definition with its shape checked, unknown keys left out.

    Raises:
        BrokenDefinition: not a tree of groups and conditions, too deep or too large.
    """
    count = [0]
    made = _shaped(raw, "0", 1, count)
    if "items" not in made:
        raise BrokenDefinition([Broken("0", _("条件应放在一个组里。"))])
    return made


def _shaped(raw: Any, path: str, depth: int, count: list[int]) -> dict[str, Any]:
    count[0] += 1
    if not isinstance(raw, Mapping):
        raise BrokenDefinition([Broken(path, _("条件的格式不对。"))])
    if depth > DEEPEST or count[0] > MOST:
        text = _("条件最多 %(most)d 项、嵌套 %(deep)d 层。") % {"most": MOST, "deep": DEEPEST}
        raise BrokenDefinition([Broken(path, text)])
    if "items" in raw:
        items = raw["items"]
        if raw.get("op") not in GROUP_OPS or not isinstance(items, list):
            raise BrokenDefinition([Broken(path, _("条件组的格式不对。"))])
        inner = [_shaped(one, f"{path}.{n}", depth + 1, count) for n, one in enumerate(items)]
        return {"op": raw["op"], "items": inner}
    values, days = raw.get("values", []), raw.get("days")
    texts = isinstance(values, list) and all(isinstance(v, str) for v in values)
    whole = days is None or (isinstance(days, int) and not isinstance(days, bool))
    if not texts or not whole or not isinstance(raw.get("field"), str):
        raise BrokenDefinition([Broken(path, _("条件的格式不对。"))])
    return {"field": raw["field"][:60], "op": str(raw.get("op", ""))[:10],
            "values": [v[:200] for v in values[:MOST_VALUES]], "days": days}  # fmt: skip


def check(definition: Any, by: Actor) -> list[Broken]:
    """Return what cannot be asked by this reader; empty = the segment works."""
    try:
        weighed(definition, by, few=True)
    except BrokenDefinition as error:
        return error.broken
    return []


def compiled(definition: Any, by: Actor) -> Q:
    """Return the condition on customers; put it on rows that are already in the reader's scope.

    Raises:
        BrokenDefinition: naming every condition that cannot be asked.
    """
    return weighed(definition, by)[0]


def weighed(definition: Any, by: Actor, *, few: bool = False) -> tuple[Q, bool]:
    """Return the condition, and whether it looks at few customers.

    Args:
        few: it will be asked of few customers only.

    Raises:
        BrokenDefinition: naming every condition that cannot be asked.
    """
    asking = _Asking(by, criteria(), few)
    condition = _group(shaped(definition), "0", asking, top=True)
    if asking.broken:
        raise BrokenDefinition(sorted(asking.broken, key=lambda one: one.path))
    return condition, asking.few


@dataclass(slots=True)
class _Asking:
    """What one compilation knows: the reader, the criteria, what was broken, how many are left."""

    by: Actor
    known: dict[str, Criterion]
    few: bool
    broken: list[Broken] = field(default_factory=list)

    def probe(self, found: Q) -> None:
        """Find out whether these conditions leave few customers, unless that is known."""
        if not self.few and not self.broken:
            left = Customer.objects.visible_to(self.by).filter(found)
            self.few = left[: FEW + 1].count() <= FEW


def _group(group: dict[str, Any], path: str, asking: _Asking, *, top: bool) -> Q:
    op = group["op"]
    found = Q()
    # What asks little is asked first: where it leaves few customers, the others look at these only.
    items = sorted(enumerate(group["items"]), key=lambda pair: _heavy(pair[1], asking.known))
    for number, item in items:
        place = f"{path}.{number}"
        if top and op == "and" and found and _heavy(item, asking.known):
            asking.probe(found)
        plain = top and op == "and" and not asking.few
        if "items" in item:
            one = _group(item, place, asking, top=plain)
        else:
            one = _leaf(item, place, asking, top=plain)
        if one:
            found = found & one if op == "and" else found | one
    return ~found if op == "not" and found else found


def _heavy(item: dict[str, Any], known: dict[str, Criterion]) -> bool:
    """Tell whether a condition or group adds up the rows of customers."""
    if "items" in item:
        return any(_heavy(one, known) for one in item["items"])
    return item["field"] in known and known[item["field"]].windowed


def _leaf(item: dict[str, Any], path: str, asking: _Asking, *, top: bool) -> Q:
    try:
        criterion = _usable(item, asking.by, asking.known)
        leaf = Leaf(item["op"], item["values"], item["days"], asking.by, top)
        return criterion.condition(leaf)
    except Unusable as error:
        asking.broken.append(Broken(path, str(error)))
        return Q()


def _usable(item: dict[str, Any], by: Actor, known: dict[str, Criterion]) -> Criterion:
    criterion = known.get(item["field"])
    if criterion is None:
        raise Unusable(_("条件失效：已经没有“%s”这个字段，请删除或改换。") % item["field"])
    title = str(criterion.title)
    if not criterion.allowed(by):
        raise Unusable(_("您没有查看“%s”的权限，不能用它作条件。") % title)
    if item["op"] not in criterion.operators:
        raise Unusable(_("“%s”不支持这种比较。") % title)
    days = item["days"]
    if days is not None and (not criterion.windowed or not 1 <= days <= LONGEST_WINDOW):
        raise Unusable(_("“%(title)s”的期间应为 1 到 %(most)d 天。")
                       % {"title": title, "most": LONGEST_WINDOW})  # fmt: skip
    if item["op"] == "empty":
        return criterion
    if not [v for v in item["values"] if v.strip()]:
        raise Unusable(_("请填写“%s”的值。") % title)
    if criterion.choices:
        offered = {value for value, _text in criterion.choices(by)}
        gone = [v for v in item["values"] if v not in offered]
        if gone:
            raise Unusable(_("条件失效：“%(title)s”里已经没有“%(value)s”。")
                           % {"title": title, "value": gone[0][:30]})  # fmt: skip
    return criterion


def in_words(definition: Any, by: Actor) -> str:
    """Return the question as a sentence; conditions that are gone show their code."""
    try:
        tree = shaped(definition)
    except BrokenDefinition:
        return _("条件的格式不对。")
    return _said(tree, criteria(), by) or _("全部客户")


def _said(item: dict[str, Any], known: dict[str, Criterion], by: Actor) -> str:
    if "items" in item:
        parts = [_said(one, known, by) for one in item["items"]]
        if len(parts) > 1:
            parts = [f"（{p}）" if " " + _("或") + " " in p else p for p in parts]
        if item["op"] == "not":
            return str(_("都不满足：%s") % "；".join(parts)) if parts else ""
        word = _("且") if item["op"] == "and" else _("或")
        return f" {word} ".join(parts)
    criterion = known.get(item["field"])
    if criterion is None:
        return str(_("（失效条件 %s）") % item["field"])
    names = dict(criterion.choices(by)) if criterion.choices else {}
    values = "、".join(names.get(v, v) for v in item["values"][:6])
    window = _("（近 %d 天）") % item["days"] if item["days"] else ""
    return f"{criterion.title}{window} {operator_words(criterion, item['op'])} {values}".rstrip()


def operator_words(criterion: Criterion, op: str) -> str:
    """Return a comparison in words that suit the criterion."""
    dates = {"gte": _("不早于"), "lte": _("不晚于")}
    words = {
        "in": _("属于"), "not": _("不属于"), "under": _("位于"), "contains": _("包含"), "is": _("是"),
        "without": _("不含"), "gte": _("不小于"), "lte": _("不大于"), "empty": _("为空"),
    }  # fmt: skip
    return (dates if criterion.look == "date" else {}).get(op) or words.get(op, op)
