"""The grading standard as the handbook prints it: one line a tier, cards for the dimensions."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from zhike.kernel.actor import Actor
from zhike.kernel.registry import registry
from zhike.rulebook.queries.differences import plain_number
from zhike.rulebook.queries.words import CODES
from zhike.web.views.rulebook.params_form import Bound, join

CUSTOMER = "customers.customer"
MINIMA = ("loyalty", "potential")
WAN = 10_000


def tier_table(root: Bound, by: Actor) -> dict[str, Any]:
    """Return the rows and cards of ``customers.grade``'s parameters."""
    counts = grade_counts(by)
    dimensions = root.cell["dimensions"]
    names = {d.cell["key"].typed: d.cell["name"].typed for d in dimensions.rows}
    rows = [_row(tier, counts) for tier in root.cell["tiers"].rows]
    return {
        "tiers": root.cell["tiers"],
        "tier_rows": rows,
        "minimum_names": [names.get(key, CODES[key]) for key in MINIMA],
        "dimensions": dimensions,
        "cards": [_card(d) for d in dimensions.rows],
        "basis": root.cell["basis"].shown,
    }


def grade_counts(by: Actor) -> dict[str, int]:
    """Return grade -> customers that the reader sees."""
    if not by.may(CUSTOMER, "view") or CUSTOMER not in registry.resources:
        return {}
    rows = registry.resources[CUSTOMER].rows(by).order_by()
    return dict(rows.values_list("grade").annotate(n=Count("id")))


def _row(tier: Bound, counts: Mapping[str, int]) -> dict[str, Any]:
    cell = tier.cell
    return {
        "tier": tier,
        "cell": cell,
        "code": cell["code"].typed,
        "name": cell["name"].typed,
        "band": band(tier.value or {}),
        "band_changed": tier.fresh or any(
            cell[n].changed for n in ("lower", "upper", "lower_inclusive", "upper_inclusive")
        ),
        "band_was": band(tier.was) if isinstance(tier.was, Mapping) else "",
        "minima": [_minimum(cell["minimum"], i, key) for i, key in enumerate(MINIMA)],
        "right": _entitlement(cell["entitlement"]),
        "count": counts.get(cell["code"].typed),
    }  # fmt: skip


def _minimum(minimum: Bound, index: int, key: str) -> Bound:
    """Return the entry of a dimension, an empty one where the tier asks for nothing."""
    values = minimum.value if isinstance(minimum.value, Mapping) else {}
    was = minimum.was if isinstance(minimum.was, Mapping) else {}
    item = minimum.node.item or minimum.node
    return Bound(
        replace(item, nullable=True), join(minimum.path, key), values.get(key), was.get(key),
        minimum.errors, minimum.fresh, key, join(minimum.path, f"{index}.value"),
    )  # fmt: skip


def _entitlement(right: Bound) -> str:
    """Return the service of a tier in one line."""
    cell = right.cell
    parts = [cell["service"].typed]
    if cell["named_contact"].value:
        parts.append(_("专属经理"))
    minutes = _integer(cell["response_minutes"].value)
    if minutes:
        hours = minutes // 60
        parts.append(
            _("%d 分钟响应") % minutes if minutes < 60 or minutes % 60 else _("%d 小时响应") % hours
        )
    days = _integer(cell["contact_days"].value)
    if days:
        parts.append(_("%d 日回访") % days)
    if _number(cell["discount"].value):
        parts.append(_("折扣 %s%%") % plain_number(cell["discount"].value))
    return " · ".join(part for part in parts if part)


def band(tier: Mapping[str, Any]) -> str:
    """Return a band as people write it: ``> 100 万``, ``50 – 100 万（含）``."""
    low, high = tier.get("lower"), tier.get("upper")
    if low in (None, "") and high in (None, ""):
        return "—"
    if high in (None, ""):
        return f"{'≥' if tier.get('lower_inclusive') else '>'} {short(low)}"
    if low in (None, ""):
        return f"{'≤' if tier.get('upper_inclusive') else '<'} {short(high)}"
    one, other = short(low), short(high)
    if one.endswith(_("万")) and other.endswith(_("万")):
        one = one.removesuffix(_("万")).strip()
    left = "" if tier.get("lower_inclusive") else _("（不含）")
    right = _("（含）") if tier.get("upper_inclusive") else ""
    return f"{one}{left} – {other}{right}"


def short(value: Any) -> str:
    """Return a figure in 万 where that is exact."""
    number = _number(value)
    if number is None:
        return str(value)
    if abs(number) >= WAN and number % 1000 == 0:
        return _("%s 万") % plain_number(number / WAN)
    return plain_number(number)


def _number(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _integer(value: Any) -> int:
    number = _number(value)
    return int(number) if number is not None and number.is_finite() and number < 10**9 else 0


def _card(dimension: Bound) -> dict[str, Any]:
    items = [
        f"{item.cell['source'].shown} {item.cell['weight'].shown}%"
        for item in dimension.cell["items"].rows
    ]
    return {
        "bound": dimension,
        "name": dimension.cell["name"],
        "key": dimension.cell["key"],
        "weight": dimension.cell["weight"],
        "items": dimension.cell["items"],
        "text": "、".join(items),
    }
