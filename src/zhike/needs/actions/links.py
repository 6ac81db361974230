"""Products and opportunities of a need: names in its form become linking rows (NEED-001)."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from zhike.kernel import kinds
from zhike.kernel.actions import store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.needs.models import Need, NeedOpportunity, NeedProduct

LINKED: dict[str, tuple[Any, str, str]] = {"products": (NeedProduct, "product", "code"),
          "opportunity": (NeedOpportunity, "opportunity", "number")}  # fmt: skip
MOST = 30


def keep_links(need: Need, *, by: Actor) -> bool:
    """Bring the linking rows in line with what the need's fields name; tell whether a name changed.

    A row that is linked already may be named by whoever may change the need, even where he may not
    see it: an edit of something else must not cut it off. Everything else must be visible to him.

    Raises:
        Invalid: something that is not there, or an opportunity of another customer.
    """
    errors: dict[str, list[str]] = {}
    found = {name: _resolve(need, name, by, errors) for name in LINKED}
    for row in found["opportunity"]:
        if row.customer_id != need.customer_id:
            message = _("“%s”不属于该客户，请重新选择。") % row
            errors.setdefault("opportunity", []).append(message)
    if errors:
        raise Invalid(fields=errors)
    changed = False
    for name, rows in found.items():
        _align(need, name, rows, by)
        text = kinds.Links.joint.join(kinds.Links.named(row) for row in rows)
        changed |= getattr(need, name) != text
        setattr(need, name, text)
    return changed


def _resolve(need: Need, name: str, by: Actor, errors: dict[str, list[str]]) -> list[Any]:
    model, link, code = LINKED[name]
    tokens = kinds.Links.tokens(getattr(need, name))
    target: Any = model._meta.get_field(link).related_model
    kept = target.unscoped.filter(need_links__need_id=need.pk) if tokens else []
    known = {kinds.Links.named(row): row for row in kept}
    found: dict[int, Any] = {}
    for token in tokens[:MOST]:
        row = known.get(token) or _one(target, token, code, by)
        if row is None:
            message = _("没有找到“%s”，请从列表中选择，或填写编码。") % token[:60]
            errors.setdefault(name, []).append(message)
        else:
            found[row.pk] = row
    if len(tokens) > MOST:
        errors.setdefault(name, []).append(_("最多关联 %d 项。") % MOST)
    return list(found.values())


def _one(target: Any, token: str, code: str, by: Actor) -> Any:
    """Return the one row that a key, a code or a name means, among those the actor may see."""
    rows = target.objects.visible_to(by, "view")
    key = token.removeprefix("#")
    if token.startswith("#") and key.isascii() and key.isdigit() and len(key) < 19:
        return rows.filter(pk=int(key)).first()
    by_code = rows.filter(Q(**{code: token}) | Q(**{code: token.split(" ")[0]})).first()
    if by_code is not None:
        return by_code
    named = list(rows.filter(name=token)[:2])
    return named[0] if len(named) == 1 else None


def _align(need: Need, name: str, rows: list[Any], by: Actor) -> None:
    model, link, _code = LINKED[name]
    wanted = {row.pk: row for row in rows}
    there = {getattr(one, f"{link}_id"): one for one in model.unscoped.filter(need=need)}
    for pk, one in there.items():
        if pk not in wanted:
            one.delete()
    for pk, row in wanted.items():
        if pk not in there:
            store(model(need=need, **{link: row}), by=by)
