"""Which column of the file fills which field: recognised, remembered, or chosen by hand."""

import hashlib
import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from zhike.exchange.engine.fields import Target, targets
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.resources import Resource

SKIP = ""
_NOISE = re.compile(r"[\s_\-*＊:：/、.。（）()\[\]【】]+")
_UNIT = re.compile(r"[（(\[【]\s*(?P<unit>[^）)\]】]*)\s*[）)\]】]\s*$")
_SCALES = ("百万", "千万", "亿", "万", "千")


def simple(header: str) -> str:
    """Return a header for comparison: without unit, blanks, case and punctuation."""
    return _NOISE.sub("", _UNIT.sub("", header)).casefold() or _NOISE.sub("", header).casefold()


def scale_of(header: str) -> str:
    """Return the unit that a header promises for its numbers (年采购额(万元) → 万), or ""."""
    found = _UNIT.search(header)
    unit = found["unit"].removesuffix("元") if found else ""
    return unit if unit in _SCALES else ""


def fingerprint(headers: Sequence[str]) -> str:
    """Return what recognises the same kind of file again, whatever the order of its columns."""
    return hashlib.sha256("\0".join(sorted(headers)).encode()).hexdigest()


def suggest(
    resource: Resource,
    headers: Sequence[str],
    by: Actor,
    remembered: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return header -> field name ("" = not imported); each field at most once.

    What the person chose for these headers before wins; then the surest word of any field.
    """
    known = targets(resource, by)
    chosen = {h: f for h, f in (remembered or {}).items() if h in headers and f in {*known, SKIP}}
    free = [name for name in known if name not in chosen.values()]
    open_headers = [h for h in headers if h not in chosen]
    words = {name: [simple(w) for w in known[name].words(resource)] for name in free}
    ranked = sorted(
        (words[name].index(simple(h)), position, h, name)
        for position, h in enumerate(open_headers)
        for name in free
        if simple(h) in words[name]
    )
    for _rank, _position, header, name in ranked:
        if header not in chosen and name not in chosen.values():
            chosen[header] = name
    return {h: chosen.get(h, SKIP) for h in headers}


def usual_key(resource: Resource, chosen: Mapping[str, str]) -> str:
    """Return the surest match key that a column of the file fills, or ""."""
    filled = set(chosen.values())
    return next((name for name in resource.match_keys if name in filled), "")


def checked(
    resource: Resource, headers: Sequence[str], mapping: Mapping[str, str], by: Actor, *, mode: str
) -> dict[str, Target]:
    """Return header -> target of a mapping that can be used.

    Raises:
        Invalid: an unknown or forbidden field, a field chosen twice, or one required is missing.
    """
    known = targets(resource, by)
    errors: dict[str, list[str]] = {}
    used: dict[str, str] = {}
    for header, name in mapping.items():
        if name == SKIP:
            continue
        if header not in headers:
            errors[header] = [_("文件里没有“%s”这一列。") % header]
        elif name not in known:
            errors[header] = [_("没有字段“%s”，或您没有填写它的权限。") % name]
        elif name in used:
            errors[header] = [
                _("“%(title)s”已由“%(other)s”列填写，请只选一列。")
                % {"title": known[name].title, "other": used[name]}
            ]
        else:
            used[name] = header
    missing = [t.title for n, t in known.items() if t.required and n not in used]
    if missing and mode != "update":
        errors["__all__"] = [_("必填字段没有对应的列：%s。") % "、".join(missing)]
    if not used:
        errors["__all__"] = [_("还没有选择任何要导入的列。")]
    if errors:
        raise Invalid(fields=errors)
    return {header: known[name] for name, header in used.items()}
